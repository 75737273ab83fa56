import { sql } from '../database/statement.ts'
import type { Sql } from '../database/statement.ts'
import type { Scope } from '../types/scope.ts'
import type { GrantStatus } from '../types/vocabulary.ts'

/** As whom the rows are read; it decides how the other party's name is found and what is left out. */
export type Viewer = Scope['as']

/** The status of `g` at an instant, whether or not the job that writes it down has run. */
export const statusAt = (now: Date): Sql<GrantStatus> => sql`
  case when g.status in ('revoked', 'expired') then g.status
       when g.expires_at <= ${now} then 'expired'
       when g.starts_at <= ${now} then 'active'
       else 'scheduled' end`

const live = sql`g.status in ('scheduled', 'active')`

/** The same as a condition, one part of which an index can serve. */
export const inStatus = (status: GrantStatus, now: Date): Sql<boolean> =>
  ({
    scheduled: () => sql<boolean>`(${live} and g.starts_at > ${now})`,
    active: () => sql<boolean>`(${live} and g.starts_at <= ${now} and (g.expires_at is null or g.expires_at > ${now}))`,
    expired: () => sql<boolean>`(g.status = 'expired' or (${live} and g.expires_at <= ${now}))`,
    revoked: () => sql<boolean>`g.status = 'revoked'`,
  })[status]()

const forEverybody = (now: Date): Sql<unknown> => sql`
  g.id, g.technician_id as "technicianId", g.customer_org_id as "customerOrgId", g.access_level as "accessLevel",
  ${statusAt(now)} as status, g.allowed_services as "allowedServices", g.time_restrictions as "timeRestrictions",
  g.starts_at as "startsAt", g.expires_at as "expiresAt", g.granted_by as "grantedBy", g.granted_at as "grantedAt", g.reason,
  g.revoked_at as "revokedAt", g.revoked_by as "revokedBy", g.revoked_reason as "revokedReason",
  g.last_used_at as "lastUsedAt", g.usage_count as "usageCount",
  jsonb_build_object('id', g.technician_id, 'firstName', t.first_name, 'lastName', t.last_name, 'email', t.email,
                     'role', t.role) as technician,
  jsonb_build_object('id', g.customer_org_id, 'name', c.name) as customer`

/** Needs `grantWithParties`. */
export const grantColumns = (viewer: Viewer, now: Date): Sql<unknown> =>
  viewer === 'member' ? forEverybody(now) : sql`${forEverybody(now)}, g.ip_restrictions as "ipRestrictions", g.notes`

/** The grant `g` with its technician `t` and its customer `c`. */
export const grantWithParties = (viewer: Viewer): Sql<unknown> =>
  sql`technician_customer_access g ${withParties(viewer)}`

/** Row security shows members and technicians only their own party. */
export function withParties(viewer: Viewer): Sql<unknown> {
  if (viewer === 'member') {
    return sql`
      cross join lateral access_technician(g.id) t
      join organizations c on c.id = g.customer_org_id`
  }
  if (viewer === 'technician') {
    return sql`
      left join users t on t.id = g.technician_id
      cross join lateral access_customer(g.id) c`
  }
  return sql`
    join users t on t.id = g.technician_id
    join organizations c on c.id = g.customer_org_id`
}
