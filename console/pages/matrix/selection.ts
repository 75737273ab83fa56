import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import { levels } from './axis.ts'
import { grantsAt } from './cell-words.ts'
import type { Compact, View } from './model.ts'
import type { Block } from './scene.ts'

export type Grant = Schemas['Grant']

type Technician = Compact['technicians'][number]
type Customer = Compact['customers'][number]

export interface Selection {
  technicians: Technician[]
  customers: Customer[]
  /** How many shown grants lie in it. */
  grants: number
  /** Who holds one of them, and on whom. */
  held: { technician: Technician; customerIds: string[] }[]
  /** Pairs without any grant: as many as can be given one in one go. */
  empty: { technician: Technician; customer: Customer }[]
  /** How many such pairs there are. */
  emptyTotal: number
  /** Whether a grant of a selected pair is among those shown: what was filtered away is not touched. */
  includes: (grant: Grant) => boolean
  /** Tells selections apart. */
  key: string
}

const MOST_EMPTY = 200

export function selectionOf(matrix: Compact, view: View, block: Block): Selection {
  const rows = between(view.rows.order, block.row, block.toRow)
  const columns = between(view.columns.order, block.column, block.toColumn)
  const inColumns = new Set(columns)
  const found: Selection = {
    technicians: rows.flatMap((row) => matrix.technicians[row] ?? []),
    customers: columns.flatMap((column) => matrix.customers[column] ?? []),
    grants: 0,
    held: [],
    empty: [],
    emptyTotal: 0,
    includes: includesOf(matrix, view),
    key: [matrix.version, block.row, block.column, block.toRow, block.toColumn].join(),
  }
  for (const row of rows) {
    const technician = matrix.technicians[row]
    if (!technician) continue
    const { taken, shown } = grantsOfRow({ matrix, view, row, inColumns })
    found.grants += shown.length
    const customerIds = [...new Set(shown)].flatMap((column) => matrix.customers[column]?.id ?? [])
    if (customerIds.length > 0) found.held.push({ technician, customerIds })
    for (const column of columns) {
      const customer = matrix.customers[column]
      if (taken.has(column) || customer?.status !== 'active') continue
      found.emptyTotal++
      if (found.empty.length < MOST_EMPTY) found.empty.push({ technician, customer })
    }
  }
  return found
}

interface Row {
  matrix: Compact
  view: View
  row: number
  inColumns: ReadonlySet<number>
}

/** The columns with a grant of any kind, and the column of each that is shown. */
function grantsOfRow({ matrix, view, row, inColumns }: Row): { taken: Set<number>; shown: number[] } {
  const [taken, shown] = [new Set<number>(), [] as number[]]
  for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
    const column = matrix.customerIndex[grant] ?? 0
    if (!inColumns.has(column)) continue
    taken.add(column)
    if (view.shows(grant)) shown.push(column)
  }
  return { taken, shown }
}

function includesOf(matrix: Compact, view: View): Selection['includes'] {
  const rows = new Map(matrix.technicians.map(({ id }, row) => [id, row]))
  return ({ technicianId, customerOrgId, accessLevel }) =>
    grantsAt(matrix, rows.get(technicianId) ?? -1, (column) => matrix.customers[column]?.id === customerOrgId).some(
      (grant) => levels[matrix.level[grant] ?? -1] === accessLevel && view.shows(grant),
    )
}

const between = (order: Int32Array, one: number, other: number): number[] => [
  ...order.slice(Math.min(one, other), Math.max(one, other) + 1),
]

const PAGE = '100'
const MOST_LISTS = 60

/** The grants in a selection, whole: by technician or by customer, whichever are fewer. */
export async function grantsIn({ technicians, customers, includes }: Selection): Promise<Grant[]> {
  const byTechnician = technicians.length <= customers.length
  const lists = byTechnician ? technicians : customers
  if (lists.length > MOST_LISTS)
    throw new Error('Select fewer rows or columns: this is more than can be done in one go.')
  const others = new Set((byTechnician ? customers : technicians).map(({ id }) => id))
  const found: Grant[] = []
  for (const { id } of lists) {
    const all = byTechnician ? await ofTechnician(id) : await onCustomer(id)
    found.push(
      ...all.filter((grant) => others.has(byTechnician ? grant.customerOrgId : grant.technicianId) && includes(grant)),
    )
  }
  return found
}

type Page = { items: unknown[]; totalPages: number }

async function whole(read: (page: string) => Promise<Page>): Promise<Grant[]> {
  const found: Grant[] = []
  for (let page = 1, pages = 1; page <= pages; page++) {
    const one = await read(String(page))
    found.push(...(one.items as Grant[]))
    pages = one.totalPages
  }
  return found
}

const ofTechnician = (technicianId: string): Promise<Grant[]> =>
  whole((page) =>
    ask(
      api.GET('/api/access-management/technician/{technicianId}', {
        params: { path: { technicianId }, query: { status: 'active', limit: PAGE, page } },
      }),
    ),
  )

const onCustomer = (customerId: string): Promise<Grant[]> =>
  whole((page) =>
    ask(
      api.GET('/api/access-management/customer/{customerId}/technicians', {
        params: { path: { customerId }, query: { status: 'active', limit: PAGE, page } },
      }),
    ),
  )
