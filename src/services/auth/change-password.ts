import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { findAccount, setPasswordHash } from '../../queries/credentials.ts'
import { findOrganization } from '../../queries/organizations.ts'
import { deletePasswordResets } from '../../queries/password-resets.ts'
import { revokeSessions } from '../../queries/sessions.ts'
import { findUser } from '../../queries/users.ts'
import type { ChangePassword, SessionsEnded } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { newPasswordHash } from './new-password-hash.ts'
import { isOwnPassword } from './own-password.ts'
import { tellOfCredentials } from './tell-of-credentials.ts'

/** Ends all other sessions: whoever knew the old password is out. */
export async function changePassword(
  ctx: Context,
  { currentPassword, newPassword }: ChangePassword,
): Promise<SessionsEnded> {
  const { principal } = ctx
  const before = found(await ctx.identity.run(findAccount(principal.userId))).passwordHash
  if (!(await isOwnPassword(ctx, currentPassword))) {
    await recordFailure(ctx)
    throw new Refusal('invalid_credentials')
  }
  const passwordHash = await newPasswordHash(ctx, newPassword, { ...(await ownerOf(ctx)), field: 'newPassword' })
  const revoked = await ctx.identity.transaction(async (tx) => {
    // Of two that change it at once, the one who comes later no longer knows the current one.
    const { passwordHash: current } = await lockAbleAccount(tx, principal.userId)
    if (current !== before) throw new Refusal('invalid_credentials')
    return replace(ctx, tx, passwordHash)
  })
  ctx.standing.changed()
  return { revoked }
}

async function replace(ctx: Context, tx: Transaction, passwordHash: string): Promise<number> {
  const { orgId, userId, sessionId, email } = ctx.principal
  const [, ended] = await tx.batch([
    setPasswordHash({ orgId, userId }, passwordHash),
    revokeSessions({ orgId, userId, which: { allBut: sessionId }, reason: 'password_changed' }, ctx.now),
    deletePasswordResets({ orgId, userId }),
    record(ctx, {
      action: 'auth.password_changed',
      orgId,
      resource: { type: 'user', id: userId },
      description: `${email} changed their password; their other sessions ended`,
    }),
    tellOfCredentials(ctx, ctx.principal, 'Your password was changed.'),
  ])
  return ended.length
}

async function ownerOf({ identity, principal }: Context) {
  const [person, organization] = await identity.batch([findUser(principal.userId), findOrganization(principal.orgId)])
  return { person: found(person), organizationName: found(organization).name }
}

const recordFailure = (ctx: Context): Promise<number> =>
  ctx.identity.run(
    record(ctx, {
      action: 'auth.password_change_failed',
      orgId: ctx.principal.orgId,
      resource: { type: 'user', id: ctx.principal.userId },
      description: `${ctx.principal.email} gave a wrong current password`,
      outcome: 'failure',
    }),
  )
