const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** What stands behind the date at the beginning of a day. */
const MIDNIGHT = '00:00:00.000Z'
const MAX_DAYS = 10_000

const padded = (count: number, digits: number): string[] =>
  Array.from({ length: count }, (_, n) => String(n).padStart(digits, '0'))

const twoDigits = padded(60, 2)
const threeDigits = padded(SECOND_MS, 3)
const dates = new Map<number, string>()

/** What `toISOString` writes, in a fraction of the time: the instants of a list share their days. */
export function isoInstant(milliseconds: number): string {
  const day = Math.floor(milliseconds / DAY_MS)
  const date = dates.get(day) ?? writeDate(day)
  const rest = milliseconds - day * DAY_MS
  const hour = twoDigits[Math.floor(rest / HOUR_MS)]
  const minute = twoDigits[Math.floor(rest / MINUTE_MS) % 60]
  const second = twoDigits[Math.floor(rest / SECOND_MS) % 60]
  return `${date}${hour}:${minute}:${second}.${threeDigits[rest % SECOND_MS]}Z`
}

/** With its `T`. */
function writeDate(day: number): string {
  const date = new Date(day * DAY_MS).toISOString().slice(0, -MIDNIGHT.length)
  if (dates.size >= MAX_DAYS) dates.clear()
  dates.set(day, date)
  return date
}
