import { isDeepStrictEqual } from 'node:util'
import { accessInWords } from '../../policy/grant-terms.ts'
import type { HandOffAccess } from '../../types/hand-off.ts'
import type { Happening } from '../audit/record.ts'
import type { Move } from './plan-hand-off.ts'
import { changeOf, grantingOf, nameOf } from './tell-of-grant.ts'
import type { GrantField } from './tell-of-grant.ts'

/** One event about the grant that is handed over, one about what the receiver has of it where that is new. */
export function handOffOf(move: Move, asked: HandOffAccess): Happening[] {
  const { source, held, target } = move
  const received = held === null ? grantingOf(target) : changeOf(held, target, widened(held, target))
  const fromGrant = { ...received, details: { ...received.details, handedOverFrom: source.id } }
  return [handedOver(move, asked), ...(held === target ? [] : [fromGrant])]
}

function handedOver({ source, held, target }: Move, { reason, maintainOriginalAccess }: HandOffAccess): Happening {
  const [from, to] = [nameOf(source.technician), nameOf(target.technician)]
  return {
    action: 'access.handed_off',
    orgId: source.customerOrgId,
    resource: { type: 'grant', id: source.id },
    description: maintainOriginalAccess
      ? `Shared ${from}'s ${accessInWords[source.accessLevel]} to ${source.customer.name} with ${to}`
      : `Handed ${from}'s ${accessInWords[source.accessLevel]} to ${source.customer.name} over to ${to}`,
    ...(!maintainOriginalAccess && {
      changes: { before: { status: source.status }, after: { status: 'revoked', revokedReason: reason } },
    }),
    details: {
      fromTechnicianId: source.technicianId,
      toTechnicianId: target.technicianId,
      toGrantId: target.id,
      outcome: held === null ? 'created' : 'merged',
      maintainOriginalAccess,
      reason,
    },
  }
}

const terms = [
  'accessLevel',
  'startsAt',
  'expiresAt',
  'allowedServices',
  'ipRestrictions',
  'timeRestrictions',
] as const satisfies GrantField[]

const widened = (held: Move['source'], target: Move['source']): GrantField[] =>
  terms.filter((field) => !isDeepStrictEqual(held[field], target[field]))
