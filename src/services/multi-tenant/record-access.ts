import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { refusalsOf } from '../../policy/grant-rules.ts'
import type { AccessRefusal } from '../../policy/grant-rules.ts'
import { askedLevel } from '../../policy/grant-terms.ts'
import { scopeOf } from '../../policy/scope-of.ts'
import { lockHeldGrant, markUsed } from '../../queries/access-grants.ts'
import type { HeldGrant } from '../../queries/access-grants.ts'
import type { RecordAccess, Usage } from '../../types/access-use.ts'
import type { Grant } from '../../types/grant.ts'
import { record } from '../audit/record.ts'
import type { Happening } from '../audit/record.ts'
import { lookForAddress, rememberAddress } from '../auth/devices.ts'
import { factsOf } from './facts-of-grant.ts'
import { nameOf, riskOf } from './tell-of-grant.ts'

/**
 * Decided on the grant as it is now, which stays so until the use is written: an expiry or a revocation falls before it or after.
 * Either way there is one event.
 */
export async function recordAccess(ctx: Context, accessId: string, use: RecordAccess): Promise<Usage> {
  const { principal, now } = ctx
  const usageId = uuidv7()
  const outcome = await ctx.db.transaction(async (tx) => {
    const held = { id: accessId, technicianId: principal.userId }
    const [locked, { isElsewhere }] = await tx.batch([
      lockHeldGrant(held, scopeOf(principal, null).as, now),
      lookForAddress(ctx),
    ])
    const grant = found(locked)
    const told = useOf(grant, use, isElsewhere)
    const reasons = reasonsAgainst(ctx, grant, use)
    if (reasons.length > 0) {
      await tx.run(record(ctx, deniedOf(grant, told, { use, reasons })))
      return { reasons }
    }
    const [marks] = await tx.batch([
      markUsed(grant.id, now),
      rememberAddress(ctx),
      record(ctx, usedOf(grant, told, use), usageId),
    ])
    return { usageId, recordedAt: now.toISOString(), grant: { ...grant, ...marks } }
  })
  if ('reasons' in outcome) throw new Refusal('access_restricted', outcome, { recorded: true })
  return outcome
}

const reasonsAgainst = (
  { now, address }: Context,
  grant: HeldGrant,
  { service, accessLevel }: RecordAccess,
): AccessRefusal[] => {
  const { technicianActive, customerActive } = grant
  const level = askedLevel(accessLevel)
  return refusalsOf(factsOf(grant), { now, address, service, level, technicianActive, customerActive })
}

type Told = Omit<Happening, 'action' | 'description'>

const usedOf = (grant: Grant, told: Told, { service, action }: RecordAccess): Happening => ({
  ...told,
  action: 'access.used',
  description: `${nameOf(grant.technician)} used ${service} at ${grant.customer.name}: ${action}`,
})

const deniedOf = (
  grant: Grant,
  told: Told,
  { use, reasons }: { use: RecordAccess; reasons: readonly AccessRefusal[] },
): Happening => ({
  ...told,
  action: 'access.use_denied',
  description: `${nameOf(grant.technician)} was refused ${use.service} at ${grant.customer.name}: ${reasons.join(', ')}`,
  outcome: 'denied',
  details: { ...told.details, reasons },
})

function useOf(grant: Grant, use: RecordAccess, isElsewhere: boolean): Told {
  const { riskFactors = [], ...risk } = riskOf(grant)
  return {
    orgId: grant.customerOrgId,
    resource: { type: 'grant', id: grant.id },
    ...risk,
    riskFactors: [...riskFactors, ...(isElsewhere ? ['new_address'] : [])],
    details: { ...use, technicianId: grant.technicianId },
  }
}
