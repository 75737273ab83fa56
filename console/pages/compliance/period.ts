import type { ComplianceSearch } from '../../search.ts'

const DAY_MS = 86_400_000

interface NamedPeriod {
  name: string
  /** Days of UTC, both of them within it. */
  from: string
  to: string
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
const before = (today: string, days: number): string => dayOf(Date.parse(today) - (days - 1) * DAY_MS)

export function periods(today: string): NamedPeriod[] {
  const year = Number(today.slice(0, 4))
  const quarter = Math.floor((Number(today.slice(5, 7)) - 1) / 3)
  const quarterDay = (at: number): number => Date.UTC(year, at * 3, 1)
  return [
    { name: 'Last 30 days', from: before(today, 30), to: today },
    { name: 'Last 90 days', from: before(today, 90), to: today },
    { name: 'Last 365 days', from: before(today, 365), to: today },
    { name: 'This quarter', from: dayOf(quarterDay(quarter)), to: today },
    { name: 'Last quarter', from: dayOf(quarterDay(quarter - 1)), to: dayOf(quarterDay(quarter) - DAY_MS) },
    { name: 'Last year', from: `${year - 1}-01-01`, to: `${year - 1}-12-31` },
  ]
}

/** What is reported on: the last ninety days, where nothing else is asked for. Until now where it ends today. */
export function reportPeriod({ from, to }: ComplianceSearch, today: string) {
  const last = to ?? today
  const first = from ?? before(last, 90)
  return {
    from: first,
    to: last,
    start: `${first}T00:00:00Z`,
    end: last >= today ? undefined : `${dayOf(Date.parse(last) + DAY_MS)}T00:00:00Z`,
  }
}
