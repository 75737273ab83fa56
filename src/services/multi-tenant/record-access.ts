import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { following } from '../../database/errand.ts'
import type { Following } from '../../database/errand.ts'
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
 * Either way there is one event. Uses that come together share a commit; a grant that somebody has at the moment is waited for alone.
 */
export async function recordAccess(ctx: Context, accessId: string, use: RecordAccess): Promise<Usage> {
  const { principal, now } = ctx
  const held = { id: accessId, technicianId: principal.userId }
  const outcome = await ctx.db.errand({
    ask: (alone) => [lockHeldGrant({ ...held, waits: alone }, scopeOf(principal, null).as, now), lookForAddress(ctx)],
    follow: ([locked, { isElsewhere }], alone) =>
      locked === null && !alone ? null : decided(ctx, { grant: found(locked), use, isElsewhere }),
  })
  if ('reasons' in outcome) throw new Refusal('access_restricted', outcome, { recorded: true })
  return outcome
}

interface Asked {
  readonly grant: HeldGrant
  readonly use: RecordAccess
  readonly isElsewhere: boolean
}

function decided(ctx: Context, { grant, use, isElsewhere }: Asked): Following<Usage | { reasons: AccessRefusal[] }> {
  const told = useOf(grant, use, isElsewhere)
  const reasons = reasonsAgainst(ctx, grant, use)
  if (reasons.length > 0) return following([record(ctx, deniedOf(grant, told, { use, reasons }))], () => ({ reasons }))
  const usageId = uuidv7()
  return following(
    [markUsed(grant.id, ctx.now), rememberAddress(ctx), record(ctx, usedOf(grant, told, use), usageId)],
    ([marks]) => ({ usageId, recordedAt: ctx.now.toISOString(), grant: { ...grant, ...marks } }),
  )
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
