import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../src/context.ts'
import { matrixFromMemory } from '../src/services/multi-tenant/matrix-from-memory.ts'
import { matrixFromTables } from '../src/services/multi-tenant/matrix-from-tables.ts'
import { AccessMatrixQuery } from '../src/types/access-matrix.ts'
import type { AccessMatrix } from '../src/types/access-matrix.ts'
import type { Answer, Question, Report } from './question.ts'
import { withProvider } from './support/provider.ts'
import type { Provider } from './support/provider.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const PAGES = 20

export const matrixWindow: Question = {
  id: 'matrix-window',
  question: 'How many times as fast as its SQL is a window of 50 by 50 from memory, the look for changes included?',
  goal: 20,
  run: (report) => withProvider(report, (provider) => compare(provider, report)),
}

type Window = (ctx: Context, query: AccessMatrixQuery) => Promise<AccessMatrix>

async function compare({ call }: Provider, report: Report): Promise<Answer> {
  const seen = (ctx: Context, window: Window) => Promise.all(windows.map((query) => window(ctx, query)))
  const ctx = call()
  if (!isDeepStrictEqual(await seen(ctx, matrixFromMemory), await seen(ctx, matrixFromTables)))
    throw new Error('memory and tables differ')
  const { ours, against } = await interleave(
    { ours: () => rate(call(), matrixFromMemory), against: () => rate(call(), matrixFromTables) },
    report,
  )
  return { ours: median(ours), against: median(against), ratio: medianRatio(ours, against), unit: 'windows/s' }
}

const windows = Array.from({ length: PAGES }, (_, i) =>
  AccessMatrixQuery.parse({
    technicianLimit: '50',
    technicianPage: String(1 + (i % 10)),
    customerLimit: '50',
    customerPage: String(1 + i * 9),
  }),
)

async function rate(ctx: Context, window: Window): Promise<number> {
  const startedAt = performance.now()
  let bytes = 0
  for (const query of windows) bytes += JSON.stringify(await window(ctx, query)).length
  if (bytes < PAGES * 10_000) throw new Error('the windows were empty')
  return (PAGES / (performance.now() - startedAt)) * 1000
}
