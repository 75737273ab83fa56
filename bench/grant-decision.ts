import type { Answer, Question, Report } from './question.ts'
import { decisionRate, INSTANTS } from './support/decisions.ts'
import type { Decider } from './support/decisions.ts'
import { cpuRate } from './support/cpu.ts'
import { makeCases, populate, tabulate, TECHNICIANS } from './support/population.ts'
import type { Case, Population } from './support/population.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const FEW = 2000
const MANY = 1_000_000

export const grantDecision: Question = {
  id: 'grant-decision',
  question: 'How much of one look-up in a Map is left when all rules are judged of the grants that it finds?',
  goal: 0.12,
  run: (report) => compare(report),
}

async function compare(report: Report): Promise<Answer> {
  const population = populate()
  const cases = makeCases(population, INSTANTS)
  const pairs = new Map(allPairs(population).map((pair, i) => [pair, i]))
  const numbers = new Map(Array.from(pairs.values(), (n) => [n * 97, true]))
  const asked = cases.map(({ pair }) => ({ key: pair.technicianId + pair.customerOrgId }))
  const numbered = asked.map(({ key }, i) => (pairs.get(key) ?? i) * 97)
  const [few, some, many] = [deciderOf(populate(FEW)), deciderOf(population), deciderOf(populate(MANY))]
  const casesOf = { few: makeCases(populate(FEW), INSTANTS), many: makeCases(populate(MANY), INSTANTS) }
  const samples = await interleave(
    {
      ours: async () => decisionRate(cases, some),
      against: async () => lookUpRate(asked, ({ key }) => pairs.has(key)),
      byNumber: async () => lookUpRate(numbered, (key) => numbers.has(key)),
      few: async () => decisionRate(casesOf.few, few),
      many: async () => decisionRate(casesOf.many, many),
    },
    report,
  )
  return {
    ours: median(samples.ours),
    against: median(samples.against),
    ratio: medianRatio(samples.ours, samples.against),
    unit: 'decisions/CPU s',
    details: {
      ofALookUpByNumber: medianRatio(samples.ours, samples.byNumber),
      timesSlowerFrom2000To1000000: medianRatio(samples.few, samples.many),
    },
  }
}

const allPairs = (population: Population): string[] =>
  Array.from({ length: TECHNICIANS }, (_, t) => population.grantsOf(t))
    .flat()
    .map(({ technicianId, customerOrgId }) => technicianId + customerOrgId)

function deciderOf(population: Population): Decider {
  const table = tabulate(population)
  return {
    decide: ({ pair, asked }: Case) => table.judge(pair, asked) === 0,
    expected: ({ answer }) => answer.allowed,
  }
}

function lookUpRate<K>(keys: readonly K[], has: (key: K) => boolean): number {
  let found = 0
  const rate = cpuRate(keys.length * 10, () => {
    for (let turn = 0; turn < 10; turn++) for (const key of keys) if (has(key)) found++
  })
  if (found === 0) throw new Error('nothing was found')
  return rate
}
