import { LRUCache } from 'lru-cache'
import { take } from '../policy/gcra.ts'
import type { Verdict } from '../policy/gcra.ts'

export interface RateLimits {
  /** What an organization or address may ask a minute when nothing else is set. */
  readonly perMinute: number
  /** Charges one request to the key. */
  take(key: string, perMinute: number, nowMs: number): Verdict
}

const MAX_KEYS = 100_000
const MINUTE_MS = 60_000

/** Budgets of this process: theoretical arrival times, bounded in number. */
export function createRateLimits(perMinute: number): RateLimits {
  const budgets = new LRUCache<string, { tat: number }>({ max: MAX_KEYS })
  return {
    perMinute,
    take(key, limit, nowMs) {
      const budget = budgets.get(key)
      const verdict = take(budget?.tat, { limit, periodMs: MINUTE_MS, cost: 1, nowMs })
      if (budget) budget.tat = verdict.tat
      else budgets.set(key, { tat: verdict.tat })
      return verdict
    },
  }
}
