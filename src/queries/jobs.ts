import { execute, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { ExpiredGrant } from './access-grants.ts'
import type { AccessLevel } from '../types/vocabulary.ts'

/** Marks grants as expired; one that is being changed is left for the next time, when it may have a later end. */
export const expireGrants = (now: Date, limit: number): Statement<ExpiredGrant[]> =>
  list(sql<ExpiredGrant>`
    update technician_customer_access set status = 'expired', updated_at = ${now}
     where id in (
             select id from technician_customer_access
              where status in ('scheduled', 'active') and expires_at <= ${now}
              order by expires_at
              limit ${limit}
                for update skip locked)
    returning id, customer_org_id as "customerOrgId", technician_id as "technicianId", expires_at as "expiresAt"`)

export interface EndingGrant {
  readonly id: string
  readonly customerOrgId: string
  readonly customerName: string
  readonly technicianId: string
  readonly technicianName: string
  readonly accessLevel: AccessLevel
  readonly grantedBy: string
  readonly expiresAt: string
  readonly onceKey: string
}

/** Names one reminder: of this end of this grant, so many days before it. */
const reminder = (days: number): Sql<string> =>
  sql<string>`concat_ws(' ', 'access_expiring', g.id, to_char(g.expires_at at time zone 'UTC', 'YYYYMMDDHH24MISSMS'), ${days}::text)`

/**
 * Live grants that end within `days` but not within `but` days, whose technician was not reminded of it yet. One that was made
 * for less than `days` needs no reminder so many days before its end.
 */
export const listEndingGrants = (
  { days, but }: { days: number; but: number },
  now: Date,
  limit: number,
): Statement<EndingGrant[]> =>
  list(sql<EndingGrant>`
    select g.id, g.customer_org_id as "customerOrgId", o.name as "customerName", g.technician_id as "technicianId",
           u.first_name || ' ' || u.last_name as "technicianName", g.access_level as "accessLevel", g.granted_by as "grantedBy",
           g.expires_at as "expiresAt", ${reminder(days)} as "onceKey"
      from technician_customer_access g
      join users u on u.id = g.technician_id and u.status = 'active'
      join organizations o on o.id = g.customer_org_id and o.status = 'active'
     where g.status in ('scheduled', 'active')
       and g.expires_at > ${now}::timestamptz + make_interval(days => ${but})
       and g.expires_at <= ${now}::timestamptz + make_interval(days => ${days})
       and greatest(g.starts_at, g.granted_at) < g.expires_at - make_interval(days => ${days})
       and not exists (
             select from notifications n
              where n.org_id = u.org_id and n.user_id = u.id and n.once_key = ${reminder(days)})
     order by g.expires_at, g.id
     limit ${limit}`)

export const deleteChallengesBefore = (since: Date): Statement<number> =>
  execute(sql`delete from auth_challenges where expires_at < ${since}`)

export const deleteInvitationsBefore = (since: Date): Statement<number> =>
  execute(sql`delete from invitations where expires_at < ${since}`)

/** Any constant. */
const PARTITIONS = 7_316_420_552

/** How many were made; none where another node is at it. */
export const ensureAuditPartitions = (): Statement<{ made: number }> =>
  one(sql<{ made: number }>`
    select case when pg_try_advisory_xact_lock(${PARTITIONS}::bigint) then ensure_audit_partitions() else 0 end as made`)
