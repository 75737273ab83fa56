import type { Context } from '../../context.ts'
import { deleteRecoveryCodes, deleteTotpFactor, setMfaEnabled } from '../../queries/credentials.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import type { User } from '../../types/user.ts'
import { record } from '../audit/record.ts'
import { lockManagedUser } from './lock-managed-user.ts'

/** For who has lost their second factor: it is taken away, and so are the sessions that it opened. */
export async function resetMfa(ctx: Context, userId: string): Promise<User> {
  const { user } = await ctx.db.transaction((tx) => lockManagedUser(tx, ctx, userId))
  const owner = { orgId: user.organizationId, userId }
  await ctx.identity.batch([
    setMfaEnabled(owner, false, ctx.now),
    deleteTotpFactor(owner),
    deleteRecoveryCodes(owner),
    revokeAllSessions(owner, { reason: 'mfa_reset', now: ctx.now }),
    record(ctx, {
      action: 'user.mfa_reset',
      orgId: owner.orgId,
      resource: { type: 'user', id: userId },
      description: `Took away the second factor of ${user.email}`,
      changes: { before: { mfaEnabled: user.mfaEnabled }, after: { mfaEnabled: false } },
    }),
  ])
  ctx.standing.changed()
  return { ...user, mfaEnabled: false, updatedAt: ctx.now.toISOString() }
}
