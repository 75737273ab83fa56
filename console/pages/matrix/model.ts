import type { Schemas } from '../../api/client.ts'
import { nameOf } from '../../words.ts'
import type { Level } from '../../words.ts'

export type Compact = Schemas['CompactMatrix']
export const levels = ['read_only', 'full_access', 'emergency'] as const satisfies readonly Level[]
export const marks = { expiring: 1, restricted: 2, emergency: 4, unused: 8 } as const
export type Mark = 'expiring' | 'restricted' | 'unused'

export interface Filter {
  search?: string
  level?: Level
  mark?: Mark
  rows?: 'grants'
  columns?: 'grants'
}

export interface Axis {
  /** Positions in the compact matrix, in the order of display. */
  order: Int32Array
  /** Of each position of the compact matrix: where it is displayed, −1 where it is not. */
  place: Int32Array
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
  const [byRow, byColumn] = countsOf(matrix, shows)
  const words = filter.search?.toLowerCase() ?? ''
  const narrowed = filter.level !== undefined || filter.mark !== undefined
  const technicians = matrix.technicians.map((one) => nameOf(one))
  const customers = matrix.customers.map(({ name }) => name)
  const rowHit = technicians.map((name) => name.toLowerCase().includes(words))
  const columnHit = customers.map((name) => name.toLowerCase().includes(words))
  // An axis without such a name is left whole where the other one has it, as the server's own search does.
  const anyRow = rowHit.includes(true)
  const anyColumn = columnHit.includes(true)
  const rows = axisOf({
    names: technicians,
    keep: (at) => (anyRow || !anyColumn ? rowHit[at] === true : true) && (!narrowed || (byRow[at] ?? 0) > 0),
    counts: filter.rows === 'grants' ? byRow : null,
  })
  const columns = axisOf({
    names: customers,
    keep: (at) => (anyColumn || !anyRow ? columnHit[at] === true : true) && (!narrowed || (byColumn[at] ?? 0) > 0),
    counts: filter.columns === 'grants' ? byColumn : null,
  })
  return { rows, columns, shows, count: shownIn(matrix, { rows, columns, shows }) }
}

function showsOf({ level, flags }: Compact, filter: Filter): (grant: number) => boolean {
  const wanted = filter.level ? levels.indexOf(filter.level) : -1
  const mark = filter.mark ? marks[filter.mark] : 0
  return (grant) => (wanted < 0 || level[grant] === wanted) && (mark === 0 || ((flags[grant] ?? 0) & mark) !== 0)
}

function countsOf(matrix: Compact, shows: (grant: number) => boolean): [Int32Array, Int32Array] {
  const byRow = new Int32Array(matrix.technicians.length)
  const byColumn = new Int32Array(matrix.customers.length)
  for (let row = 0; row < byRow.length; row++) {
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      if (!shows(grant)) continue
      const column = matrix.customerIndex[grant] ?? 0
      byRow[row] = (byRow[row] ?? 0) + 1
      byColumn[column] = (byColumn[column] ?? 0) + 1
    }
  }
  return [byRow, byColumn]
}

function shownIn(matrix: Compact, { rows, columns, shows }: Omit<View, 'count'>): number {
  let count = 0
  for (const row of rows.order) {
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      if (shows(grant) && (columns.place[matrix.customerIndex[grant] ?? 0] ?? -1) >= 0) count++
    }
  }
  return count
}

interface AxisInput {
  names: readonly string[]
  keep: (at: number) => boolean
  counts: Int32Array | null
}

const inEnglish = new Intl.Collator('en', { numeric: true })

function axisOf({ names, keep, counts }: AxisInput): Axis {
  const kept = names.map((_, at) => at).filter(keep)
  const byName = (a: number, b: number): number => inEnglish.compare(names[a] ?? '', names[b] ?? '')
  kept.sort(counts ? (a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || byName(a, b) : byName)
  const place = new Int32Array(names.length).fill(-1)
  kept.forEach((at, index) => (place[at] = index))
  return { order: Int32Array.from(kept), place }
}

/** The grants of one pair that are shown: a standing one, an emergency, or both. */
export function grantsAt(matrix: Compact, row: number, column: number): number[] {
  const found: number[] = []
  for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
    if (matrix.customerIndex[grant] === column) found.push(grant)
  }
  return found
}

const markNames = [
  [marks.expiring, 'expires within 7 days'],
  [marks.restricted, 'restricted'],
  [marks.unused, 'unused for 90 days'],
] as const
const levelWords = ['read only', 'full access', 'emergency'] as const

/** A cell in words, for who does not see it. */
export function wordsOf(matrix: Compact, row: number, column: number): string {
  const grants = grantsAt(matrix, row, column).map((grant) => {
    const flags = matrix.flags[grant] ?? 0
    const named = markNames.filter(([mark]) => (flags & mark) !== 0).map(([, words]) => words)
    return [levelWords[matrix.level[grant] ?? 0], ...named].join(', ')
  })
  const technician = matrix.technicians[row]
  const between = `${technician ? nameOf(technician) : ''}, ${matrix.customers[column]?.name ?? ''}`
  return `${between}: ${grants.length === 0 ? 'no access' : grants.join('; and ')}`
}
