import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { deleteRecoveryCodes, deleteTotpFactor, setMfaEnabled } from '../../queries/credentials.ts'
import { deletePasskeys } from '../../queries/passkeys.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import { findUser } from '../../queries/users.ts'
import type { User } from '../../types/user.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { requireFreshProof } from '../auth/require-fresh-proof.ts'
import { lockManagedUser } from './lock-managed-user.ts'

/**
 * For who has lost their second factor: it is taken away, and so are the sessions that it opened. Credentials are for identity
 * alone; that the caller sees the person is asked of the database first.
 */
export async function resetMfa(ctx: Context, userId: string): Promise<Versioned<User>> {
  found(await ctx.db.run(findUser(userId)))
  await requireFreshProof(ctx)
  const reset = await ctx.identity.transaction(async (tx) => {
    const { user } = await lockManagedUser(tx, ctx, userId)
    const owner = { orgId: user.organizationId, userId }
    await tx.batch([
      setMfaEnabled(owner, false, ctx.now),
      deleteTotpFactor(owner),
      deleteRecoveryCodes(owner),
      deletePasskeys(owner),
      revokeAllSessions(owner, { reason: 'mfa_reset', now: ctx.now }),
      record(ctx, {
        action: 'user.mfa_reset',
        orgId: owner.orgId,
        resource: { type: 'user', id: userId },
        description: `Reset the second factor of ${user.email}`,
        changes: { before: { mfaEnabled: user.mfaEnabled }, after: { mfaEnabled: false } },
      }),
    ])
    return found(await tx.run(findUser(userId)))
  })
  ctx.standing.changed()
  return reset
}
