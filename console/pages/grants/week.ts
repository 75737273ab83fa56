import { days } from '../../words.ts'
import type { Day } from '../../words.ts'

export interface Window {
  days: Day[]
  start: string
  end: string
}

/** Which hours of which day are open: 7 × 24. */
export type Week = readonly (readonly boolean[])[]

export const emptyWeek: Week = days.map(() => Array.from({ length: 24 }, () => false))
export const officeHours: Week = days.map((_, day) =>
  Array.from({ length: 24 }, (__, hour) => day < 5 && hour >= 8 && hour < 18),
)

export const isEmpty = (week: Week): boolean => !week.some((hours) => hours.includes(true))

/** The hours as windows, days of the same hours together. */
export function windowsOf(week: Week): Window[] {
  const windows = new Map<string, Window>()
  week.forEach((hours, index) => {
    const day = days[index]
    if (!day) return
    for (const [start, end] of runsOf(hours)) {
      const key = `${start}-${end}`
      const window = windows.get(key) ?? { days: [], start: clock(start), end: clock(end) }
      window.days.push(day)
      windows.set(key, window)
    }
  })
  return [...windows.values()]
}

function runsOf(hours: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = []
  hours.forEach((open, hour) => {
    const last = runs.at(-1)
    if (!open) return
    if (last && last[1] === hour) last[1] = hour + 1
    else runs.push([hour, hour + 1])
  })
  return runs
}

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

/** The week of some windows; null when they do not begin and end at whole hours. */
export function weekOf(windows: readonly Window[]): Week | null {
  const week = emptyWeek.map((hours) => [...hours])
  for (const { days: named, start, end } of windows) {
    if (!start.endsWith(':00') || !end.endsWith(':00')) return null
    const [from, to] = [Number.parseInt(start, 10), Number.parseInt(end, 10)]
    const length = to > from ? to - from : 24 - from + to
    for (const day of named) openHours(week, days.indexOf(day) * 24 + from, length)
  }
  return week
}

function openHours(week: boolean[][], from: number, length: number): void {
  for (let hour = from; hour < from + length; hour++) {
    const row = week[Math.floor(hour / 24) % 7]
    if (row) row[hour % 24] = true
  }
}
