import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import { changeUser } from '../../queries/users.ts'
import type { User } from '../../types/user.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { endAllAccess } from './end-all-access.ts'
import { lockManagedUser } from './lock-managed-user.ts'

/** Soft: the person stays for the trail; their sessions and their access end. */
export async function deleteUser(ctx: Context, userId: string): Promise<Versioned<User>> {
  const { now } = ctx
  const deleted = await ctx.db.transaction(async (tx) => {
    const { user, isLastAdministrator } = await lockManagedUser(tx, ctx, userId)
    if (isLastAdministrator) throw new Refusal('last_admin')
    const { organizationId: orgId, email, status } = user
    const [{ version }] = await tx.batch([
      changeUser(userId, { status: 'deleted' }, now),
      revokeAllSessions({ orgId, userId }, { reason: 'user_deleted', now }),
      record(ctx, {
        action: 'user.deleted',
        orgId,
        resource: { type: 'user', id: userId },
        description: `Deleted ${email}`,
        changes: { before: { status }, after: { status: 'deleted' } },
      }),
    ])
    if (user.orgType === 'mss_provider') {
      await endAllAccess(tx, ctx, { of: { technicianId: userId }, reason: 'the person was deleted' })
    }
    return { ...user, status: 'deleted' as const, updatedAt: now.toISOString(), version }
  })
  ctx.standing.changed()
  return deleted
}
