export interface Charge {
  /** How many units a period allows, and how many at once; at least 1. */
  limit: number
  periodMs: number
  /** More than `limit` counts as `limit`: a full budget always pays for one request. */
  cost: number
  nowMs: number
}

export interface Verdict {
  allowed: boolean
  /** To be kept for this key until it has passed, in full precision. */
  tat: number
  remaining: number
  /** Until the budget is full again. */
  resetMs: number
  /** Until the same cost would be allowed; 0 when it was. */
  retryAfterMs: number
}

// A whole number of 1/1024 ms: sums of such steps are exact at the size of an epoch time, so that the last unit of a budget
// is never lost or won to rounding.
const stepOf = ({ limit, periodMs }: Charge): number => Math.ceil((periodMs / limit) * 1024) / 1024

/**
 * The generic cell rate algorithm. `tat` is the theoretical arrival time: the instant, in ms since the epoch, at which the
 * budget of this key is full again; undefined for a key not seen before. One that lies further ahead than an empty budget
 * (the clock was set back) counts as empty.
 */
export function take(tat: number | undefined, charge: Charge): Verdict {
  const { limit, nowMs } = charge
  const step = stepOf(charge)
  const full = nowMs + step * limit
  const before = Math.min(Math.max(tat ?? nowMs, nowMs), full)
  const after = before + step * Math.min(charge.cost, limit)
  const allowed = after <= full
  const kept = allowed ? after : before
  return {
    allowed,
    tat: kept,
    remaining: Math.floor((full - kept) / step),
    resetMs: Math.ceil(kept - nowMs),
    retryAfterMs: allowed ? 0 : Math.ceil(after - full),
  }
}
