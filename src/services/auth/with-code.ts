import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { Refusal } from '../../errors/refusal.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { recordWrongCode } from './record-wrong-code.ts'
import { methodOf, spendCode } from './second-factor.ts'
import { trying } from './tries.ts'

/**
 * Does the work in the transaction that spends the caller's code: both or neither.
 * @throws Refusal `invalid_credentials`, which leaves its event
 */
export async function withCode(ctx: Context, code: string, work: (tx: Transaction) => Promise<unknown>): Promise<void> {
  const { principal } = ctx
  const method = methodOf(code)
  const right = await trying(ctx, { factor: principal.userId }, async () => {
    const value = await ctx.identity.transaction(async (tx) => {
      const { mfaEnabled, orgId, userId } = await lockAbleAccount(tx, principal.userId)
      if (!mfaEnabled) throw new Refusal('mfa_not_set_up')
      if (!(await spendCode(ctx, tx, { orgId, userId, method, code }))) return false
      await work(tx)
      return true
    })
    return { succeeded: value, value }
  })
  if (right) return
  await recordWrongCode(ctx, principal, { actor: principal, details: { method } })
  throw new Refusal('invalid_credentials')
}
