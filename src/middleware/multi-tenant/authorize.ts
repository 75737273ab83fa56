import { Refusal } from '../../errors/refusal.ts'
import { isFresh } from '../../policy/fresh-proof.ts'
import { owesMfa } from '../../policy/mfa-duty.ts'
import { needsFreshProof, operations, reachOf } from '../../policy/operations.ts'
import type { Rule } from '../../policy/operations.ts'
import { mayCallFrom } from '../../policy/own-addresses.ts'
import type { Principal } from '../../types/principal.ts'
import type { Asked } from './question.ts'

/** May the role use this function at all? Decided before any object is looked up. */
export function authorize(asked: Asked): void | Promise<void> {
  const { principal, operation } = asked
  const rule: Rule = operations[operation]
  const ownAffair = rule === 'account' || rule === 'enrollment'
  const reasons = [...(ownAffair ? [] : stateReasons(asked)), ...placeReasons(asked)]
  if (reasons.length > 0) throw new Refusal('access_restricted', { reasons })
  if (principal === null) return undefined
  if (ownAffair) return requireProof(asked, principal)
  const reach = reachOf(operation, principal.role)
  if (reach === null) throw new Refusal('forbidden')
  asked.reach = reach
  return requireProof(asked, principal)
}

/** What is remembered may be older than a proof that was given to another node. */
function requireProof(asked: Asked, principal: Principal): void | Promise<void> {
  if (!needsFreshProof.has(asked.operation) || isFresh(principal, asked.now)) return undefined
  return requireProofNow(asked, principal)
}

async function requireProofNow(asked: Asked, principal: Principal): Promise<void> {
  const current = await asked.standing.principalNow(principal)
  if (current === null || !isFresh(current, asked.now)) throw new Refusal('step_up_required')
}

/** What holds back a person from all but their own account: their state, their duty. */
function stateReasons({ principal, settings }: Asked): string[] {
  if (principal === null) return []
  const reasons: string[] = []
  if (principal.userStatus !== 'active') reasons.push('user_inactive')
  if (principal.orgStatus !== 'active') reasons.push('organization_inactive')
  if (owesMfa(principal, settings.requireMfa)) reasons.push('mfa_required')
  return reasons
}

function placeReasons({ principal, enrollee, address }: Asked): string[] {
  const person = principal ?? enrollee
  return person === null || mayCallFrom(person.settings, address) ? [] : ['ip_not_allowed']
}
