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
const [AT, CARET, HASH] = [64, 94, 35]

/**
 * Days as figures: those of the events, and those of the timeline, whose intervals begin at `starts`, in order. A quarter of an hour
 * never lies in two intervals, as every zone begins its hours at a quarter.
 */
export function figuresOf(days: readonly RolledDay[], starts: readonly string[]): Figure[] {
  const kinds = new Map<string, number>()
  const people = new Map<string, number>()
  const times = new Map<string, { total: number; highRisk: number }>()
  const startAt = intervalFinder(starts)
  for (const { day, counts } of days) {
    const midnight = Date.parse(`${day}T00:00:00.000Z`)
    for (const key in counts) {
      const n = counts[key] ?? 0
      const mark = key.charCodeAt(0)
      if (mark === AT || mark === CARET) {
        const start = startAt(midnight + Number(key.slice(1)) * QUARTER_MS)
        const time = times.get(start) ?? { total: 0, highRisk: 0 }
        times.set(start, time)
        time[mark === AT ? 'total' : 'highRisk'] += n
      } else {
        const sums = mark === HASH ? people : kinds
        sums.set(key, (sums.get(key) ?? 0) + n)
      }
    }
  }
  return [
    ...figuresOfKinds(kinds),
    ...[...people].map(([key, total]) => ({ dimension: 'actor', key: key.slice(1), total, highRisk: 0 })),
    ...[...times].map(([key, time]) => ({ dimension: 'time', key, ...time })),
  ]
}

function figuresOfKinds(kinds: ReadonlyMap<string, number>): Figure[] {
  const sums = new Map<string, Figure>()
  for (const [kind, n] of kinds) {
    const [action = '', category = '', outcome = '', risk = ''] = kind.split(' ')
    for (const [dimension, key] of Object.entries({ all: '', action, category, outcome, risk })) {
      const name = `${dimension} ${key}`
      sums.set(name, { dimension, key, total: (sums.get(name)?.total ?? 0) + n, highRisk: 0 })
    }
  }
  return [...sums.values()]
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
