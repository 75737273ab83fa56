import { inFigures } from '../../words.ts'

/** What is summed up, and what it is compared with. */
export const DAYS = 14
const DAY_MS = 86_400_000

/** The beginning of the day (of UTC) that makes so many with today. */
export const daysAgo = (days: number): string =>
  new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - (days - 1) * DAY_MS).toISOString()

interface Change {
  now: number
  words: string
  direction: 'up' | 'down' | 'same'
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)

/** The last days beside as many before. */
export function changeOf(byDay: readonly number[]): Change {
  const now = sum(byDay.slice(-DAYS))
  const before = sum(byDay.slice(-2 * DAYS, -DAYS))
  if (before === now) return { now, words: 'As in the two weeks before', direction: 'same' }
  const direction = now > before ? 'up' : 'down'
  const arrow = direction === 'up' ? '↑' : '↓'
  if (before === 0) return { now, words: `${arrow} none in the two weeks before`, direction }
  const percent = Math.round((Math.abs(now - before) / before) * 100)
  if (percent > 500) return { now, words: `${arrow} from ${inFigures(before)}`, direction }
  return { now, words: `${arrow} ${percent} % on ${inFigures(before)} before`, direction }
}
