import { weekdays } from '../types/restrictions.ts'
import type { TimeRestrictions, TimeWindow } from '../types/restrictions.ts'
import { zoneOffsets } from './zone-offsets.ts'
import type { ZoneOffsets } from './zone-offsets.ts'

// Written as numbers: the zone's, how many ranges, then each range as the minutes of the week, from Monday on, at which it begins and ends.

const DAY = 24 * 60
const WEEK = 7 * DAY
/** More than any minute of a week. */
const BEYOND = 1 << 14
const NO_ZONE = -1
/** 1970 began on a Thursday. */
const MONDAY = 3 * DAY

const zones: ZoneOffsets[] = []
const numbers = new Map<string, number>()

function zoneNumber(timeZone: unknown): number {
  if (typeof timeZone !== 'string') return NO_ZONE
  const name = timeZone.toLowerCase()
  const known = numbers.get(name)
  if (known !== undefined) return known
  const zone = zoneOffsets(timeZone)
  if (zone === null) return NO_ZONE
  numbers.set(name, zones.length)
  return zones.push(zone) - 1
}

/** What cannot be read is never open, so that a restriction damaged in the database closes rather than opens. */
export function writeHours({ timezone, windows }: TimeRestrictions, into: number[]): void {
  const countAt = into.push(zoneNumber(timezone), 0) - 1
  if (Array.isArray(windows)) for (const window of windows) writeWindow(window, into)
  into[countAt] = into.length - countAt - 1
}

function writeWindow({ days, start, end }: TimeWindow, into: number[]): void {
  const from = minuteOf(start)
  const to = minuteOf(end)
  if (Number.isNaN(from + to) || !Array.isArray(days)) return
  const length = to < from ? to + DAY - from : to - from
  for (const day of days) {
    const first = weekdays.indexOf(day) * DAY + from
    if (first < 0) continue
    const last = first + length
    into.push(range(first, Math.min(last, WEEK)))
    if (last > WEEK) into.push(range(0, last - WEEK))
  }
}

const range = (from: number, until: number): number => from * BEYOND + until

const clocks = new Map<string, number>()
for (let minute = 0; minute <= DAY; minute++) clocks.set(`${two(Math.floor(minute / 60))}:${two(minute % 60)}`, minute)

const minuteOf = (clock: string): number => clocks.get(clock) ?? NaN

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Whether wall clocks in the zone stand inside one of the ranges written at `at`. */
export function hoursOpen(words: Int32Array, at: number, instantMs: number): boolean {
  const offset = zones[words[at] ?? NO_ZONE]?.at(instantMs) ?? null
  if (offset === null) return false
  const minute = (((Math.floor((instantMs + offset) / 60_000) + MONDAY) % WEEK) + WEEK) % WEEK
  const end = at + 2 + (words[at + 1] ?? 0)
  for (let i = at + 2; i < end; i++) {
    const each = words[i] ?? 0
    if (each >> 14 <= minute && minute < (each & (BEYOND - 1))) return true
  }
  return false
}
