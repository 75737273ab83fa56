import { weekdays, type TimeRestrictions, type TimeWindow, type Weekday } from '../types/restrictions.ts'

/** `clock` is HH:MM, so that times compare as text. */
interface LocalTime {
  day: Weekday
  clock: string
}
interface ZoneClock {
  format: Intl.DateTimeFormat
  second: number
  shows: LocalTime | null
}

const dayBefore: Record<Weekday, Weekday> = {
  mon: 'sun',
  tue: 'mon',
  wed: 'tue',
  thu: 'wed',
  fri: 'thu',
  sat: 'fri',
  sun: 'sat',
}

const zoneClocks = new Map<string, ZoneClock>()

function makeClock(timeZone: string): ZoneClock | null {
  const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  try {
    return { format: new Intl.DateTimeFormat('en-GB', { ...parts, timeZone }), second: NaN, shows: null }
  } catch {
    return null // a zone of which this node has not heard yet
  }
}

function clockOf(timeZone: string): ZoneClock | null {
  const name = timeZone.toLowerCase()
  const known = zoneClocks.get(name)
  if (known) return known
  const made = makeClock(timeZone)
  if (made) zoneClocks.set(name, made)
  return made
}

function readClock(format: Intl.DateTimeFormat, instantMs: number): LocalTime | null {
  const written = format.format(instantMs)
  const day = weekdays.find((weekday) => written.toLowerCase().startsWith(weekday))
  return day ? { day, clock: written.slice(-5) } : null
}

// Formatting costs about a microsecond and the same second is asked about many times over. A second, not a minute: old offsets have seconds.
function localTimeIn(timeZone: string, instantMs: number): LocalTime | null {
  const clock = clockOf(timeZone)
  if (clock === null) return null
  const second = Math.floor(instantMs / 1000)
  if (clock.second !== second) {
    clock.shows = readClock(clock.format, instantMs)
    clock.second = second
  }
  return clock.shows
}

function isInside({ days, start, end }: TimeWindow, { day, clock }: LocalTime): boolean {
  const overnight = end < start
  if (days.includes(day) && start <= clock && (overnight || clock < end)) return true
  return overnight && days.includes(dayBefore[day]) && clock < end
}

const isOpen = ({ windows }: TimeRestrictions, local: LocalTime): boolean =>
  windows.some((window) => isInside(window, local))

/** Whether wall clocks in the zone stand inside a window. A zone that cannot be read is never open. */
export function windowOpen(restrictions: TimeRestrictions | null, instantMs: number): boolean {
  if (restrictions === null) return true
  const local = localTimeIn(restrictions.timezone, instantMs)
  return local !== null && isOpen(restrictions, local)
}

// Between two neighbouring starts and ends nothing opens or closes, so asking at each of them asks about the whole week.
function turningPoints(...all: TimeRestrictions[]): LocalTime[] {
  const edges = all.flatMap(({ windows }) => windows.flatMap(({ start, end }) => [start, end]))
  const clocks = new Set(['00:00', ...edges])
  clocks.delete('24:00')
  return weekdays.flatMap((day) => [...clocks].map((clock) => ({ day, clock })))
}

/** Whether `inner` is open only when `outer` is. Across zones only an `outer` that never closes is taken for certain. */
export function timesWithin(outer: TimeRestrictions, inner: TimeRestrictions): boolean {
  const sameClock = outer.timezone === inner.timezone
  return turningPoints(outer, inner).every((local) => isOpen(outer, local) || (sameClock && !isOpen(inner, local)))
}
