/** How far a zone's wall clocks are ahead of UTC, remembered from one transition to the next. */
export interface ZoneOffsets {
  /** Milliseconds; null for an instant that cannot be written. */
  at(instantMs: number): number | null
}

/** The offset from an instant until the next. */
interface Span {
  readonly from: number
  readonly until: number
  readonly offset: number
}

const DAY_MS = 86_400_000
/** What is looked through at once, a multiple of a day. */
const STRETCH_MS = 32 * DAY_MS
const MAX_STRETCHES = 32

const zones = new Map<string, ZoneOffsets>()

/** Null for a zone of which this node has not heard. */
export function zoneOffsets(timeZone: string): ZoneOffsets | null {
  const name = timeZone.toLowerCase()
  const known = zones.get(name)
  if (known) return known
  const made = makeOffsets(timeZone)
  if (made) zones.set(name, made)
  return made
}

function makeOffsets(timeZone: string): ZoneOffsets | null {
  const format = makeFormat(timeZone)
  if (format === null) return null
  const stretches = new Map<number, Span[]>()
  let span: Span | undefined = undefined as Span | undefined

  function spansAround(instantMs: number): Span[] {
    const start = Math.floor(instantMs / STRETCH_MS) * STRETCH_MS
    const known = stretches.get(start)
    if (known) return known
    if (stretches.size >= MAX_STRETCHES) stretches.clear()
    const made = findSpans(format as Intl.DateTimeFormat, start)
    stretches.set(start, made)
    return made
  }

  return {
    at(instantMs) {
      if (span && span.from <= instantMs && instantMs < span.until) return span.offset
      if (!Number.isFinite(instantMs)) return null
      span = spansAround(instantMs).find(({ from, until }) => from <= instantMs && instantMs < until)
      return span?.offset ?? null
    },
  }
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | null {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...parts, second: '2-digit', hourCycle: 'h23', timeZone })
  } catch {
    return null
  }
}

const written = /^(\d\d)\/(\d\d)\/(\d{1,4}), (\d\d):(\d\d):(\d\d)$/

/** Whole seconds: offsets from before there were zones have some. */
function readOffset(format: Intl.DateTimeFormat, instantMs: number): number {
  const [matched, day, month, year, hour, minute, second] = written.exec(format.format(instantMs)) ?? []
  if (matched === undefined) return NaN
  const local = new Date(0)
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  local.setUTCHours(Number(hour), Number(minute), Number(second))
  return local.getTime() - Math.floor(instantMs / 1000) * 1000
}

/** A change there and back within one UTC day is not seen; none is known. */
function findSpans(format: Intl.DateTimeFormat, start: number): Span[] {
  const spans: Span[] = []
  let from = start
  let offset = readOffset(format, start)
  for (let day = start; day < start + STRETCH_MS; day += DAY_MS) {
    const next = readOffset(format, day + DAY_MS)
    if (next === offset) continue
    const until = findTransition(format, day, day + DAY_MS)
    spans.push({ from, until, offset })
    from = until
    offset = next
  }
  spans.push({ from, until: start + STRETCH_MS, offset })
  return spans.filter((each) => !Number.isNaN(each.offset))
}

/** The first second with another offset than `before` has; `after` has another. */
function findTransition(format: Intl.DateTimeFormat, before: number, after: number): number {
  const offset = readOffset(format, before)
  let [low, high] = [before, after]
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000
    if (readOffset(format, middle) === offset) low = middle
    else high = middle
  }
  return high
}
