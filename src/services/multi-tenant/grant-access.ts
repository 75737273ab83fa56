import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { mayBeGranted, mayDecideAbout } from '../../policy/grant-duties.ts'
import { faultsOfTerms, usualEnd } from '../../policy/grant-terms.ts'
import { insertGrant, markExpired } from '../../queries/access-grants.ts'
import type { ExpiredGrant } from '../../queries/access-grants.ts'
import { lockCustomer, lockGrantee } from '../../queries/access-parties.ts'
import type { GrantCustomer, PossibleGrantee } from '../../queries/access-parties.ts'
import type { Grant, Grantee, GrantAccess } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { nameOf, riskOf } from './tell-of-grant.ts'

type Terms = Omit<Grant, 'technician' | 'customer'>

/** That no other live grant of the kind exists is the database's to know. */
export async function grantAccess(ctx: Context, input: GrantAccess): Promise<Versioned<Grant>> {
  if (input.technicianId === ctx.principal.userId) throw new Refusal('forbidden')
  const terms = termsOf(ctx, input)
  const granted = await ctx.db.transaction(async (tx) => {
    const [grantee, customer, overtaken] = await tx.batch([
      lockGrantee(terms.technicianId),
      lockCustomer(terms.customerOrgId),
      markExpired(terms, ctx.now),
    ])
    const grant = { ...terms, ...partiesOf(ctx, found(grantee), found(customer)) }
    const expiries = overtaken.map((expired) => recordExpiry(ctx, terms.customerOrgId, expired))
    const [written] = await tx.batch([insertGrant(grant), recordGranted(ctx, grant), ...expiries])
    return { ...grant, ...written }
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

function recordGranted(ctx: Context, grant: Grant): Statement<number> {
  const { technician, customer, ...terms } = grant
  return record(ctx, {
    action: 'access.granted',
    orgId: customer.id,
    resource: { type: 'grant', id: grant.id },
    description: `Granted ${nameOf(technician)} ${grant.accessLevel} access to ${customer.name}`,
    ...riskOf(grant),
    changes: { before: null, after: terms },
    details: { technicianId: technician.id },
  })
}

/** It expired by itself; this call merely noticed. */
const recordExpiry = (ctx: Context, orgId: string, { id, expiresAt }: ExpiredGrant): Statement<number> =>
  record(ctx, {
    action: 'access.expired',
    orgId,
    resource: { type: 'grant', id },
    description: `Access expired at ${expiresAt}`,
    actor: null,
  })
