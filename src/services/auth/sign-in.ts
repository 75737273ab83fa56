import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { owesMfa } from '../../policy/mfa-duty.ts'
import { normalisePassword } from '../../policy/password-rules.ts'
import { findAccountOfEmail, replacePasswordHash } from '../../queries/credentials.ts'
import type { Account } from '../../queries/credentials.ts'
import { findKnownDevice } from '../../queries/known-devices.ts'
import { findProvider } from '../../queries/organizations.ts'
import type { SignIn, SignInOutcome } from '../../types/auth.ts'
import { emailNormalForm } from '../../types/text.ts'
import { record } from '../audit/record.ts'
import { askForEnrollment, askForSecondFactor } from './challenge.ts'
import { hashOfDevice } from './devices.ts'
import { isAble, lockAbleAccount } from './lock-able-account.ts'
import { afterOpening, openSession } from './open-session.ts'
import type { OnDevice } from './open-session.ts'
import { refuseOutside } from './refuse-outside.ts'
import { networkOf, trying } from './tries.ts'
import type { Trying } from './tries.ts'

/** The same work and the same answer for every reason why it fails, so that nobody learns who has an account. */
export async function signIn(ctx: Call, given: SignIn, on: OnDevice): Promise<SignInOutcome> {
  const email = emailNormalForm(given.email)
  // A device of its own line as well: strangers who crowd that of the account do not keep its owner waiting.
  const line = `${email} ${hashOfDevice(on.device).toString('hex')}`
  const able = await ctx.credentials.signInTurns.run(line, () => proven(ctx, { ...given, email }, on))
  if (able === null) throw new Refusal('invalid_credentials')
  await refuseOutside(ctx, able, null)
  if (able.mfaEnabled) return askForSecondFactor(ctx, able)
  if (owesMfa(able, ctx.settings.requireMfa)) return askForEnrollment(ctx, able)
  const opened = await ctx.identity.transaction(async (tx) =>
    openSession(ctx, tx, { account: await lockAbleAccount(tx, able.userId), by: 'password', on }),
  )
  return afterOpening(ctx, opened)
}

/** Whose password it is; null when it is not, or when they may not sign in. */
async function proven(ctx: Call, { email, password }: SignIn, { device }: OnDevice): Promise<Account | null> {
  const hash = hashOfDevice(device)
  const [account, provider, known] = await ctx.identity.batch([
    findAccountOfEmail(email),
    findProvider(),
    findKnownDevice(email, hash),
  ])
  const able = account && isAble(account) ? account : null
  const normal = normalisePassword(password)
  const right = await trying(ctx, triesOf(ctx, email, known && hash), async () => {
    const value = await ctx.credentials.hasher.verify(able?.passwordHash ?? null, normal)
    return { succeeded: value, value }
  })
  if (able !== null && right) {
    await keepHashCurrent(ctx, able, normal)
    return able
  }
  await recordFailure(ctx, account, provider?.id ?? null)
  return null
}

function triesOf(ctx: Call, email: string, knownDevice: Buffer | null): Trying {
  if (knownDevice) return { knownDevice: `${email} ${knownDevice.toString('hex')}` }
  const network = networkOf(ctx)
  return { account: email, accountFromAddress: `${email} ${network}`, address: network }
}

/** A hash of other parameters than today's is replaced while the password is at hand. */
async function keepHashCurrent(
  ctx: Call,
  { orgId, userId, email, passwordHash }: Account,
  password: string,
): Promise<void> {
  const { hasher } = ctx.credentials
  if (passwordHash === null || !hasher.needsRehash(passwordHash)) return
  const current = await hasher.hash(password)
  await ctx.identity.batch([
    replacePasswordHash({ orgId, userId }, { was: passwordHash, is: current }),
    record(ctx, {
      action: 'auth.password_rehashed',
      orgId,
      resource: { type: 'user', id: userId },
      description: `The password of ${email} is stored by today's parameters`,
      actor: null,
    }),
  ])
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
