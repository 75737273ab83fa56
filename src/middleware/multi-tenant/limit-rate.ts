import { Refusal } from '../../errors/refusal.ts'
import { rateLimitKey } from '../../policy/addresses.ts'
import type { Verdict } from '../../policy/gcra.ts'
import { costOf, hasReserve, reserveOf, shareOfPerson } from '../../policy/request-costs.ts'
import type { Principal } from '../../types/principal.ts'
import type { Asked } from './question.ts'

interface Policy {
  readonly name: 'address' | 'organization' | 'user' | 'reserve'
  readonly key: string
  readonly limit: number
}

/** How often? An organization and a person spend their own budgets; who is not known yet spends that of their address. */
export function limitRate(asked: Asked): void | Promise<void> {
  // A probe that is refused for what else its address asks would take a healthy server out of service.
  if (asked.operation === 'operations.probe') return undefined
  if (asked.principal === null) return spend(asked, ofAddress(asked))
  const organization = ofOrganization(asked, asked.principal)
  const personal = ofPerson(asked.principal, organization)
  // The person first: what is refused to one of them costs their organization nothing.
  return personal === null ? spend(asked, organization) : spend(asked, personal, organization)
}

function spend(asked: Asked, policy: Policy, next?: Policy): void | Promise<void> {
  return charged(asked, policy, (verdict) => {
    if (!verdict.allowed) return insist(asked, { policy, verdict })
    return next ? spend(asked, next) : tell(asked, { policy, verdict })
  })
}

/** Goes on at once where the verdict is known at once. */
function charged(
  { limits, operation, now }: Asked,
  { key, limit }: Policy,
  goOn: (verdict: Verdict) => void | Promise<void>,
): void | Promise<void> {
  const verdict = limits.take({ key, limit, cost: costOf(operation) }, now.getTime())
  return verdict instanceof Promise ? verdict.then(goOn) : goOn(verdict)
}

const ofOrganization = ({ limits }: Asked, { orgId, settings }: Principal): Policy => ({
  name: 'organization',
  key: `org ${orgId}`,
  limit: settings.rateLimitPerMinute ?? limits.perMinute,
})

const ofAddress = ({ limits, address }: Asked): Policy => ({
  name: 'address',
  key: `address ${address === null ? 'unknown' : rateLimitKey(address)}`,
  limit: limits.perMinute,
})

/** Null where a person may spend all that their organization may. */
function ofPerson({ userId }: Principal, { limit }: Policy): Policy | null {
  const share = shareOfPerson(limit)
  return share === limit ? null : { name: 'user', key: `user ${userId}`, limit: share }
}

interface Told {
  readonly policy: Policy
  readonly verdict: Verdict
}

/** Refuses, unless it is something that has a reserve. */
function insist(asked: Asked, refused: Told): void | Promise<void> {
  const { principal, operation } = asked
  if (principal === null || !hasReserve(operation)) return refuse(asked, refused)
  const { limit } = ofOrganization(asked, principal)
  const reserve: Policy = { name: 'reserve', key: `reserve ${principal.orgId}`, limit: reserveOf(limit) }
  return charged(asked, reserve, (verdict) => {
    if (verdict.allowed) tell(asked, { policy: reserve, verdict })
    else refuse(asked, refused)
  })
}

/** As the IETF's draft for RateLimit fields has it: the quota a minute, what is left of it, and for how many seconds. */
function tell({ answer }: Asked, { policy: { name, limit }, verdict }: Told): void {
  answer('ratelimit-policy', `"${name}";q=${limit};w=60`)
  answer('ratelimit', `"${name}";r=${verdict.remaining};t=${Math.ceil(verdict.resetMs / 1000)}`)
}

function refuse(asked: Asked, refused: Told): never {
  tell(asked, refused)
  asked.answer('retry-after', String(Math.max(1, Math.ceil(refused.verdict.retryAfterMs / 1000))))
  throw new Refusal('rate_limited')
}
