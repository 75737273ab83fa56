const BEGINS = 6
const ENDS = 20
const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether nobody is expected to be at work there: at the weekend, or not between 6 and 20 o'clock. */
export function isOutsideHours(now: Date, timezone: string): boolean {
  const [weekday, hour] = formatOf(timezone).format(now).split(', ')
  return weekday === 'Sat' || weekday === 'Sun' || Number(hour) < BEGINS || Number(hour) >= ENDS
}

/** Made once a zone: making one costs more than an event. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' })
  formats.set(timeZone, made)
  return made
}
