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
  /** As its header has it. */
  readonly text: string
}

const policyOf = (name: Policy['name'], of: string, limit: number): Policy => ({
  name,
  key: `${SHORT[name]} ${of}`,
  limit,
  text: `"${name}";q=${limit};w=60`,
})

const SHORT = { address: 'address', organization: 'org', user: 'user', reserve: 'reserve' } as const

/** Of somebody known; null as their own where they may spend all that their organization may. */
interface Policies {
  readonly organization: Policy
  readonly person: Policy | null
}

const policies = new WeakMap<Principal, Policies>()

/** Made once per principal, who is remembered for a moment and does not change. */
function policiesOf({ limits }: Asked, principal: Principal): Policies {
  const known = policies.get(principal)
  if (known !== undefined) return known
  const { orgId, userId, settings } = principal
  const limit = settings.rateLimitPerMinute ?? limits.perMinute
  const share = shareOfPerson(limit)
  const made = {
    organization: policyOf('organization', orgId, limit),
    person: share === limit ? null : policyOf('user', userId, share),
  }
  policies.set(principal, made)
  return made
}

/** How often? An organization and a person spend their own budgets; who is not known yet spends that of their address. */
export function limitRate(asked: Asked): void | Promise<void> {
  // A probe that is refused for what else its address asks would take a healthy server out of service.
  if (asked.operation === 'operations.probe') return undefined
  if (asked.principal === null) return spend(asked, ofAddress(asked))
  const { organization, person } = policiesOf(asked, asked.principal)
  // The person first: what is refused to one of them costs their organization nothing.
  return person === null ? spend(asked, organization) : spend(asked, person, organization)
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

const ofAddress = ({ limits, address }: Asked): Policy =>
  policyOf('address', address === null ? 'unknown' : rateLimitKey(address), limits.perMinute)

interface Told {
  readonly policy: Policy
  readonly verdict: Verdict
}

/** Refuses, unless it is something that has a reserve. */
function insist(asked: Asked, refused: Told): void | Promise<void> {
  const { principal, operation } = asked
  if (principal === null || !hasReserve(operation)) return refuse(asked, refused)
  const { organization } = policiesOf(asked, principal)
  const reserve = policyOf('reserve', principal.orgId, reserveOf(organization.limit))
  return charged(asked, reserve, (verdict) => {
    if (verdict.allowed) tell(asked, { policy: reserve, verdict })
    else refuse(asked, refused)
  })
}

/** As the IETF's draft for RateLimit fields has it: the quota a minute, what is left of it, and for how many seconds. */
function tell({ answer }: Asked, { policy: { name, text }, verdict }: Told): void {
  answer('ratelimit-policy', text)
  answer('ratelimit', `"${name}";r=${verdict.remaining};t=${Math.ceil(verdict.resetMs / 1000)}`)
}

function refuse(asked: Asked, refused: Told): never {
  tell(asked, refused)
  asked.answer('retry-after', String(Math.max(1, Math.ceil(refused.verdict.retryAfterMs / 1000))))
  throw new Refusal('rate_limited')
}
