import { Refusal } from '../../errors/refusal.ts'
import { addressAllowed } from '../../policy/addresses.ts'
import { owesMfa } from '../../policy/mfa-duty.ts'
import { operations, reachOf } from '../../policy/operations.ts'
import type { Asked } from './question.ts'

/** May the role use this function at all? Decided before any object is looked up. */
export function authorize(asked: Asked): void {
  const { principal, operation } = asked
  if (principal === null) return
  if (operations[operation] === 'account') return
  const reasons = restrictionsOf(asked)
  if (reasons.length > 0) throw new Refusal('access_restricted', { reasons })
  const reach = reachOf(operation, principal.role)
  if (reach === null) throw new Refusal('forbidden')
  asked.reach = reach
}

/** What holds back a person whatever they ask for: their state, their duty, their address. */
function restrictionsOf({ principal, address, settings }: Asked): string[] {
  if (principal === null) return []
  const reasons: string[] = []
  if (principal.userStatus !== 'active') reasons.push('user_inactive')
  if (principal.orgStatus !== 'active') reasons.push('organization_inactive')
  if (owesMfa(principal, settings.requireMfa)) reasons.push('mfa_required')
  const ranges = principal.settings.allowedIpRanges
  if (ranges && ranges.length > 0 && !addressAllowed(ranges, address)) reasons.push('ip_not_allowed')
  return reasons
}
