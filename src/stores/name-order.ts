import type { Tenancy } from '../database/tenancy.ts'
import { listIdsByName } from '../queries/organizations.ts'
import type { Paging } from '../types/page.ts'
import type { GrantTable } from './grant-table.ts'
import { perParties } from './per-parties.ts'

/** All organizations by name: for pages of lists of which it is known whom they hold, so that only those of the page are looked up. */
export interface NameOrder {
  /** Of the given ids those on a page by name. */
  page(table: GrantTable, ids: readonly string[], page: NamePage): Promise<string[]>
}

interface NamePage extends Pick<Paging, 'limit' | 'offset'> {
  readonly descending: boolean
}

interface Order {
  readonly ids: readonly string[]
  readonly ranks: ReadonlyMap<string, number>
}

export function createNameOrder(identity: Tenancy): NameOrder {
  const remembered = perParties<Order>()

  async function readOrder(): Promise<Order> {
    const { ids } = await identity.run(listIdsByName())
    return { ids, ranks: new Map(ids.map((id, rank) => [id, rank])) }
  }

  return {
    async page(table, asked, { descending, limit, offset }) {
      const { ids, ranks } = await remembered(table, readOrder)
      // Who was removed since the table was read has no name any more, and no row either.
      const found = Int32Array.from(asked.flatMap((id) => ranks.get(id) ?? [])).sort()
      const ordered = descending ? found.reverse() : found
      return Array.from(ordered.subarray(offset, offset + limit), (rank) => ids[rank] ?? '')
    },
  }
}
