/** One figure, by dimension and key. */
export interface Figure {
  readonly dimension: string
  readonly key: string
  readonly total: number
  readonly highRisk: number
}

/** A day of UTC and what was added up of it: by `action category outcome risk`, by `@quarter`, by `^quarter` for high risk, by `#person`. */
export interface RolledDay {
  readonly day: string
  readonly counts: Readonly<Record<string, number>>
}

const QUARTER_MS = 900_000

/**
 * Days as figures: those of the events, and those of the timeline, whose intervals begin at `starts`, in order. A quarter of an hour
 * never lies in two intervals, as every zone begins its hours at a quarter.
 */
export function figuresOf(days: readonly RolledDay[], starts: readonly string[]): Figure[] {
  const sums = new Map<string, Figure>()
  const add = (dimension: string, key: string, { total = 0, highRisk = 0 }): void => {
    const name = `${dimension} ${key}`
    const sum = sums.get(name)
    sums.set(name, { dimension, key, total: (sum?.total ?? 0) + total, highRisk: (sum?.highRisk ?? 0) + highRisk })
  }
  const startAt = intervalFinder(starts)
  for (const { day, counts } of days) {
    const midnight = Date.parse(`${day}T00:00:00.000Z`)
    const startOf = (quarter: string): string => startAt(midnight + Number(quarter.slice(1)) * QUARTER_MS)
    for (const [key, total] of Object.entries(counts)) {
      if (key.startsWith('@')) add('time', startOf(key), { total })
      else if (key.startsWith('^')) add('time', startOf(key), { highRisk: total })
      else if (key.startsWith('#')) add('actor', key.slice(1), { total })
      else addEvents(key, total)
    }
  }
  return [...sums.values()]

  function addEvents(key: string, total: number): void {
    const [action = '', category = '', outcome = '', risk = ''] = key.split(' ')
    add('all', '', { total })
    add('action', action, { total })
    add('category', category, { total })
    add('outcome', outcome, { total })
    add('risk', risk, { total })
  }
}

/** The last beginning that is not after an instant. */
function intervalFinder(starts: readonly string[]): (instant: number) => string {
  const at = starts.map((start) => Date.parse(start))
  return (instant) => {
    let [low, high] = [0, at.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((at[middle] ?? 0) <= instant) low = middle + 1
      else high = middle
    }
    return starts[low - 1] ?? ''
  }
}
