import { find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditFilter } from '../types/audit.ts'
import { matching } from './audit-filter.ts'
import { countsIn, dimensionOf, timesOf, TOP_ACTORS } from './audit-stats.ts'
import type { Count, Timeline } from './audit-stats.ts'

const MINUTES_AT_MOST = 10

/** The first time all of a large trail is added up. For this transaction. */
export const bePatient = (): Statement<unknown> =>
  find(sql`select set_config('statement_timeout', ${`${MINUTES_AT_MOST}min`}, true)`)

export const rollUp = (): Statement<{ added: number }> => one(sql<{ added: number }>`select roll_up_audit() as added`)

const NIL = '00000000-0000-0000-0000-000000000000'

/** Whole days of UTC within a period: `first` is in it, `end` is not. */
export interface WholeDays {
  readonly first: string
  readonly end: string
}

/** A figure, or a day's map of them. */
export type RolledCount = Count & { readonly counts: Readonly<Record<string, number>> | null }

/**
 * The same figures as `countEvents`, where whole days are taken from what was added up; the ends of the period, and what is newer than
 * the watermark, from the trail. One statement, so that all of it sees one watermark. Finds nothing where nothing is added up yet.
 */
export const countRolled = (
  filter: AuditFilter,
  timeline: Timeline,
  { first, end }: WholeDays,
): Statement<RolledCount[]> => {
  const org = filter.organizationId ?? NIL
  const { from, to } = timeline
  const columns = sql`a.action, a.category, a.outcome, a.risk_level, a.org_id, a.user_id, a.occurred_at`
  const events = sql`
    select ${columns} from audit_logs a where ${matching({ ...filter, from, to: first })}
     union all
    select ${columns} from audit_logs a where ${matching({ ...filter, from: end, to })}
     union all
    select ${columns} from audit_logs a
     where a.tx_id >= (select watermark from state) and ${matching({ ...filter, from: first, to: end })}`
  return list(sql<RolledCount>`
    with state as materialized (
      select watermark from audit_rollup_state where cluster = (select system_identifier::text from pg_control_system())
    ), ${countsIn(events, timeline)}, keys as (
      select kind, key, sum(total)::bigint as total
        from (select k.kind, k.key, k.total from audit_rollup_keys k where k.org_id = ${org} and ${spans({ first, end })}
               union all
              select 'actor', user_id, total from counted where missing = 125 and user_id is not null
               union all
              select 'organization', org_id, total from counted where missing = 123) k
       group by kind, key
    )
    select f.dimension, f.key, f.total, f."highRisk", d.counts
      from state cross join (
        select ${dimensionOf} as dimension, coalesce(action, category, outcome, risk_level, '') as key, total, high as "highRisk"
          from counted where missing in (127, 63, 95, 111, 119)
        union all
        select 'organization', key::text, total, 0 from keys where kind = 'organization'
        union all
        select 'actors', '', count(*), 0 from keys where kind = 'actor'
        union all
        (select 'actor', key::text, total, 0 from keys where kind = 'actor' order by total desc, key limit ${TOP_ACTORS})
        union all
        (${timesOf(timeline)})
        union all
        select 'day', d.day::text, 0, 0 from audit_rollup_days d
         where d.org_id = ${org} and d.day >= ${first}::timestamptz::date and d.day < ${end}::timestamptz::date
      ) f
      left join audit_rollup_days d on f.dimension = 'day' and d.org_id = ${org} and d.day::text = f.key`)
}

/** Whole months where they lie within, days where they do not. Both ends are midnights of UTC. */
const spans = ({ first, end }: WholeDays): Sql<unknown> => {
  const [begin, over] = [sql`${first}::timestamptz::date`, sql`${end}::timestamptz::date`]
  const firstMonth = sql`date_trunc('month', ${first}::timestamptz + interval '1 month' - interval '1 day')::date`
  const endMonth = sql`date_trunc('month', ${end}::timestamptz)::date`
  return sql`(
    (k.span = 'month' and k.start >= ${firstMonth} and k.start < ${endMonth})
    or (k.span = 'day' and k.start >= ${begin} and k.start < ${over} and not (k.start >= ${firstMonth} and k.start < ${endMonth})))`
}
