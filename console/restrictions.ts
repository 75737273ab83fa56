import type { Schemas } from './api/client.ts'
import { dayNames, days } from './words.ts'
import type { Day } from './words.ts'

type Limited = Pick<Schemas['CustomerGrant'], 'allowedServices' | 'timeRestrictions'> & {
  ipRestrictions?: string[] | null
}

/** What a grant is limited to, one phrase each. */
export const restrictionsOf = ({ allowedServices, ipRestrictions, timeRestrictions }: Limited): string[] => [
  ...(allowedServices ? [`Only for ${allowedServices.join(', ')}`] : []),
  ...(ipRestrictions ? [`Only from ${ipRestrictions.join(', ')}`] : []),
  ...(timeRestrictions ? [`Only ${hoursOfWindows(timeRestrictions.windows)} (${timeRestrictions.timezone})`] : []),
]

interface Window {
  days: Day[]
  start: string
  end: string
}

/** `Mon–Fri 08:00–18:00; Sat 09:00–12:00`. */
export const hoursOfWindows = (windows: readonly Window[]): string => windows.map(hoursOf).join('; ')

const hoursOf = (window: Window): string => `${daysOf(window.days)} ${window.start}–${window.end}`

/** `Mon–Fri, Sun`: three and more in a row become a span. */
function daysOf(given: readonly Day[]): string {
  const runs: Day[][] = []
  for (const day of days.filter((one) => given.includes(one))) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last && days.indexOf(last) + 1 === days.indexOf(day)) run.push(day)
    else runs.push([day])
  }
  return runs.map(spanOf).join(', ')
}

function spanOf(run: readonly Day[]): string {
  const [first, last] = [run[0], run.at(-1)]
  if (run.length > 2 && first && last) return `${dayNames[first]}–${dayNames[last]}`
  return run.map((day) => dayNames[day]).join(', ')
}
