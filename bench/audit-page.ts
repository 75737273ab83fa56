import { listAuditEvents } from '../src/queries/audit-logs.ts'
import type { AuditFilter } from '../src/types/audit.ts'
import type { Answer, Question, Report } from './question.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'
import { rateOf, withTrail } from './support/trail.ts'
import type { Trail } from './support/trail.ts'

const LIMIT = 50

export const auditPage: Question = {
  id: 'audit-page',
  question:
    'How much of the rate of its first page does a list of events keep deep in it, for whom it is least: all organizations, or the busiest?',
  goal: 0.83,
  run: (report) => withTrail(report, (trail) => compare(trail, report)),
}

async function compare(trail: Trail, report: Report): Promise<Answer> {
  const lists: Record<string, AuditFilter> = { all: {}, busy: { organizationId: trail.busy } }
  const subjects: [string, () => Promise<number>][] = []
  for (const [name, filter] of Object.entries(lists)) {
    const at = Math.floor((trail.events / (name === 'all' ? 1 : 20)) * 0.8)
    const after = await placeAt(trail, filter, at)
    const seen = { text: await snapshot(trail), at: new Date().toISOString() }
    const first = { after: null, seen: null, late: null }
    subjects.push(
      [`${name} first`, () => rateOf(() => page(trail, filter, first))],
      [`${name} deep`, () => rateOf(() => page(trail, filter, { after, seen, late: null }))],
      [`${name} offset`, () => rateOf(() => page(trail, filter, first, Math.min(at, 100_000)), 200)],
    )
  }
  const rates = await interleave(Object.fromEntries(subjects), report)
  const ratioOf = (one: string, other: string): number => medianRatio(rates[one] ?? [], rates[other] ?? [])
  const least = ratioOf('all deep', 'all first') < ratioOf('busy deep', 'busy first') ? 'all' : 'busy'
  return {
    ours: median(rates[`${least} deep`] ?? []),
    against: median(rates[`${least} first`] ?? []),
    ratio: ratioOf(`${least} deep`, `${least} first`),
    unit: 'pages/s',
    details: {
      events: trail.events,
      all: ratioOf('all deep', 'all first'),
      busy: ratioOf('busy deep', 'busy first'),
      allAgainstOffset: ratioOf('all deep', 'all offset'),
      busyAgainstOffset: ratioOf('busy deep', 'busy offset'),
    },
  }
}

async function page(
  { staff }: Trail,
  filter: AuditFilter,
  part: Parameters<typeof listAuditEvents>[1],
  offset = 0,
): Promise<void> {
  const { events } = await staff.run(listAuditEvents(filter, part, { offset, limit: LIMIT }))
  if (events.length !== LIMIT) throw new Error(`a page of ${events.length} events`)
}

async function placeAt(
  { staff }: Trail,
  filter: AuditFilter,
  offset: number,
): Promise<{ occurredAt: string; id: string }> {
  const part = { after: null, seen: null, late: null }
  const { events } = await staff.run(listAuditEvents(filter, part, { offset, limit: 1 }))
  const [event] = events
  if (!event) throw new Error('the trail is too short')
  return { occurredAt: event.occurredAt, id: event.id }
}

async function snapshot({ owner }: Trail): Promise<string> {
  const { rows } = await owner.query<{ text: string }>('select pg_current_snapshot()::text as text')
  return rows[0]?.text ?? ''
}
