import { inWords } from '../../policy/fields-in-words.ts'
import { accessInWords } from '../../policy/grant-terms.ts'
import type { ExpiredGrant } from '../../queries/access-grants.ts'
import type { Grant, UpdateAccess } from '../../types/grant.ts'
import type { Happening } from '../audit/record.ts'

export const nameOf = ({ firstName, lastName }: Grant['technician']): string => `${firstName} ${lastName}`

/** Whatever opens or uses an emergency is critical; of the rest the action says how risky it is. */
export const riskOf = ({ accessLevel }: Pick<Grant, 'accessLevel'>): Pick<Happening, 'riskLevel' | 'riskFactors'> =>
  accessLevel === 'emergency' ? { riskLevel: 'critical', riskFactors: ['emergency_access'] } : {}

type Told = Omit<Happening, 'actor' | 'outcome'>

const told = ({ id, customerOrgId, technicianId }: Grant): Pick<Told, 'orgId' | 'resource' | 'details'> => ({
  orgId: customerOrgId,
  resource: { type: 'grant', id },
  details: { technicianId },
})

export function grantingOf(grant: Grant): Told {
  const { technician, customer, ...terms } = grant
  return {
    ...told(grant),
    action: 'access.granted',
    description: `Granted ${nameOf(technician)} ${accessInWords[grant.accessLevel]} to ${customer.name}`,
    ...riskOf(grant),
    changes: { before: null, after: terms },
  }
}

export type GrantField = keyof UpdateAccess | 'startsAt'

export function changeOf(before: Grant, after: Grant, changed: readonly GrantField[]): Told {
  const only = (grant: Grant) => Object.fromEntries(changed.map((field) => [field, grant[field]]))
  const changes = { before: only(before), after: only(after) }
  return {
    ...told(after),
    action: 'access.updated',
    description: `Changed ${inWords(changes.after)} of ${nameOf(after.technician)}'s access to ${after.customer.name}`,
    ...riskOf(after),
    changes,
  }
}

export const revocationOf = (
  before: Grant,
  { status, revokedReason }: Pick<Grant, 'status' | 'revokedReason'>,
): Told => ({
  ...told(before),
  action: 'access.revoked',
  description: `Revoked ${nameOf(before.technician)}'s ${accessInWords[before.accessLevel]} to ${before.customer.name}`,
  changes: { before: { status: before.status }, after: { status, revokedReason } },
})

/** It expired by itself; whoever calls merely noticed. */
export const expiryOf = ({ id, customerOrgId, technicianId, expiresAt }: ExpiredGrant): Happening => ({
  action: 'access.expired',
  orgId: customerOrgId,
  resource: { type: 'grant', id },
  description: `Access expired at ${expiresAt}`,
  actor: null,
  details: { technicianId },
})
