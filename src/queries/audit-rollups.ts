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

/** What of a period is taken from what was added up: whole days of UTC, `first` is in it, `end` is not. */
export interface Rolled {
  readonly first: string
  readonly end: string
  /** What is below it was added up. */
  readonly watermark: string
}

/** Null where nothing is added up yet, or what is there is of another cluster. */
export const findWatermark = (): Statement<{ watermark: string } | null> =>
  find(sql<{ watermark: string }>`
    select watermark::text from audit_rollup_state where cluster = (select system_identifier::text from pg_control_system())`)

/** A figure, or a day's map of them. */
export type RolledCount = Count & { readonly counts: Readonly<Record<string, number>> | null }

/**
 * The same figures as `countEvents`, where whole days are taken from what was added up; the ends of the period, and what is newer than
 * the watermark, from the trail. Finds nothing where the watermark is another by now. It is given, not looked up here, so that the
 * planner knows how little is newer.
 */
export const countRolled = (
  filter: AuditFilter,
  timeline: Timeline,
  { first, end, watermark }: Rolled,
): Statement<RolledCount[]> => {
  const org = filter.organizationId ?? NIL
  const { from, to } = timeline
  const columns = sql`a.action, a.category, a.outcome, a.risk_level, a.org_id, a.user_id, a.occurred_at`
  const events = sql`
    select ${columns} from audit_logs a where ${matching({ ...filter, from, to: first })}
     union all
    select ${columns} from audit_logs a where ${matching({ ...filter, from: end, to })}
     union all
    select ${columns} from audit_logs a where a.tx_id >= ${watermark}::xid8 and ${matching({ ...filter, from: first, to: end })}`
  return list(sql<RolledCount>`
    with ${countsIn(events, timeline)}
    select f.* from audit_rollup_state s cross join (
      select ${dimensionOf} as dimension, coalesce(action, category, outcome, risk_level, '') as key, total, high as "highRisk", null::jsonb as counts
        from counted where missing in (127, 63, 95, 111, 119)
      union all
      ${filter.organizationId === undefined ? keysOf({ first, end }) : peopleNamed}
      union all
      select t.*, null::jsonb from (${timesOf(timeline)}) t
      union all
      select 'day', d.day::text, 0, 0, d.counts from audit_rollup_days d
       where d.org_id = ${org} and d.day >= ${dayOf(first)} and d.day < ${dayOf(end)}
    ) f
    where s.watermark = ${watermark}::xid8`)
}

/** All of them: the others are in the maps of the days. */
const peopleNamed = sql`select 'actor', user_id::text, total, 0, null::jsonb from counted where missing = 125 and user_id is not null`

/** Of all organizations together: whole months where they lie within, days where they do not. */
function keysOf({ first, end }: Pick<Rolled, 'first' | 'end'>): Sql<unknown> {
  const months = monthsWithin(first, end) ?? { first: end, end }
  const keys = (
    kind: 'actor' | 'organization',
    span: 'day' | 'month',
    [from, to]: readonly [string, string],
  ): Sql<unknown> => sql`
    select key, total from audit_rollup_keys
     where kind = ${kind} and span = ${span} and start >= ${dayOf(from)} and start < ${dayOf(to)}`
  const organizations = ([from, to]: readonly [string, string]): Sql<unknown> => sql`
    select org_id, total from audit_rollup_days where org_id <> ${NIL} and day >= ${dayOf(from)} and day < ${dayOf(to)}`
  const [before, within, after] = [
    [first, months.first],
    [months.first, months.end],
    [months.end, end],
  ] as const
  const summed = (parts: readonly Sql<unknown>[]): Sql<unknown> =>
    sql`select key, sum(total)::bigint as total from (${sql.join(parts, sql` union all `)}) k group by key`
  const people = summed([
    keys('actor', 'day', before),
    keys('actor', 'month', within),
    keys('actor', 'day', after),
    sql`select user_id, total from counted where missing = 125 and user_id is not null`,
  ])
  return sql`
      select 'organization', key::text, total, 0, null::jsonb
        from (${summed([
          keys('organization', 'month', within),
          organizations(before),
          organizations(after),
          sql`select org_id, total from counted where missing = 123`,
        ])}) o
      union all
      (with people as (${people})
       select 'actors', '', count(*), 0, null::jsonb from people
        union all
       (select 'actor', key::text, total, 0, null::jsonb from people order by total desc, key limit ${TOP_ACTORS}))`
}

const dayOf = (midnight: string): Sql<unknown> => sql`${midnight.slice(0, 10)}::date`

/** The first month that begins within, and the month that is not over at the end; null when they are the same. */
function monthsWithin(first: string, end: string): Pick<Rolled, 'first' | 'end'> | null {
  const [begin, over] = [new Date(first), new Date(end)]
  const months = begin.getUTCMonth() + (begin.getUTCDate() > 1 ? 1 : 0)
  const firstMonth = new Date(Date.UTC(begin.getUTCFullYear(), months)).toISOString()
  const endMonth = new Date(Date.UTC(over.getUTCFullYear(), over.getUTCMonth())).toISOString()
  return firstMonth < endMonth ? { first: firstMonth, end: endMonth } : null
}
