import type { Answer, Report } from '../question.ts'
import { cpuRate } from './cpu.ts'
import { makeCases, populate, tabulate } from './population.ts'
import type { Case, Population } from './population.ts'
import { interleave, median, medianRatio } from './rounds.ts'

/** A Monday at nine in Berlin, and at the hours around. */
export const INSTANTS = [new Date('2026-11-23T08:00Z')]

/** Says yes or no, and whether that is right. */
export interface Decider {
  decide(one: Case): boolean
  /** What is right by what the decider knows at all. */
  expected(one: Case): boolean
  /** How many of the cases it is asked, where all would take too long. */
  readonly asked?: number
}

/** The index against another that decides the same cases, or as much of them as it can. */
export async function compareDecisions(
  makePeer: (population: Population) => Decider | Promise<Decider>,
  report: Report,
): Promise<Answer> {
  const population = populate()
  const cases = makeCases(population, INSTANTS)
  const table = tabulate(population)
  report('building the peer')
  const peer = await makePeer(population)
  const index: Decider = {
    decide: ({ pair, asked }) => table.judge(pair, asked) === 0,
    expected: ({ answer }) => answer.allowed,
    // As long a stretch as the peers have, so that what they pushed out of the caches counts as little with us as with them.
    asked: cases.length * 50,
  }
  const { ours, against } = await interleave(
    { ours: async () => decisionRate(cases, index), against: async () => decisionRate(cases, peer) },
    report,
  )
  return {
    ours: median(ours),
    against: median(against),
    ratio: medianRatio(ours, against),
    unit: 'decisions/CPU s',
    details: { allowed: cases.filter(({ answer }) => answer.allowed).length / cases.length },
  }
}

/** Answers per second of CPU, each compared with what it must be. */
export function decisionRate(cases: readonly Case[], { decide, expected, asked = cases.length * 10 }: Decider): number {
  return cpuRate(asked, () => {
    for (let i = 0; i < asked; i++) {
      const one = cases[i % cases.length]
      if (one && decide(one) !== expected(one)) throw new Error(`case ${i} was decided wrongly`)
    }
  })
}
