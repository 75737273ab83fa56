export interface KeyGeneration {
  readonly generation: number
  readonly createdAt: string
  /** From when on nothing that it signed counts. */
  readonly droppedAt: string | null
}

/**
 * The generations whose signatures count: the first signs, then the next one to come, then those that signed what may still be
 * good. The next is known to all before anybody uses it, so that a node which hears of a rotation late refuses nobody, and whoever
 * keeps the published keys for a while has it.
 */
export function generationsInUse(
  generations: readonly KeyGeneration[],
  { now, validMs }: { now: Date; validMs: number },
): [number, ...number[]] {
  const sorted = generations.toSorted((a, b) => b.generation - a.generation)
  const [newest] = sorted
  if (!newest) return [1, 2]
  const next = newest.generation + 1
  const stillGood = sorted.slice(1).filter(({ droppedAt }, i) => {
    const successor = sorted[i] ?? newest
    return droppedAt === null && now.getTime() < Date.parse(successor.createdAt) + validMs
  })
  const older = stillGood.map(({ generation }) => generation)
  return newest.droppedAt === null ? [newest.generation, next, ...older] : [next, ...older]
}
