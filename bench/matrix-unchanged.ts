import type { Context } from '../src/context.ts'
import { isKnown } from '../src/policy/preconditions.ts'
import { accessMatrix } from '../src/services/multi-tenant.service.ts'
import { AccessMatrixQuery } from '../src/types/access-matrix.ts'
import type { EncodedMatrix } from '../src/types/access-matrix.ts'
import type { Answer, Question, Report } from './question.ts'
import { withProvider } from './support/provider.ts'
import type { Provider } from './support/provider.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const TIMES = 500
/** A fifth of a millisecond each. */
const ALLOWED = 5000

export const matrixUnchanged: Question = {
  id: 'matrix-unchanged',
  question:
    'Is it known in a fifth of a millisecond that nothing in the whole matrix has changed, the look for changes included?',
  goal: 1,
  run: (report) => withProvider(report, (provider) => compare(provider, report)),
}

async function compare({ owner, call }: Provider, report: Report): Promise<Answer> {
  const { version } = await whole(call())
  const { ours, roundTrip } = await interleave(
    {
      ours: () => rate(async () => isKnown(`"${version}"`, (await whole(call())).version)),
      roundTrip: () => rate(async () => (await owner.query({ name: 'one', text: 'select' })).rowCount === 1),
    },
    report,
  )
  return {
    ours: median(ours),
    against: ALLOWED,
    ratio: median(ours) / ALLOWED,
    unit: 'answers/s',
    details: { ofAnEmptyRoundTrip: medianRatio(ours, roundTrip) },
  }
}

const whole = async (ctx: Context): Promise<EncodedMatrix> =>
  (await accessMatrix(ctx, AccessMatrixQuery.parse({ view: 'compact' }))) as EncodedMatrix

async function rate(isTrue: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now()
  for (let i = 0; i < TIMES; i++) if (!(await isTrue())) throw new Error('something has changed')
  return (TIMES / (performance.now() - startedAt)) * 1000
}
