import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { mayBeGranted, mayDecideAbout } from '../../policy/grant-duties.ts'
import { faultsOfTerms, usualEnd } from '../../policy/grant-terms.ts'
import { insertGrants, markExpired } from '../../queries/access-grants.ts'
import { lockCustomer, lockGrantee } from '../../queries/access-parties.ts'
import type { GrantCustomer, PossibleGrantee } from '../../queries/access-parties.ts'
import type { Grant, Grantee, GrantAccess } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'
import { recordAll } from '../audit/record.ts'
import { requireFreshProof } from '../auth/require-fresh-proof.ts'
import { asWritten } from './as-written.ts'
import { tellOfEmergency } from './tell-of-emergency.ts'
import { expiryOf, grantingOf } from './tell-of-grant.ts'

type Terms = Omit<Grant, 'technician' | 'customer'>

/** That no other live grant of the kind exists is the database's to know. */
export async function grantAccess(ctx: Context, input: GrantAccess): Promise<Versioned<Grant>> {
  if (input.technicianId === ctx.principal.userId) throw new Refusal('forbidden')
  if (input.accessLevel === 'emergency') await requireFreshProof(ctx)
  const terms = termsOf(ctx, input)
  const granted = await ctx.db.transaction(async (tx) => {
    const [grantee, customer, overtaken] = await tx.batch([
      lockGrantee(terms.technicianId),
      lockCustomer(terms.customerOrgId),
      markExpired(terms, ctx.now),
    ])
    const grant = { ...terms, ...partiesOf(ctx, found(grantee), found(customer)) }
    const [written] = await tx.batch([
      insertGrants([grant]),
      recordAll(ctx, [...overtaken.map(expiryOf), grantingOf(grant)]),
      ...tellOfEmergency(ctx, grant),
    ])
    return asWritten(grant, written)
  })
  ctx.standing.changed()
  return granted
}

function termsOf(ctx: Context, input: GrantAccess): Terms {
  const startsAt = new Date(input.startsAt ?? ctx.now)
  const expiresAt = input.expiresAt ? new Date(input.expiresAt) : usualEnd(input.accessLevel, startsAt)
  const reason = input.reason ?? null
  const faults = faultsOfTerms({ accessLevel: input.accessLevel, startsAt, expiresAt, reason }, ctx.now)
  if (faults.length > 0) throw new Refusal('validation_failed', faults)
  return {
    id: uuidv7(),
    technicianId: input.technicianId,
    customerOrgId: input.customerOrgId,
    accessLevel: input.accessLevel,
    status: startsAt <= ctx.now ? 'active' : 'scheduled',
    allowedServices: input.allowedServices ?? null,
    ipRestrictions: input.ipRestrictions ?? null,
    timeRestrictions: input.timeRestrictions ?? null,
    startsAt: startsAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    grantedBy: ctx.principal.userId,
    grantedAt: ctx.now.toISOString(),
    reason,
    notes: input.notes ?? null,
    revokedAt: null,
    revokedBy: null,
    revokedReason: null,
    lastUsedAt: null,
    usageCount: 0,
  }
}

function partiesOf(
  { principal }: Context,
  { status, orgType, ...grantee }: PossibleGrantee,
  customer: GrantCustomer,
): Pick<Grant, 'technician' | 'customer'> {
  if (!mayBeGranted({ status, orgType, role: grantee.role })) throw new Refusal('grantee_not_eligible')
  if (!mayDecideAbout(principal, grantee)) throw new Refusal('forbidden')
  if (customer.status !== 'active') throw new Refusal('customer_not_active')
  return { technician: grantee as Grantee, customer: { id: customer.id, name: customer.name } }
}
