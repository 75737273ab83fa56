import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { Refusal } from '../../errors/refusal.ts'
import { freshUntil } from '../../policy/fresh-proof.ts'
import { markProved } from '../../queries/sessions.ts'
import type { StepUp, SteppedUp } from '../../types/auth.ts'
import type { Assertion } from '../../types/passkey.ts'
import { record } from '../audit/record.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { isOwnPassword } from './own-password.ts'
import { spendPasskey } from './use-passkey.ts'
import { withCode } from './with-code.ts'

type Proof = 'code' | 'passkey' | 'password'

/** A fresh proof that whoever holds the session is still its owner. The password is one for who has nothing stronger. */
export async function stepUp(ctx: Context, given: StepUp): Promise<SteppedUp> {
  if ('code' in given) await withCode(ctx, given.code, (tx) => tx.batch(proved(ctx, 'code')))
  else if ('credential' in given) await byPasskey(ctx, given.credential)
  else await byPassword(ctx, given.password)
  ctx.standing.changed()
  return { provedAt: ctx.now.toISOString(), freshUntil: freshUntil(ctx.now).toISOString() }
}

async function byPasskey(ctx: Context, credential: Assertion): Promise<void> {
  const { userId } = ctx.principal
  const done = await ctx.identity.transaction(async (tx) => {
    await lockAbleAccount(tx, userId)
    if (!(await spendPasskey(ctx, tx, { userId, credential }))) return false
    await tx.batch(proved(ctx, 'passkey'))
    return true
  })
  if (!done) await refuse(ctx, 'passkey')
}

async function byPassword(ctx: Context, password: string): Promise<void> {
  const right = await isOwnPassword(ctx, password)
  const done = right && (await ctx.identity.transaction((tx) => finishByPassword(ctx, tx)))
  if (!done) await refuse(ctx, 'password')
}

async function finishByPassword(ctx: Context, tx: Transaction): Promise<boolean> {
  const { mfaEnabled } = await lockAbleAccount(tx, ctx.principal.userId)
  if (mfaEnabled) return false
  await tx.batch(proved(ctx, 'password'))
  return true
}

const proved = (ctx: Context, by: Proof): Statement<number>[] => [
  markProved(ctx.principal, { withFactor: by !== 'password', now: ctx.now }),
  record(ctx, {
    action: 'auth.stepped_up',
    orgId: ctx.principal.orgId,
    resource: { type: 'user', id: ctx.principal.userId },
    description: `${ctx.principal.email} proved again who they are`,
    details: { by },
  }),
]

async function refuse(ctx: Context, by: Proof): Promise<never> {
  await ctx.identity.run(
    record(ctx, {
      action: 'auth.step_up_failed',
      orgId: ctx.principal.orgId,
      resource: { type: 'user', id: ctx.principal.userId },
      description: `A ${by} given for ${ctx.principal.email} to prove again who they are was not right`,
      outcome: 'failure',
      details: { by },
    }),
  )
  throw new Refusal('invalid_credentials')
}
