import type { AuditSearch, Span } from '../../search.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const lengths: Readonly<Record<Span, number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
  '1y': 365 * DAY_MS,
}
export const spanNames: Readonly<Record<Span, string>> = {
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '1y': '1 year',
}
export const USUAL_SPAN: Span = '30d'

export interface Period {
  readonly from: string
  /** Absent: until now. */
  readonly to?: string
  readonly interval: 'hour' | 'day' | 'week'
}

/** What is looked at: from one instant to another, or the last so many days. Full hours, so that the same question is asked twice. */
export function periodOf({ from, to, last }: Pick<AuditSearch, 'from' | 'to' | 'last'>, now: number): Period {
  const end = to === undefined ? now : Date.parse(to)
  const start =
    from === undefined ? Math.floor((end - lengths[last ?? USUAL_SPAN]) / HOUR_MS) * HOUR_MS : Date.parse(from)
  return {
    from: from ?? new Date(start).toISOString(),
    ...(to !== undefined && { to }),
    interval: intervalOf(end - start),
  }
}

const intervalOf = (length: number): Period['interval'] => {
  if (length <= 3 * DAY_MS) return 'hour'
  return length <= 120 * DAY_MS ? 'day' : 'week'
}
