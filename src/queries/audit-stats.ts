import { list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { AuditFilter } from '../types/audit.ts'
import type { Interval } from '../types/audit-stats.ts'
import { matching } from './audit-filter.ts'

/** One figure: how many events had this key in this dimension. */
export interface Count {
  readonly dimension: 'all' | 'action' | 'category' | 'outcome' | 'risk' | 'organization' | 'actor' | 'actors' | 'time'
  readonly key: string
  readonly email: string | null
  readonly total: number
  readonly highRisk: number
}

export interface Timeline {
  readonly from: string
  readonly to: string
  readonly interval: Interval
  readonly timezone: string
}

/** Finer than the interval, so that every one of it is met, whatever the zone's clocks do. */
const step = { hour: '15 minutes', day: '1 hour', week: '12 hours' } as const

/** The figures of the events that match, by each of their dimensions: the trail is read once. */
export const countEvents = (
  filter: AuditFilter,
  { from, to, interval, timezone }: Timeline,
  topActors: number,
): Statement<Count[]> =>
  list(sql<Count>`
    with events as (
      select a.action, a.category, a.outcome, a.risk_level, a.org_id, a.user_id, a.actor_email,
             date_trunc(${interval}, a.occurred_at, ${timezone}) as start
        from audit_logs a
       where ${matching({ ...filter, from, to })}
    ), counted as (
      select grouping(action, category, outcome, risk_level, org_id, user_id, start) as missing,
             action, category, outcome, risk_level, org_id, user_id, start,
             max(actor_email) as email, count(*) as total, count(*) filter (where risk_level in ('high', 'critical')) as high
        from events
       group by grouping sets ((), (action), (category), (outcome), (risk_level), (org_id), (user_id), (start))
    ), actors as (
      select * from counted where missing = 125 and user_id is not null
    ), starts as (
      select distinct date_trunc(${interval}, tick, ${timezone}) as start
        from generate_series(${from}::timestamptz, ${to}::timestamptz - interval '1 millisecond', ${step[interval]}::interval) tick
      union
      select date_trunc(${interval}, ${to}::timestamptz - interval '1 millisecond', ${timezone})
       where ${from}::timestamptz < ${to}::timestamptz
    )
    select case missing when 127 then 'all' when 63 then 'action' when 95 then 'category' when 111 then 'outcome'
                        when 119 then 'risk' else 'organization' end as dimension,
           coalesce(action, category, outcome, risk_level, org_id::text, '') as key, null as email, total, high as "highRisk"
      from counted where missing in (127, 63, 95, 111, 119, 123)
    union all
    select 'actors', '', null, count(*), 0 from actors
    union all
    (select 'actor', user_id::text, email, total, high from actors order by total desc, user_id limit ${topActors})
    union all
    (select 'time', to_char(s.start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), null, coalesce(c.total, 0), coalesce(c.high, 0)
       from starts s left join counted c on c.missing = 126 and c.start = s.start order by s.start)`)
