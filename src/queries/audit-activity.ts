import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditEvent } from '../types/audit.ts'
import type { UserActivity } from '../types/audit-stats.ts'
import { auditColumns } from './audit-logs.ts'

/** What somebody did in a period. */
export interface Deeds {
  readonly userId: string
  readonly from: string
  readonly to: string
  /** Leaves out what they did in this organization's own trail. */
  readonly exceptIn: string | null
}

const done = ({ userId, from, to, exceptIn }: Deeds): Sql<unknown> => sql`
  a.user_id = ${userId} and a.occurred_at >= ${from} and a.occurred_at < ${to}
  and ${exceptIn === null ? sql`true` : sql`a.org_id <> ${exceptIn}`}`

type Figures = Pick<UserActivity, 'totals' | 'byAction' | 'byDay' | 'highRisk'>

export const countDeeds = (deeds: Deeds): Statement<Figures> =>
  one(sql<Figures>`
    with deeds as (select a.action, a.outcome, a.risk_level, a.occurred_at from audit_logs a where ${done(deeds)})
    select (select jsonb_build_object(
              'events', count(*),
              'success', count(*) filter (where outcome = 'success'),
              'failure', count(*) filter (where outcome = 'failure'),
              'denied', count(*) filter (where outcome = 'denied')) from deeds) as totals,
           (select count(*) from deeds where risk_level in ('high', 'critical')) as "highRisk",
           (select coalesce(jsonb_object_agg(action, n), '{}') from (select action, count(*) as n from deeds group by 1) c) as "byAction",
           (select coalesce(jsonb_agg(jsonb_build_object('day', day, 'total', n) order by day), '[]')
              from (select (occurred_at at time zone 'UTC')::date as day, count(*) as n from deeds group by 1) c) as "byDay"`)

export const listLogins = (deeds: Deeds, limit: number): Statement<UserActivity['lastLogins']> =>
  list(sql<UserActivity['lastLogins'][number]>`
    select a.occurred_at as "occurredAt", host(a.ip_address) as "ipAddress", a.user_agent as "userAgent"
      from audit_logs a
     where ${done(deeds)} and a.action = 'auth.login_succeeded'
     order by a.occurred_at desc, a.id desc
     limit ${limit}`)

/** Other organizations than their own, in whose trail they are. */
export const listCustomersAccessed = (deeds: Deeds): Statement<UserActivity['customersAccessed']> =>
  list(sql<UserActivity['customersAccessed'][number]>`
    select d.org_id as "organizationId", o.name, d.events, d."lastAt"
      from (select a.org_id, count(*) as events, max(a.occurred_at) as "lastAt"
              from audit_logs a
             where ${done(deeds)} and a.actor_org_id <> a.org_id
             group by a.org_id) d
      left join organizations o on o.id = d.org_id
     order by d."lastAt" desc, d.org_id`)

export const listDeeds = (deeds: Deeds, limit: number): Statement<AuditEvent[]> =>
  list(sql<AuditEvent>`
    select ${auditColumns} from audit_logs a
     where ${done(deeds)}
     order by a.occurred_at desc, a.id desc
     limit ${limit}`)
