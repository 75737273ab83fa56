import type { Schemas } from '../../api/client.ts'
import { nameOf, providerRoles, roleNames, statusNames } from '../../words.ts'
import type { Level, Role } from '../../words.ts'
import { axisOf, levels } from './axis.ts'
import type { Axis, AxisFilter, Tally } from './axis.ts'

export type Compact = Schemas['CompactMatrix']
export const marks = { expiring: 1, restricted: 2, emergency: 4, unused: 8 } as const
export type Mark = 'expiring' | 'restricted' | 'unused'

const staffNames = Object.fromEntries((Object.keys(providerRoles) as Role[]).map((role) => [role, roleNames[role]]))

export interface Filter {
  search?: string | undefined
  level?: Level | undefined
  mark?: Mark | undefined
  rows: AxisFilter
  columns: AxisFilter
}

/** What is shown of the matrix, and in which order. */
export interface View {
  rows: Axis
  columns: Axis
  shows: (grant: number) => boolean
  /** How many grants are shown. */
  count: number
}

export function viewOf(matrix: Compact, filter: Filter): View {
  const shows = showsOf(matrix, filter)
  const { byRow, byColumn } = countsOf(matrix, shows)
  const words = filter.search?.toLowerCase() ?? ''
  const narrowed = filter.level !== undefined || filter.mark !== undefined
  const technicians = matrix.technicians.map((one) => nameOf(one))
  const customers = matrix.customers.map(({ name }) => name)
  const rowHit = technicians.map((name) => name.toLowerCase().includes(words))
  const columnHit = customers.map((name) => name.toLowerCase().includes(words))
  // An axis without such a name is left whole where the other one has it, as the server's own search does.
  const anyRow = rowHit.includes(true)
  const anyColumn = columnHit.includes(true)
  const rows = axisOf(filter.rows, {
    names: technicians,
    kinds: matrix.technicians.map(({ role }) => role),
    kindNames: staffNames,
    found: (at) => !(anyRow || !anyColumn) || rowHit[at] === true,
    narrowed,
    tally: byRow,
  })
  const columns = axisOf(filter.columns, {
    names: customers,
    kinds: matrix.customers.map(({ status }) => status),
    kindNames: statusNames,
    found: (at) => !(anyColumn || !anyRow) || columnHit[at] === true,
    narrowed,
    tally: byColumn,
  })
  return { rows, columns, shows, count: shownIn(matrix, { rows, columns, shows }) }
}

function showsOf({ level, flags }: Compact, filter: Filter): (grant: number) => boolean {
  const wanted = filter.level ? levels.indexOf(filter.level) : -1
  const mark = filter.mark ? marks[filter.mark] : 0
  return (grant) => (wanted < 0 || level[grant] === wanted) && (mark === 0 || ((flags[grant] ?? 0) & mark) !== 0)
}

const emptyTally = (length: number): Tally => ({
  counts: new Int32Array(length),
  highest: new Int8Array(length).fill(-1),
})

function countsOf(matrix: Compact, shows: (grant: number) => boolean): { byRow: Tally; byColumn: Tally } {
  const [byRow, byColumn] = [emptyTally(matrix.technicians.length), emptyTally(matrix.customers.length)]
  for (let row = 0; row < byRow.counts.length; row++) {
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      if (!shows(grant)) continue
      count(byRow, row, matrix.level[grant] ?? 0)
      count(byColumn, matrix.customerIndex[grant] ?? 0, matrix.level[grant] ?? 0)
    }
  }
  return { byRow, byColumn }
}

function count({ counts, highest }: Tally, at: number, level: number): void {
  counts[at] = (counts[at] ?? 0) + 1
  highest[at] = Math.max(highest[at] ?? -1, level)
}

function shownIn(matrix: Compact, { rows, columns, shows }: Omit<View, 'count'>): number {
  let found = 0
  for (const row of rows.order) {
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      if (shows(grant) && (columns.place[matrix.customerIndex[grant] ?? 0] ?? -1) >= 0) found++
    }
  }
  return found
}
