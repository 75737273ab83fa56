import { LRUCache } from 'lru-cache'
import type { Verdict } from '../policy/gcra.ts'
import type { Budget } from './rate-limits.ts'
import type { Redis } from './redis.ts'

export interface SharedBudgets {
  /** Null where this node has to decide alone. */
  take(budget: Budget): Verdict | Promise<Verdict | null> | null
}

/**
 * The generic cell rate algorithm, as in policy/gcra.ts, by Redis's own clock: no node's clock counts. Takes what is wanted, or as much
 * of it as there is, or nothing when that is less than what is needed.
 */
const LEASE = {
  text: `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local step, limit, need, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local full = now + step * limit
local tat = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or now), now), full)
local left = math.floor((full - tat) / step + 0.000001)
if left < need then
  return { 0, left, math.ceil(tat - now), math.ceil(tat + step * need - full) }
end
local granted = math.min(left, want)
tat = tat + step * granted
redis.call('SET', KEYS[1], string.format('%.4f', tat), 'PX', math.ceil(tat - now) + 1)
return { granted, left - granted, math.ceil(tat - now), 0 }`,
}

const MINUTE_MS = 60_000
const MAX_KEYS = 100_000
/** Of a budget's minute a node takes so much at once: two of them are never further apart than a hundredth. */
const SHARE = 200

interface Lease {
  /** Taken in Redis and not spent yet. */
  credits: number
  remaining: number
  /** When the budget is full again, and until when what costs so much is refused, by this process's monotonic clock. */
  fullAt: number
  refusedUntil: number
  refusedCost: number
  asking: Promise<boolean> | null
}

/**
 * Budgets that all nodes spend together. A node takes a little ahead, so that most requests are decided without asking; what is refused
 * is refused without asking until there could be some again.
 */
export function createSharedBudgets(redis: Redis): SharedBudgets {
  const leases = new LRUCache<string, Lease>({ max: MAX_KEYS })

  function leaseOf(key: string): Lease {
    const known = leases.get(key)
    if (known) return known
    const lease = { credits: 0, remaining: 0, fullAt: 0, refusedUntil: 0, refusedCost: 0, asking: null }
    leases.set(key, lease)
    return lease
  }

  async function ask(lease: Lease, { key, limit, cost }: Budget): Promise<boolean> {
    const want = Math.max(cost, Math.floor(limit / SHARE))
    const asked = performance.now()
    const answer = await redis.evaluate(LEASE, [`budget:${key}`], [MINUTE_MS / limit, limit, cost, want])
    if (!Array.isArray(answer)) return false
    const [granted = 0, remaining = 0, resetMs = 0, waitMs = 0] = answer.map(Number)
    lease.credits += granted
    lease.remaining = remaining
    lease.fullAt = asked + resetMs
    lease.refusedUntil = granted === 0 ? asked + waitMs : 0
    lease.refusedCost = cost
    return true
  }

  async function afterAsking(lease: Lease, budget: Budget): Promise<Verdict | null> {
    for (;;) {
      const own = lease.asking === null
      lease.asking ??= ask(lease, budget).finally(() => (lease.asking = null))
      if (!(await lease.asking)) return null
      const verdict = decide(lease, budget)
      if (verdict !== null || own) return verdict
    }
  }

  return {
    take(asked) {
      const budget = { ...asked, cost: Math.min(asked.cost, asked.limit) }
      const lease = leaseOf(budget.key)
      return decide(lease, budget) ?? afterAsking(lease, budget)
    },
  }
}

/** Null where Redis has to be asked. */
function decide(lease: Lease, { cost }: Budget): Verdict | null {
  const now = performance.now()
  const about = { tat: 0, resetMs: Math.max(0, Math.ceil(lease.fullAt - now)) }
  if (lease.credits >= cost) {
    lease.credits -= cost
    return { ...about, allowed: true, remaining: lease.remaining + lease.credits, retryAfterMs: 0 }
  }
  const retryAfterMs = Math.ceil(lease.refusedUntil - now)
  if (retryAfterMs <= 0 || cost < lease.refusedCost) return null
  return { ...about, allowed: false, remaining: lease.remaining + lease.credits, retryAfterMs }
}
