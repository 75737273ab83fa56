import { Refusal } from '../../errors/refusal.ts'
import { rateLimitKey } from '../../policy/addresses.ts'
import type { Asked } from './question.ts'

/** How often? An organization spends its own budget; who is not known yet spends that of their address. */
export function limitRate({ operation, principal, address, limits, now, answer }: Asked): void {
  // A probe that is refused for what else its address asks would take a healthy server out of service.
  if (operation === 'operations.probe') return
  const perMinute = principal?.settings.rateLimitPerMinute ?? limits.perMinute
  const key = principal ? `org ${principal.orgId}` : `address ${address === null ? 'unknown' : rateLimitKey(address)}`
  const policy = principal ? 'organization' : 'address'
  const { allowed, remaining, resetMs, retryAfterMs } = limits.take(key, perMinute, now.getTime())
  answer('ratelimit-policy', `"${policy}";q=${perMinute};w=60`)
  answer('ratelimit', `"${policy}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`)
  if (allowed) return
  answer('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000))))
  throw new Refusal('rate_limited')
}
