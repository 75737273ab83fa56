import type { Context } from '../../context.ts'
import { invalid } from '../../errors/refusal.ts'
import { countEvents } from '../../queries/audit-stats.ts'
import type { Count } from '../../queries/audit-stats.ts'
import type { AuditStats, AuditStatsQuery, Interval } from '../../types/audit-stats.ts'
import { periodOf } from './period.ts'
import type { Period } from './period.ts'

const TOP_ACTORS = 10
/** A year of hours fits. */
const MAX_INTERVALS = 10_000
const HOUR_MS = 3_600_000
const lengthMs: Readonly<Record<Interval, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS }

/** What the trail tells of a period, in figures. */
export async function auditStats(ctx: Context, query: AuditStatsQuery): Promise<AuditStats> {
  const { organizationId, interval, timezone } = query
  const period = periodOf(query, ctx.now)
  requireFewIntervals(period, interval)
  const counts = await ctx.db.run(countEvents({ organizationId }, { ...period, interval, timezone }, TOP_ACTORS))
  return toStats(period, counts)
}

function requireFewIntervals({ from, to }: Period, interval: Interval): void {
  const fewEnough = (Date.parse(to) - Date.parse(from)) / lengthMs[interval] <= MAX_INTERVALS
  if (!fewEnough) throw invalid('interval', `Must cut the period into at most ${MAX_INTERVALS} parts`)
}

function toStats(period: Period, counts: readonly Count[]): AuditStats {
  const of = (dimension: Count['dimension']) => counts.filter((one) => one.dimension === dimension)
  const by = (dimension: Count['dimension']) => Object.fromEntries(of(dimension).map(({ key, total }) => [key, total]))
  const byAction = by('action')
  return {
    ...period,
    total: of('all')[0]?.total ?? 0,
    byAction,
    byCategory: by('category'),
    byOutcome: by('outcome'),
    byRiskLevel: by('risk'),
    byOrganization: by('organization'),
    topActors: of('actor').map(({ key: userId, email, total }) => ({ userId, email, total })),
    timeline: of('time').map(({ key: start, total, highRisk }) => ({ start, total, highRisk })),
    failedLogins: byAction['auth.login_failed'] ?? 0,
    uniqueActors: of('actors')[0]?.total ?? 0,
  }
}
