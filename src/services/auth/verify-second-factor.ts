import type { Call } from '../../context.ts'
import { hashToken, isTokenShaped } from '../../credentials/one-time-token.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import { Refusal } from '../../errors/refusal.ts'
import { spendChallenge, takeAttempt } from '../../queries/challenges.ts'
import type { Attempt } from '../../queries/challenges.ts'
import type { SignedIn, VerifySecondFactor } from '../../types/auth.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { afterOpening, openSession } from './open-session.ts'
import type { OnDevice, Opened } from './open-session.ts'
import { recordWrongCode } from './record-wrong-code.ts'
import { refuseOutside } from './refuse-outside.ts'
import { spendCode } from './second-factor.ts'
import { trying } from './tries.ts'
import { spendPasskey } from './use-passkey.ts'

/** `unauthenticated` means that signing in has to start over, `invalid_credentials` that another code may be tried. */
export async function verifySecondFactor(ctx: Call, given: VerifySecondFactor, on: OnDevice): Promise<SignedIn> {
  const attempt = await attemptOf(ctx, given.challengeToken)
  await refuseOutside(ctx, attempt, null)
  const opened = await trying(ctx, { factor: attempt.userId }, async () => {
    const value = await open(ctx, attempt, { given, on })
    return { succeeded: value !== null, value }
  })
  if (opened !== null) return afterOpening(ctx, opened)
  await recordWrongCode(ctx, attempt, { actor: null, details: { method: given.method, attempt: attempt.attempts } })
  throw new Refusal('invalid_credentials')
}

/** Null where the code is not right. */
const open = (
  ctx: Call,
  attempt: Attempt,
  { given, on }: { given: VerifySecondFactor; on: OnDevice },
): Promise<Opened | null> =>
  ctx.identity.transaction(async (tx) => {
    const account = await lockAbleAccount(tx, attempt.userId)
    const { orgId, userId } = account
    const right =
      given.method === 'passkey'
        ? await spendPasskey(ctx, tx, { userId, credential: given.credential })
        : await spendCode(ctx, tx, { orgId, userId, method: given.method, code: given.code })
    if (!right) return null
    if ((await tx.run(spendChallenge(attempt, ctx.now))) === 0) throw new Refusal('unauthenticated')
    return openSession(ctx, tx, { account, by: given.method, on })
  })

async function attemptOf(ctx: Call, challengeToken: string): Promise<Attempt> {
  const shaped = isTokenShaped(challengeToken, tokenKinds.challenge)
  const attempt = shaped ? await ctx.identity.run(takeAttempt(hashToken(challengeToken), ctx.now)) : null
  if (attempt === null) throw new Refusal('unauthenticated')
  return attempt
}
