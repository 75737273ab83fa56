import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { lockHold, markReleased } from '../../queries/audit-holds.ts'
import type { AuditHold, ReleaseHold } from '../../types/audit-hold.ts'
import { record } from './record.ts'

/** Once. What it kept may be cleaned up again, as soon as no other hold covers it. */
export async function releaseHold(ctx: Context, holdId: string, { reason }: ReleaseHold): Promise<AuditHold> {
  return ctx.db.transaction(async (tx) => {
    const hold = found(await tx.run(lockHold(holdId)))
    if (hold.status === 'released') throw new Refusal('hold_released')
    const released: AuditHold = {
      ...{ ...hold, status: 'released', releasedBy: ctx.principal.userId },
      ...{ releasedAt: ctx.now.toISOString(), releaseReason: reason },
    }
    const { organizationId, subjectUserId, caseReference } = hold
    await tx.batch([
      markReleased(released),
      record(ctx, {
        action: 'audit.hold_released',
        orgId: ctx.principal.orgId,
        resource: { type: 'audit_hold', id: holdId },
        description: `Released the legal hold of case ${caseReference}`,
        changes: { before: { status: 'active' }, after: { status: 'released' } },
        details: { organizationId, subjectUserId, caseReference, reason },
      }),
    ])
    return released
  })
}
