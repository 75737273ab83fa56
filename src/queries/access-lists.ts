import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { SeenGrant } from '../types/grant.ts'
import type { Paging } from '../types/page.ts'
import type { GrantStatus } from '../types/vocabulary.ts'
import { grantColumns, grantWithParties, inStatus } from './access-shape.ts'
import type { Viewer } from './access-shape.ts'
import { contains } from './search.ts'

export interface GrantFilter {
  readonly viewer: Viewer
  readonly now: Date
  readonly of: { readonly technicianId: string } | { readonly customerOrgId: string }
  readonly status?: GrantStatus | undefined
  readonly search?: string | undefined
}

const matching = (filter: GrantFilter): Sql<unknown> => sql`
  ${'technicianId' in filter.of ? sql`g.technician_id = ${filter.of.technicianId}` : sql`g.customer_org_id = ${filter.of.customerOrgId}`}
  and ${filter.status === undefined ? sql`true` : inStatus(filter.status, filter.now)}
  and ${filter.search === undefined ? sql`true` : sql`(${contains(sql`t.name_normal`, filter.search)} or ${contains(sql`c.name_normal`, filter.search)})`}`

/** The parties are joined only where their names are searched; all of a technician's customers at once, not one by one. */
function searched({ search, viewer }: GrantFilter): Sql<unknown> {
  if (search === undefined) return sql`technician_customer_access g`
  if (viewer !== 'technician') return grantWithParties(viewer)
  return sql`
    technician_customer_access g
    left join users t on t.id = g.technician_id
    join granted_customers() c on c.id = g.customer_org_id`
}

/** A grant without end outlasts all; one never used was used before all. */
export const grantOrder = {
  grantedAt: sql`g.granted_at, g.id desc`,
  '-grantedAt': sql`g.granted_at desc, g.id`,
  expiresAt: sql`g.expires_at nulls last, g.id desc`,
  '-expiresAt': sql`g.expires_at desc nulls first, g.id`,
  lastUsedAt: sql`g.last_used_at nulls first, g.id desc`,
  '-lastUsedAt': sql`g.last_used_at desc nulls last, g.id`,
} as const

export type GrantSort = keyof typeof grantOrder

/** The page is chosen first, so that only its parties are joined. What a member does not see is not in it. */
export const listGrants = <G extends SeenGrant>(
  filter: GrantFilter,
  sort: GrantSort,
  { limit, offset }: Paging,
): Statement<G[]> =>
  list(sql<G>`
    select ${grantColumns(filter.viewer, filter.now)} from ${grantWithParties(filter.viewer)}
     where g.id = any (array(
       select g.id from ${searched(filter)} where ${matching(filter)} order by ${grantOrder[sort]} limit ${limit} offset ${offset}))
     order by ${grantOrder[sort]}`)

export const countGrants = (filter: GrantFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select count(*) as total from ${searched(filter)} where ${matching(filter)}`)
