import type { Context } from '../../context.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import type { SessionsEnded } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { lockManagedUser } from './lock-managed-user.ts'

export async function revokeSessions(ctx: Context, userId: string): Promise<SessionsEnded> {
  const ended = await ctx.db.transaction(async (tx) => {
    const { user } = await lockManagedUser(tx, ctx, userId)
    const [revoked] = await tx.batch([
      revokeAllSessions({ orgId: user.organizationId, userId }, { reason: 'revoked_by_administrator', now: ctx.now }),
      record(ctx, {
        action: 'user.sessions_revoked',
        orgId: user.organizationId,
        resource: { type: 'user', id: userId },
        description: `Ended the sessions of ${user.email}`,
      }),
    ])
    return { revoked }
  })
  ctx.standing.changed()
  return ended
}
