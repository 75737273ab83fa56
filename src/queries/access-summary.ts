import { list, one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { AccessSummary } from '../types/access-summary.ts'
import type { Grantee } from '../types/grant.ts'
import { holdsAt, longUnusedFrom, soonExpiredFrom } from './access-marks.ts'
import { inStatus } from './access-shape.ts'

export interface GrantCounts {
  readonly active: number
  readonly scheduled: number
  readonly expired: number
  readonly revoked: number
  readonly readOnly: number
  readonly fullAccess: number
  readonly emergency: number
  readonly soonExpired: number
  readonly longUnused: number
  readonly recentlyGranted: number
  readonly recentlyRevoked: number
}

/** In one pass over those that are not over; of the others only their index is read. */
export const countAllGrants = (now: Date): Statement<GrantCounts> =>
  one(sql<GrantCounts>`
    select live.*, live.overtaken + (select count(*) from technician_customer_access where status = 'expired') as expired,
           (select count(*) from technician_customer_access where status = 'revoked') as revoked,
           (select count(*) from technician_customer_access where granted_at > ${dayBefore(now)}) as "recentlyGranted",
           (select count(*) from technician_customer_access where status = 'revoked' and revoked_at > ${dayBefore(now)}) as "recentlyRevoked"
      from (
        select count(*) filter (where active) as active,
               count(*) filter (where g.starts_at > ${now}) as scheduled,
               count(*) filter (where g.expires_at <= ${now}) as overtaken,
               count(*) filter (where active and g.access_level = 'read_only') as "readOnly",
               count(*) filter (where active and g.access_level = 'full_access') as "fullAccess",
               count(*) filter (where active and g.access_level = 'emergency') as emergency,
               count(*) filter (where active and ${holdsAt(soonExpiredFrom, now)}) as "soonExpired",
               count(*) filter (where active and ${holdsAt(longUnusedFrom, now)}) as "longUnused"
          from technician_customer_access g
         cross join lateral (select ${inStatus('active', now)} as active) a
         where g.status in ('scheduled', 'active')) live`)

const dayBefore = (now: Date): Date => new Date(now.getTime() - 86_400_000)

export interface ReachCounts {
  readonly technicians: number
  readonly customers: number
  readonly allCustomers: number
}

/** Who can reach whom at all, whatever else restricts it. */
export const countReach = (now: Date): Statement<ReachCounts> =>
  one(sql<ReachCounts>`
    with held as (
      select g.technician_id, g.customer_org_id
        from technician_customer_access g
        join users t on t.id = g.technician_id and t.status = 'active'
        join organizations c on c.id = g.customer_org_id and c.status = 'active'
       where ${inStatus('active', now)}
    )
    select (select count(*) from (select distinct technician_id from held) t) as technicians,
           (select count(*) from (select distinct customer_org_id from held) c) as customers,
           (select count(*) from organizations where type = 'customer' and status = 'active') as "allCustomers"`)

interface TopRow extends Grantee {
  readonly activeGrants: number
}

export function listTopTechnicians(now: Date, limit: number): Statement<AccessSummary['topTechnicians']> {
  const query = list(sql<TopRow>`
    select t.id, t.first_name as "firstName", t.last_name as "lastName", t.email, t.role, held.grants as "activeGrants"
      from (select g.technician_id, count(*) as grants from technician_customer_access g
             where ${inStatus('active', now)} group by g.technician_id) held
      join users t on t.id = held.technician_id and t.status = 'active'
     order by held.grants desc, t.name_normal, t.id
     limit ${limit}`)
  const toTop = ({ activeGrants, ...technician }: TopRow) => ({ technician, activeGrants })
  return { ...query, read: (answer) => query.read(answer).map(toTop) }
}
