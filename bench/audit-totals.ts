import { countAuditEvents } from '../src/queries/audit-logs.ts'
import type { Answer, Question, Report } from './question.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'
import { rateOf, withTrail } from './support/trail.ts'
import type { Trail } from './support/trail.ts'

const CAP = 10_000

export const auditTotals: Question = {
  id: 'audit-totals',
  question: 'How much faster is a total that is capped at 10,000 than counting every event?',
  goal: 10,
  run: (report) => withTrail(report, (trail) => compare(trail, report)),
}

async function compare({ staff, owner, busy, events }: Trail, report: Report): Promise<Answer> {
  const capped = async (filter: object): Promise<void> => {
    const { total } = await staff.run(countAuditEvents(filter, CAP))
    if (total !== CAP + 1) throw new Error(`a total of ${total}`)
  }
  const rates = await interleave(
    {
      all: () => rateOf(() => capped({}), 500),
      exact: () => rateOf(() => owner.query('select count(*) from audit_logs'), 1),
      busy: () => rateOf(() => capped({ organizationId: busy }), 500),
    },
    report,
  )
  return {
    ours: median(rates.all),
    against: median(rates.exact),
    ratio: medianRatio(rates.all, rates.exact),
    unit: 'totals/s',
    details: { events, allMs: 1000 / median(rates.all), busyMs: 1000 / median(rates.busy) },
  }
}
