import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
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
    const grant = found(await tx.run(lockHeldGrant(held, scopeOf(principal, null).as, now)))
    const reasons = reasonsAgainst(ctx, grant, use)
    if (reasons.length > 0) {
      await tx.run(recordDenied(ctx, grant, { ...use, reasons }))
      return { reasons }
    }
    const [marks] = await tx.batch([markUsed(grant.id, now), recordUsed(ctx, { usageId, grant, use })])
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

const recordUsed = (
  ctx: Context,
  { usageId, grant, use }: { usageId: string; grant: Grant; use: RecordAccess },
): Statement<number> =>
  record(
    ctx,
    {
      ...useOf(grant, use),
      action: 'access.used',
      description: `${nameOf(grant.technician)} used ${use.service} at ${grant.customer.name}: ${use.action}`,
    },
    usageId,
  )

const recordDenied = (
  ctx: Context,
  grant: Grant,
  use: RecordAccess & { reasons: readonly AccessRefusal[] },
): Statement<number> =>
  record(ctx, {
    ...useOf(grant, use),
    action: 'access.use_denied',
    description: `${nameOf(grant.technician)} was refused ${use.service} at ${grant.customer.name}: ${use.reasons.join(', ')}`,
    outcome: 'denied',
  })

const useOf = (grant: Grant, use: RecordAccess): Omit<Happening, 'action' | 'description'> => ({
  orgId: grant.customerOrgId,
  resource: { type: 'grant', id: grant.id },
  ...riskOf(grant),
  details: { ...use, technicianId: grant.technicianId },
})
