import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { insertHold, lockHolds } from '../../queries/audit-holds.ts'
import { findOrganization } from '../../queries/organizations.ts'
import { findUser } from '../../queries/users.ts'
import type { AuditHold, PlaceHold } from '../../types/audit-hold.ts'
import { record } from './record.ts'

/** From then on nothing that it covers is cleaned up or erased. Told in the provider's trail: the held need not know. */
export async function placeHold(ctx: Context, asked: PlaceHold): Promise<AuditHold> {
  const { organizationId, subjectUserId = null, from = null, to = null, caseReference, reason } = asked
  const organization = found(await ctx.db.run(findOrganization(organizationId)))
  if (subjectUserId !== null) found(await ctx.db.run(findUser(subjectUserId)))
  const hold: AuditHold = {
    ...{ id: uuidv7(), organizationId, subjectUserId, from, to, caseReference, reason },
    ...{ status: 'active', placedBy: ctx.principal.userId, placedAt: ctx.now.toISOString() },
    ...{ releasedBy: null, releasedAt: null, releaseReason: null },
  }
  await ctx.db.batch([
    lockHolds(),
    insertHold(hold),
    record(ctx, {
      action: 'audit.hold_placed',
      orgId: ctx.principal.orgId,
      resource: { type: 'audit_hold', id: hold.id },
      description: `Placed a legal hold on the trail of ${organization.name}`,
      changes: { before: null, after: { status: 'active', organizationId, subjectUserId, from, to } },
      details: { organizationId, subjectUserId, caseReference, reason },
    }),
  ])
  return hold
}
