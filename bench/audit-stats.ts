import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../src/context.ts'
import { auditStats, rollUpTrail } from '../src/services/audit.service.ts'
import { countEvents } from '../src/queries/audit-stats.ts'
import type { Answer, Question, Report } from './question.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'
import { rateOf, withTrail } from './support/trail.ts'
import type { Trail } from './support/trail.ts'

const DAY_MS = 86_400_000

export const auditStatistics: Question = {
  id: 'audit-stats',
  question:
    'How much faster are the statistics of almost a year from what was added up than from the events, for whom it is least: all organizations, or the busiest?',
  goal: 60,
  run: (report) => withTrail(report, (trail) => compare(trail, report)),
}

async function compare(trail: Trail, report: Report): Promise<Answer> {
  const begin = Date.now() - 24 * DAY_MS
  const period = { from: new Date(begin).toISOString(), to: new Date(begin + 360 * DAY_MS).toISOString() }
  const query = { ...period, interval: 'day', timezone: 'Europe/Berlin' } as const
  const ctx = { db: trail.staff, now: new Date() } as unknown as Context
  const ask = (organizationId?: string) => auditStats(ctx, { ...query, organizationId })
  const fromEvents = (organizationId?: string) => trail.staff.run(countEvents({ organizationId }, query))

  const before = await Promise.all([ask(), ask(trail.busy)])
  report('adding up')
  const started = performance.now()
  await rollUpTrail({ db: trail.clock } as Parameters<typeof rollUpTrail>[0])
  const addingUpSeconds = (performance.now() - started) / 1000
  await trail.owner.query('vacuum analyze audit_rollup_days, audit_rollup_keys')
  if (!isDeepStrictEqual(before, await Promise.all([ask(), ask(trail.busy)]))) {
    throw new Error('what was added up says something else than the trail')
  }

  const rates = await interleave(
    {
      all: () => rateOf(() => ask(), 500),
      allEvents: () => rateOf(() => fromEvents(), 1),
      busy: () => rateOf(() => ask(trail.busy), 500),
      busyEvents: () => rateOf(() => fromEvents(trail.busy), 1),
    },
    report,
  )
  const all = medianRatio(rates.all, rates.allEvents)
  const busy = medianRatio(rates.busy, rates.busyEvents)
  const least = all < busy ? (['all', 'allEvents'] as const) : (['busy', 'busyEvents'] as const)
  return {
    ours: median(rates[least[0]]),
    against: median(rates[least[1]]),
    ratio: Math.min(all, busy),
    unit: 'statistics/s',
    details: {
      events: trail.events,
      all,
      busy,
      allMs: 1000 / median(rates.all),
      busyMs: 1000 / median(rates.busy),
      addingUpEventsPerSecond: trail.events / addingUpSeconds,
    },
  }
}
