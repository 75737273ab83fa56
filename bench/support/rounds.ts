import type { Report } from '../question.ts'

const ROUNDS = 7

type Subjects<K extends string, S> = Readonly<Record<K, () => Promise<S>>>

/**
 * Measures the subjects in turn, every other round backwards, so that what disturbs the machine disturbs all of them.
 * The first round warms up and is dropped.
 */
export async function interleave<K extends string, S>(
  subjects: Subjects<K, S>,
  report: Report,
): Promise<Record<K, S[]>> {
  const names = Object.keys(subjects) as K[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as S[]])) as Record<K, S[]>
  for (let round = 0; round <= ROUNDS; round++) {
    report(round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const sample = await subjects[name]()
      if (round > 0) samples[name].push(sample)
    }
  }
  return samples
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [lower = NaN, upper = NaN] = sorted.length % 2 === 0 ? sorted.slice(middle - 1) : sorted.slice(middle)
  return sorted.length % 2 === 0 ? (lower + upper) / 2 : lower
}

/** The median of the rounds' own ratios: a neighbour who woke up in the fourth round spoils the fourth alone. */
export const medianRatio = (ours: readonly number[], against: readonly number[]): number =>
  median(ours.map((value, round) => value / (against[round] ?? NaN)))
