import type { EnrollmentContext } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { Refusal } from '../../errors/refusal.ts'
import { spendChallenge } from '../../queries/challenges.ts'
import { confirmTotpFactor, findTotpFactor, setMfaEnabled } from '../../queries/credentials.ts'
import type { Account } from '../../queries/credentials.ts'
import { markSecondFactor } from '../../queries/sessions.ts'
import type { MfaEnabled, SignedIn } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { openSession } from './open-session.ts'
import type { OnDevice } from './open-session.ts'
import { recordWrongCode } from './record-wrong-code.ts'
import { tellOfCredentials } from './tell-of-credentials.ts'
import { replaceCodes, spendTotpCode } from './second-factor.ts'

/** The first code proves that the secret arrived. Who was held back from signing in by this is signed in by it. */
export async function enableMfa(ctx: EnrollmentContext, code: string, on: OnDevice): Promise<MfaEnabled> {
  const { enrollee } = ctx
  const enabled = await ctx.identity.transaction(async (tx) => {
    const account = await lockAbleAccount(tx, enrollee.userId)
    if (account.mfaEnabled) throw new Refusal('mfa_already_enabled')
    const factor = await tx.run(findTotpFactor(account))
    if (factor === null) throw new Refusal('mfa_not_set_up')
    if (!(await spendTotpCode(ctx, tx, { orgId: account.orgId, userId: account.userId, factor, code }))) return null
    const recoveryCodes = await confirm(ctx, tx, account)
    return { recoveryCodes, ...(await finish(ctx, tx, { account, on })) }
  })
  if (enabled === null) {
    await recordWrongCode(ctx, enrollee, { actor: enrollee, details: { method: 'totp', during: 'enrollment' } })
    throw new Refusal('invalid_credentials')
  }
  ctx.standing.changed()
  return enabled
}

async function confirm(ctx: EnrollmentContext, tx: Transaction, account: Account): Promise<string[]> {
  const { codes, statements } = replaceCodes(ctx, account)
  await tx.batch([
    confirmTotpFactor(account, ctx.now),
    setMfaEnabled(account, true, ctx.now),
    ...statements,
    record(ctx, {
      action: 'auth.mfa_enabled',
      orgId: account.orgId,
      resource: { type: 'user', id: account.userId },
      description: `${account.email} set up a second factor`,
      actor: ctx.enrollee,
      changes: { before: { mfaEnabled: false }, after: { mfaEnabled: true } },
    }),
    tellOfCredentials(ctx, account, 'A second factor was set up: signing in takes a code of your authenticator app.'),
  ])
  return codes
}

async function finish(
  ctx: EnrollmentContext,
  tx: Transaction,
  opening: { account: Account; on: OnDevice },
): Promise<SignedIn | null> {
  const { enrollee } = ctx
  if ('challengeId' in enrollee) {
    if ((await tx.run(spendChallenge(enrollee, ctx.now))) === 0) throw new Refusal('unauthenticated')
    return (await openSession(ctx, tx, { ...opening, by: 'enrollment' })).signedIn
  }
  await tx.run(markSecondFactor(enrollee, ctx.now))
  return null
}
