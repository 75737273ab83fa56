/** Chance that comes out the same for the same seed. */
export interface Chance {
  /** From 0 up to, and without, 1. */
  next(): number
  /** Whole, both ends included. */
  between(least: number, most: number): number
  holds(probability: number): boolean
  pick<T>(things: readonly T[]): T
  /** So many of them, none twice, in the order that chance gives. */
  some<T>(things: readonly T[], count: number): T[]
  /** Another chance, which what is drawn here does not shift. */
  branch(name: string): Chance
}

/** Mulberry32: small, and even enough for who signs in when. */
export function chanceOf(seed: string): Chance {
  let state = hashOf(seed)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    holds: (probability) => next() < probability,
    pick: <T>(things: readonly T[]): T => {
      if (things.length === 0) throw new Error('there is nothing to pick from')
      return things[between(0, things.length - 1)] as T
    },
    some: (things, count) => {
      const left = [...things]
      const taken = Math.min(count, left.length)
      return Array.from({ length: taken }, () => left.splice(between(0, left.length - 1), 1)).flat()
    },
    branch: (name) => chanceOf(`${seed} ${name}`),
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}
