import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { SeenPastGrant } from '../types/grant-history.ts'
import type { Paging } from '../types/page.ts'
import { grantOrder } from './access-lists.ts'
import { grantColumns, inStatus, withParties } from './access-shape.ts'
import type { Viewer } from './access-shape.ts'
import { contains } from './search.ts'

export interface PastFilter {
  readonly viewer: Viewer
  readonly at: Date
  /** What was recorded later is left out. */
  readonly knownAt: Date | null
  readonly of: { readonly technicianId: string } | { readonly customerOrgId: string }
  readonly search?: string | undefined
}

/** Members do not see these, and have no right to read them. */
const forStaff = (viewer: Viewer): Sql<unknown> => (viewer === 'member' ? sql`` : sql`h.ip_restrictions, h.notes,`)

/** Each grant that had begun, as it was at that instant: the last version of by then. Uses are the trail's to tell. */
const grantsThen = ({ viewer, at, knownAt }: PastFilter): Sql<unknown> => sql`
  technician_customer_access_history born
  cross join lateral (
    select h.access_id as id, h.technician_id, h.customer_org_id, h.access_level, h.status, h.allowed_services, ${forStaff(viewer)}
           h.time_restrictions, h.granted_by, h.granted_at, h.starts_at, h.expires_at, h.reason, h.revoked_at, h.revoked_by,
           h.revoked_reason, null::timestamptz(3) as last_used_at, null::bigint as usage_count
      from technician_customer_access_history h
     where h.customer_org_id = born.customer_org_id and h.access_id = born.access_id and h.valid_from <= ${at}
       and ${knownAt === null ? sql`true` : sql`h.recorded_at <= ${knownAt}`}
     order by h.valid_from desc, h.version desc
     limit 1) g
  ${withParties(viewer)}`

const inForce = ({ of, at, search }: PastFilter): Sql<unknown> => sql`
  ${'technicianId' in of ? sql`born.technician_id = ${of.technicianId}` : sql`born.customer_org_id = ${of.customerOrgId}`}
  and born.version = 1 and born.valid_from <= ${at} and ${inStatus('active', at)}
  and ${search === undefined ? sql`true` : sql`(${contains(sql`t.name_normal`, search)} or ${contains(sql`c.name_normal`, search)})`}`

export type PastSort = Extract<keyof typeof grantOrder, `${'' | '-'}${'grantedAt' | 'expiresAt'}`>

export const listGrantsThen = (
  filter: PastFilter,
  sort: PastSort,
  { limit, offset }: Paging,
): Statement<SeenPastGrant[]> =>
  list(sql<SeenPastGrant>`
    select ${grantColumns(filter.viewer, filter.at)} from ${grantsThen(filter)}
     where ${inForce(filter)}
     order by ${grantOrder[sort]}
     limit ${limit} offset ${offset}`)

export const countGrantsThen = (filter: PastFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select count(*) as total from ${grantsThen(filter)} where ${inForce(filter)}`)
