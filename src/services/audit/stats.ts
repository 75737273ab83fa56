import type { Context } from '../../context.ts'
import { invalid } from '../../errors/refusal.ts'
import { figuresOf } from '../../policy/rolled-figures.ts'
import type { Figure } from '../../policy/rolled-figures.ts'
import { countRolled, findWatermark } from '../../queries/audit-rollups.ts'
import type { Rolled, RolledCount } from '../../queries/audit-rollups.ts'
import { countEvents, listLastEmails, TOP_ACTORS } from '../../queries/audit-stats.ts'
import type { Timeline } from '../../queries/audit-stats.ts'
import type { AuditFilter } from '../../types/audit.ts'
import type { AuditStats, AuditStatsQuery, Interval } from '../../types/audit-stats.ts'
import { periodOf } from './period.ts'
import type { Period } from './period.ts'

/** A year of hours fits. */
const MAX_INTERVALS = 10_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const lengthMs: Readonly<Record<Interval, number>> = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS }
/** From how many whole days on it pays to take them from what was added up. */
const MANY_DAYS = 3
/** The watermark may move between two looks. */
const ATTEMPTS = 3
/** Once a year it has an hour whose second half alone there is: what was added up cannot tell to which hour that belongs. */
const HALF_HOURS = /^Australia\/(Lord_Howe|LHI)$/

/** What the trail tells of a period, in figures. */
export async function auditStats(ctx: Context, query: AuditStatsQuery): Promise<AuditStats> {
  const { interval, timezone, from: _from, to: _to, ...filter } = query
  const { organizationId } = filter
  const period = periodOf(query, ctx.now)
  requireFewIntervals(period, interval)
  const figures = await count(ctx, filter, { ...period, interval, timezone })
  const actors = topOf(figures.filter(({ dimension }) => dimension === 'actor'))
  const emails = await ctx.db.run(listLastEmails(actors.map(({ key }) => key)))
  const stats = toStats(period, figures, new Map(emails.map(({ userId, email }) => [userId, email])))
  if (organizationId === undefined || stats.total === 0) return stats
  return { ...stats, byOrganization: { [organizationId]: stats.total } }
}

function requireFewIntervals({ from, to }: Period, interval: Interval): void {
  const fewEnough = (Date.parse(to) - Date.parse(from)) / lengthMs[interval] <= MAX_INTERVALS
  if (!fewEnough) throw invalid('interval', `Must cut the period into at most ${MAX_INTERVALS} parts`)
}

/** From what was added up where that pays and is there; else from the trail itself. */
async function count({ db }: Context, filter: AuditFilter, timeline: Timeline): Promise<readonly Figure[]> {
  const days = isAddedUp(filter) ? wholeDays(timeline) : null
  for (let attempt = 1; days !== null && attempt <= ATTEMPTS; attempt++) {
    const at = await db.run(findWatermark())
    if (at === null) break
    const rolled = await db.run(countRolled(filter, timeline, { ...days, ...at }))
    if (rolled.length > 0) return unrolled(rolled)
  }
  return db.run(countEvents(filter, timeline))
}

/** What was added up tells organizations apart, and nothing else together. */
const isAddedUp = (filter: AuditFilter): boolean =>
  Object.entries(filter).every(([name, value]) => name === 'organizationId' || value === undefined)

function unrolled(rolled: readonly RolledCount[]): Figure[] {
  const starts = rolled.flatMap(({ dimension, key }) => (dimension === 'time' ? [key] : [])).toSorted()
  const days = rolled.flatMap(({ key, counts }) => (counts === null ? [] : [{ day: key, counts }]))
  return added([...rolled.filter(({ counts }) => counts === null), ...figuresOf(days, starts)])
}

function wholeDays({ from, to, interval, timezone }: Timeline): Pick<Rolled, 'first' | 'end'> | null {
  if (interval === 'hour' && HALF_HOURS.test(timezone)) return null
  const first = Math.ceil(Date.parse(from) / DAY_MS)
  const end = Math.floor(Date.parse(to) / DAY_MS)
  if (end - first < MANY_DAYS) return null
  return { first: new Date(first * DAY_MS).toISOString(), end: new Date(end * DAY_MS).toISOString() }
}

/** Each key once, in the order of its first. */
function added(figures: readonly Figure[]): Figure[] {
  const sums = new Map<string, Figure>()
  for (const figure of figures) {
    const name = `${figure.dimension} ${figure.key}`
    const { total = 0, highRisk = 0 } = sums.get(name) ?? {}
    sums.set(name, { ...figure, total: total + figure.total, highRisk: highRisk + figure.highRisk })
  }
  return [...sums.values()]
}

function toStats(period: Period, figures: readonly Figure[], emails: ReadonlyMap<string, string | null>): AuditStats {
  const of = (dimension: string) => figures.filter((one) => one.dimension === dimension)
  const by = (dimension: string) => Object.fromEntries(of(dimension).map(({ key, total }) => [key, total]))
  const byAction = by('action')
  return {
    ...period,
    total: of('all')[0]?.total ?? 0,
    byAction,
    byCategory: by('category'),
    byOutcome: by('outcome'),
    byRiskLevel: by('risk'),
    byOrganization: by('organization'),
    topActors: topOf(of('actor')).map(({ key: userId, total }) => ({
      userId,
      email: emails.get(userId) ?? null,
      total,
    })),
    timeline: of('time')
      .toSorted(byKey)
      .map(({ key: start, total, highRisk }) => ({ start, total, highRisk })),
    failedLogins: byAction['auth.login_failed'] ?? 0,
    uniqueActors: of('actors')[0]?.total ?? of('actor').length,
  }
}

const byKey = (a: Figure, b: Figure): number => (a.key < b.key ? -1 : 1)
const topOf = (actors: readonly Figure[]): Figure[] => actors.toSorted(mostFirst).slice(0, TOP_ACTORS)
const mostFirst = (a: Figure, b: Figure): number => b.total - a.total || byKey(a, b)
