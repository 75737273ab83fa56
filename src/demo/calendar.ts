import type { Chance } from './chance.ts'

const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const startOfDay = (at: Date): Date => new Date(Math.floor(at.getTime() / DAY) * DAY)
export const daysAfter = (at: Date, days: number): Date => new Date(at.getTime() + days * DAY)
export const isWorkday = (day: Date): boolean => day.getUTCDay() % 6 !== 0

/** A moment within these hours (UTC) of the day, to the millisecond. */
export function momentIn(chance: Chance, day: Date, [from, to]: readonly [number, number]): Date {
  return new Date(day.getTime() + Math.floor((from + chance.next() * (to - from)) * HOUR))
}

/** When people of a zone are at work, in UTC. */
export const workingHours = (hoursAhead: number): readonly [number, number] => [8.2 - hoursAhead, 17.5 - hoursAhead]

/** The days up to the end, oldest first: so many, or some more, so that the first one is a Monday. */
export function fromMonday(end: Date, count: number): Date[] {
  const last = startOfDay(end)
  const weekday = (daysAfter(last, 1 - count).getUTCDay() + 6) % 7
  const days = count + weekday
  return Array.from({ length: days }, (_, at) => daysAfter(last, at - days + 1))
}
