import { refusalsNamed } from '../src/policy/judge-grants.ts'
import type { Answer, Question, Report } from './question.ts'
import { decisionRate } from './support/decisions.ts'
import { cpuRate } from './support/cpu.ts'
import { makeCases, populate, tabulate } from './support/population.ts'
import type { Case } from './support/population.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

export const denialReasons: Question = {
  id: 'denial-reasons',
  question: 'How much of the rate is left when every no says all its reasons, on the days when clocks change?',
  goal: 0.7,
  run: (report) => compare(report),
}

/** Around the hour that is skipped and the hour that comes twice, in several zones. */
const instants = [
  '2026-03-08T06:59Z',
  '2026-03-29T00:59Z',
  '2026-03-29T01:00Z',
  '2026-10-25T00:59Z',
  '2026-11-01T06:00Z',
].map((written) => new Date(written))

async function compare(report: Report): Promise<Answer> {
  const population = populate()
  const cases = makeCases(population, instants)
  const table = tabulate(population)
  const { ours, against } = await interleave(
    {
      ours: async () => reasonRate(cases, ({ pair, asked }) => refusalsNamed(table.judge(pair, asked))),
      against: async () =>
        decisionRate(cases, {
          decide: ({ pair, asked }) => table.judge(pair, asked) === 0,
          expected: ({ answer }) => answer.allowed,
        }),
    },
    report,
  )
  return { ours: median(ours), against: median(against), ratio: medianRatio(ours, against), unit: 'decisions/CPU s' }
}

/** Each reason is compared with that of the rules, in their order. */
function reasonRate(cases: readonly Case[], explain: (one: Case) => readonly string[]): number {
  return cpuRate(cases.length * 10, () => {
    for (let turn = 0; turn < 10; turn++) {
      for (const one of cases) {
        const reasons = explain(one)
        const { reasons: expected } = one.answer
        if (reasons.length !== expected.length || reasons.some((reason, i) => reason !== expected[i]))
          throw new Error(`refused with ${reasons.join()} where ${expected.join()} are the reasons`)
      }
    }
  })
}
