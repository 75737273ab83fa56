import { LRUCache } from 'lru-cache'
import { take } from '../policy/gcra.ts'
import type { Verdict } from '../policy/gcra.ts'
import { createSharedBudgets } from './shared-budgets.ts'
import type { Redis } from './redis.ts'

export interface RateLimits {
  /** What an organization or address may ask a minute when nothing else is set. */
  readonly perMinute: number
  /** Charges a request to the budget. Asks the other nodes only where what was taken ahead does not do. */
  take(budget: Budget, nowMs: number): Verdict | Promise<Verdict>
}

export interface Budget {
  readonly key: string
  /** A minute. */
  readonly limit: number
  readonly cost: number
}

const MAX_KEYS = 100_000
const MINUTE_MS = 60_000

/** Budgets shared by all nodes through Redis; of this process alone while there is none. */
export function createRateLimits(perMinute: number, redis: Redis | null): RateLimits {
  const own = new LRUCache<string, { tat: number }>({ max: MAX_KEYS })
  const shared = redis && createSharedBudgets(redis)

  function takeAlone({ key, limit, cost }: Budget, nowMs: number): Verdict {
    const budget = own.get(key)
    const verdict = take(budget?.tat, { limit, periodMs: MINUTE_MS, cost, nowMs })
    if (budget) budget.tat = verdict.tat
    else own.set(key, { tat: verdict.tat })
    return verdict
  }

  return {
    perMinute,
    take(budget, nowMs) {
      const verdict = shared && shared.take(budget)
      if (verdict === null) return takeAlone(budget, nowMs)
      return verdict instanceof Promise ? verdict.then((known) => known ?? takeAlone(budget, nowMs)) : verdict
    },
  }
}
