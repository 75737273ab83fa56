import { api, ask } from '../../api/client.ts'
import type { Schemas } from '../../api/client.ts'
import type { Compact, View } from './model.ts'
import type { Block } from './paint.ts'

export type Grant = Schemas['Grant']

export interface Selection {
  technicians: Compact['technicians']
  customers: Compact['customers']
  /** How many shown grants lie in it. */
  grants: number
  /** Pairs without any grant. */
  empty: { technician: Compact['technicians'][number]; customer: Compact['customers'][number] }[]
}

const MOST_EMPTY = 200

export function selectionOf(matrix: Compact, view: View, block: Block): Selection {
  const rows = between(view.rows.order, block.row, block.toRow)
  const columns = between(view.columns.order, block.column, block.toColumn)
  const inColumns = new Set(columns)
  const empty: Selection['empty'] = []
  let grants = 0
  for (const row of rows) {
    const taken = new Set<number>()
    for (let grant = matrix.rowOffsets[row] ?? 0; grant < (matrix.rowOffsets[row + 1] ?? 0); grant++) {
      const column = matrix.customerIndex[grant] ?? 0
      if (!inColumns.has(column)) continue
      taken.add(column)
      if (view.shows(grant)) grants++
    }
    for (const column of columns) {
      const [technician, customer] = [matrix.technicians[row], matrix.customers[column]]
      if (!taken.has(column) && technician && customer && empty.length < MOST_EMPTY)
        empty.push({ technician, customer })
    }
  }
  return {
    technicians: rows.flatMap((row) => matrix.technicians[row] ?? []),
    customers: columns.flatMap((column) => matrix.customers[column] ?? []),
    grants,
    empty,
  }
}

const between = (order: Int32Array, one: number, other: number): number[] => [
  ...order.slice(Math.min(one, other), Math.max(one, other) + 1),
]

const PAGE = '100'
const MOST_LISTS = 60

/** The grants in a selection, whole: by technician or by customer, whichever are fewer. */
export async function grantsIn({ technicians, customers }: Selection): Promise<Grant[]> {
  const byTechnician = technicians.length <= customers.length
  const lists = byTechnician ? technicians : customers
  if (lists.length > MOST_LISTS)
    throw new Error('Select fewer rows or columns: this is more than can be done in one go.')
  const others = new Set((byTechnician ? customers : technicians).map(({ id }) => id))
  const found: Grant[] = []
  for (const { id } of lists) {
    const all = byTechnician ? await ofTechnician(id) : await onCustomer(id)
    found.push(...all.filter((grant) => others.has(byTechnician ? grant.customerOrgId : grant.technicianId)))
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
