import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { owesMfa } from '../../policy/mfa-duty.ts'
import { normalisePassword } from '../../policy/password-rules.ts'
import { findAccountOfEmail } from '../../queries/credentials.ts'
import type { Account } from '../../queries/credentials.ts'
import { findProvider } from '../../queries/organizations.ts'
import type { SignIn, SignInOutcome } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { askForEnrollment, askForSecondFactor } from './challenge.ts'
import { isAble, lockAbleAccount } from './lock-able-account.ts'
import { afterOpening, openSession } from './open-session.ts'
import { refuseOutside } from './refuse-outside.ts'

/** The same work and the same answer for every reason why it fails, so that nobody learns who has an account. */
export async function signIn(ctx: Call, { email, password }: SignIn): Promise<SignInOutcome> {
  const [account, provider] = await ctx.identity.batch([findAccountOfEmail(email), findProvider()])
  const able = account && isAble(account) ? account : null
  const right = await ctx.credentials.hasher.verify(able?.passwordHash ?? null, normalisePassword(password))
  if (able === null || !right) {
    await recordFailure(ctx, account, provider?.id ?? null)
    throw new Refusal('invalid_credentials')
  }
  await refuseOutside(ctx, able, null)
  if (able.mfaEnabled) return askForSecondFactor(ctx, able)
  if (owesMfa(able, ctx.settings.requireMfa)) return askForEnrollment(ctx, able)
  const opened = await ctx.identity.transaction(async (tx) =>
    openSession(ctx, tx, { account: await lockAbleAccount(tx, able.userId), by: 'password' }),
  )
  return afterOpening(ctx, opened)
}

/** What was typed for an unknown account is not kept: it may be a password in the wrong field. */
async function recordFailure(ctx: Call, account: Account | null, providerId: string | null): Promise<void> {
  const orgId = account?.orgId ?? providerId
  if (orgId === null) return
  await ctx.identity.run(
    record(ctx, {
      action: 'auth.login_failed',
      orgId,
      ...(account && { resource: { type: 'user', id: account.userId } }),
      description: account ? `A sign-in as ${account.email} failed` : 'A sign-in to an unknown account failed',
      outcome: 'failure',
      actor: null,
      details: account ? { email: account.email, reason: reasonOf(account) } : { reason: 'unknown_account' },
    }),
  )
}

function reasonOf({ userStatus, orgStatus }: Account): string {
  if (userStatus !== 'active') return 'user_inactive'
  return orgStatus === 'active' ? 'wrong_password' : 'organization_inactive'
}
