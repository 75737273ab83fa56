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

const matching = ({ of, now, status, search }: GrantFilter): Sql<unknown> => sql`
  ${'technicianId' in of ? sql`g.technician_id = ${of.technicianId}` : sql`g.customer_org_id = ${of.customerOrgId}`}
  and ${status === undefined ? sql`true` : inStatus(status, now)}
  and ${search === undefined ? sql`true` : sql`(${contains(sql`t.name_normal`, search)} or ${contains(sql`c.name_normal`, search)})`}`

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

/** What a member does not see is not in it. */
export const listGrants = <G extends SeenGrant>(
  filter: GrantFilter,
  sort: GrantSort,
  { limit, offset }: Paging,
): Statement<G[]> =>
  list(sql<G>`
    select ${grantColumns(filter.viewer, filter.now)} from ${grantWithParties(filter.viewer)}
     where ${matching(filter)}
     order by ${grantOrder[sort]}
     limit ${limit} offset ${offset}`)

/** The parties are joined only where their names are searched. */
export const countGrants = (filter: GrantFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`
    select count(*) as total
      from ${filter.search === undefined ? sql`technician_customer_access g` : grantWithParties(filter.viewer)}
     where ${matching(filter)}`)
