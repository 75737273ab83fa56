import type { AuditSearch } from '../../search.ts'
import type { Period } from './period.ts'

/** What events must have to be shown, but for when they happened. */
export type Filter = Omit<AuditSearch, 'from' | 'to' | 'last' | 'event'>

export function filterOf({ from: _from, to: _to, last: _last, event: _event, ...filter }: AuditSearch): Filter {
  return filter
}

/** Several of a kind stand with commas between them in an address. */
export const manyOf = (value: string | undefined): string[] => value?.split(',').filter(Boolean) ?? []

/** As the API takes it; it says itself what it does not take. */
export const asQuery = (filter: Filter, period: Pick<Period, 'from' | 'to'>): Record<string, string> => {
  const { riskLevel, ...rest } = filter
  const asked = { ...rest, riskLevel: riskLevel && manyOf(riskLevel), from: period.from, to: period.to }
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Record<string, string>
}

export type Change = (next: Partial<AuditSearch>) => void
