const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30

export interface Period {
  readonly from: string
  readonly to: string
}

/** The thirty days to now, where nothing else is asked for. */
export function periodOf({ from, to }: { from?: string | undefined; to?: string | undefined }, now: Date): Period {
  const end = to ?? now.toISOString()
  return { from: from ?? new Date(Math.max(Date.parse(end) - DEFAULT_DAYS * DAY_MS, 0)).toISOString(), to: end }
}
