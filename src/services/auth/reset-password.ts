import type { Call } from '../../context.ts'
import { hashToken, isTokenShaped } from '../../credentials/one-time-token.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import { Refusal } from '../../errors/refusal.ts'
import { setPasswordHash } from '../../queries/credentials.ts'
import { deleteKnownDevices } from '../../queries/known-devices.ts'
import { deletePasswordResets, findPendingReset, spendReset } from '../../queries/password-resets.ts'
import type { PendingReset } from '../../queries/password-resets.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import type { ResetPassword, SessionsEnded } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { newPasswordHash } from './new-password-hash.ts'
import { tellOfCredentials } from './tell-of-credentials.ts'

/**
 * By whoever reads the person's mail. It opens no session and takes the place of no second factor; every session ends, and so does
 * the trust in devices. Of several at once, one succeeds.
 * @throws Refusal `invalid_credentials`, alike for what is unknown, used or over
 */
export async function resetPassword(ctx: Call, { token, newPassword }: ResetPassword): Promise<SessionsEnded> {
  const reset = await pendingReset(ctx, token)
  const { organizationName, ...person } = reset
  const passwordHash = await newPasswordHash(ctx, newPassword, { person, organizationName, field: 'newPassword' })
  const revoked = await ctx.identity.transaction(async (tx) => {
    await lockAbleAccount(tx, reset.userId)
    if ((await tx.run(spendReset(reset, ctx.now))) === 0) throw new Refusal('invalid_credentials')
    const [, ended] = await tx.batch([
      setPasswordHash(reset, passwordHash),
      revokeAllSessions(reset, { reason: 'password_reset', now: ctx.now }),
      deletePasswordResets(reset),
      deleteKnownDevices(reset),
      resetEvent(ctx, reset),
      tellOfCredentials(ctx, reset, 'Your password was reset through a link that was mailed to you.'),
    ])
    return ended
  })
  ctx.standing.changed()
  return { revoked }
}

async function pendingReset(ctx: Call, token: string): Promise<PendingReset> {
  const shaped = isTokenShaped(token, tokenKinds.passwordReset)
  const reset = shaped ? await ctx.identity.run(findPendingReset(hashToken(token), ctx.now)) : null
  if (reset === null) throw new Refusal('invalid_credentials')
  return reset
}

const resetEvent = (ctx: Call, { orgId, userId, email, role, resetId }: PendingReset) =>
  record(ctx, {
    action: 'auth.password_reset',
    orgId,
    resource: { type: 'user', id: userId },
    description: `${email} set a new password through a mailed link; all their sessions ended`,
    actor: { orgId, userId, email, role },
    details: { resetId },
  })
