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
import { serverCpu } from './support/server-cpu.ts'

const PAGES = 20
const CALLERS = 16
const WINDOWS = 20 * CALLERS

export const matrixWindow: Question = {
  id: 'matrix-window',
  question:
    'How many windows of 50 by 50 from memory, the looks for changes included, for the CPU of server and database that one from the tables takes?',
  goal: 20,
  run: (report) => withProvider(report, (provider) => compare(provider, report)),
}

type Window = (ctx: Context, query: AccessMatrixQuery) => Promise<AccessMatrix>

async function compare({ call, owner }: Provider, report: Report): Promise<Answer> {
  const seen = (ctx: Context, window: Window) => Promise.all(windows.map((query) => window(ctx, query)))
  const ctx = call()
  if (!isDeepStrictEqual(await seen(ctx, matrixFromMemory), await seen(ctx, matrixFromTables)))
    throw new Error('memory and tables differ')
  const measured = (window: Window) => async () => ({
    crowded: await cpuRate(owner, () => ask(call(), window, CALLERS)),
    alone: await cpuRate(owner, () => ask(call(), window, 1)),
  })
  const { ours, against } = await interleave(
    { ours: measured(matrixFromMemory), against: measured(matrixFromTables) },
    report,
  )
  const rates = (samples: typeof ours, callers: 'crowded' | 'alone'): number[] =>
    samples.map((sample) => sample[callers])
  return {
    ours: median(rates(ours, 'crowded')),
    against: median(rates(against, 'crowded')),
    ratio: medianRatio(rates(ours, 'crowded'), rates(against, 'crowded')),
    unit: 'windows/CPU s',
    details: { oneAtATime: medianRatio(rates(ours, 'alone'), rates(against, 'alone')) },
  }
}

const windows = Array.from({ length: PAGES }, (_, i) =>
  AccessMatrixQuery.parse({
    technicianLimit: '50',
    technicianPage: String(1 + (i % 10)),
    customerLimit: '50',
    customerPage: String(1 + i * 9),
  }),
)

async function cpuRate(owner: Provider['owner'], work: () => Promise<void>): Promise<number> {
  return (WINDOWS / (await serverCpu(owner, work))) * 1e6
}

async function ask(ctx: Context, window: Window, callers: number): Promise<void> {
  let asked = 0
  let bytes = 0
  const keepAsking = async (): Promise<void> => {
    while (asked < WINDOWS) {
      const query = windows[asked++ % windows.length]
      if (query === undefined) continue
      const answer = await window(ctx, query)
      bytes += JSON.stringify(answer).length
    }
  }
  await Promise.all(Array.from({ length: callers }, keepAsking))
  if (bytes < WINDOWS * 10_000) throw new Error('the windows were empty')
}
