import { list, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditFilter } from '../types/audit.ts'
import type { Interval } from '../types/audit-stats.ts'
import { matching } from './audit-filter.ts'

/** One figure: how many events had this key in this dimension. */
export interface Count {
  readonly dimension:
    'all' | 'action' | 'category' | 'outcome' | 'risk' | 'organization' | 'actor' | 'actors' | 'time' | 'day'
  readonly key: string
  readonly total: number
  readonly highRisk: number
}

export interface Timeline {
  readonly from: string
  readonly to: string
  readonly interval: Interval
  readonly timezone: string
}

export const TOP_ACTORS = 10

/** Shorter than the shortest of each, so that every interval is met, whatever the zone's clocks do. */
const step = { hour: '15 minutes', day: '12 hours', week: '3 days' } as const

/** Two tables for a `with`: the events with the beginning of their interval, and how many there are by each dimension. */
export const countsIn = (events: Sql<unknown>, { interval, timezone }: Timeline): Sql<unknown> => sql`
    events as (
      select a.action, a.category, a.outcome, a.risk_level, a.org_id, a.user_id,
             date_trunc(${interval}, a.occurred_at, ${timezone}) as start
        from (${events}) a
    ), counted as (
      select grouping(action, category, outcome, risk_level, org_id, user_id, start) as missing,
             action, category, outcome, risk_level, org_id, user_id, start,
             count(*) as total, count(*) filter (where risk_level in ('high', 'critical')) as high
        from events
       group by grouping sets ((), (action), (category), (outcome), (risk_level), (org_id), (user_id), (start))
    )`

/** The beginning of every interval that the period touches. */
export const startsOf = ({ from, to, interval, timezone }: Timeline): Sql<unknown> => sql`
      select distinct date_trunc(${interval}, tick, ${timezone}) as start
        from generate_series(${from}::timestamptz, ${to}::timestamptz - interval '1 millisecond', ${step[interval]}::interval) tick
      union
      select date_trunc(${interval}, ${to}::timestamptz - interval '1 millisecond', ${timezone})
       where ${from}::timestamptz < ${to}::timestamptz`

/** What each dimension is called, by the columns that its groups lack. */
export const dimensionOf = sql`case missing when 127 then 'all' when 63 then 'action' when 95 then 'category' when 111 then 'outcome'
                        when 119 then 'risk' when 123 then 'organization' end`

/** The timeline, empty intervals too. Needs `counted`. */
export const timesOf = (timeline: Timeline): Sql<unknown> => sql`
    select 'time', to_char(s.start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), coalesce(c.total, 0), coalesce(c.high, 0)
      from (${startsOf(timeline)}) s left join counted c on c.missing = 126 and c.start = s.start order by s.start`

/** The figures of the events that match, by each of their dimensions: the trail is read once. */
export const countEvents = (filter: AuditFilter, timeline: Timeline): Statement<Count[]> =>
  list(sql<Count>`
    with ${countsIn(sql`select * from audit_logs a where ${matching({ ...filter, from: timeline.from, to: timeline.to })}`, timeline)}
    select ${dimensionOf} as dimension, coalesce(action, category, outcome, risk_level, org_id::text, '') as key, total, high as "highRisk"
      from counted where missing in (127, 63, 95, 111, 119, 123)
    union all
    select 'actors', '', count(*), 0 from counted where missing = 125 and user_id is not null
    union all
    (select 'actor', user_id::text, total, high from counted where missing = 125 and user_id is not null
      order by total desc, user_id limit ${TOP_ACTORS})
    union all
    (${timesOf(timeline)})`)

/** As they were last called in the trail. */
export const listLastEmails = (userIds: readonly string[]): Statement<{ userId: string; email: string | null }[]> =>
  list(sql<{ userId: string; email: string | null }>`
    select u.id as "userId", a.actor_email as email
      from unnest(${userIds}::uuid[]) u (id)
      left join lateral (select actor_email from audit_logs where user_id = u.id order by occurred_at desc limit 1) a on true`)
