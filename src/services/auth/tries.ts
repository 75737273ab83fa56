import { createHmac } from 'node:crypto'
import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { rateLimitKey } from '../../policy/addresses.ts'
import { tryLimits } from '../../policy/try-limits.ts'
import type { TriesOf } from '../../policy/try-limits.ts'
import { giveBackTries, takeTries } from '../../queries/tries.ts'
import type { Tries } from '../../queries/tries.ts'

/** Whose tries: an e-mail address in its normal form, a person's id, the network of an address. */
export type Trying = Readonly<Partial<Record<TriesOf, string>>>

export const networkOf = ({ address }: Pick<Call, 'address'>): string => rateLimitKey(address)

/**
 * Counts a try before it is made, so that many at once are not more than there may be. It is given back when the work says that
 * it succeeded, and when it could not be made.
 * @throws Refusal `rate_limited`, alike for accounts that are and that are not
 */
export async function trying<T>(
  ctx: Call,
  of: Trying,
  work: () => Promise<{ readonly succeeded: boolean; readonly value: T }>,
): Promise<T> {
  const tries = triesOf(ctx, of)
  const { waitMs } = await ctx.identity.run(takeTries(tries, ctx.now))
  if (waitMs > 0) throw new Refusal('rate_limited', { retryAfterSeconds: Math.ceil(waitMs / 1000) })
  const giveBack = (): Promise<number> => ctx.identity.run(giveBackTries(tries))
  const { succeeded, value } = await work().catch(async (error: unknown) => {
    if (!(error instanceof Refusal)) await giveBack()
    throw error
  })
  if (succeeded) await giveBack()
  return value
}

/** Takes what is not given back, whatever comes of it. */
export const countedTry = (ctx: Call, of: Trying): Promise<void> =>
  trying(ctx, of, async () => ({ succeeded: false, value: undefined }))

const triesOf = ({ credentials }: Call, of: Trying): Tries[] =>
  (Object.entries(of) as [TriesOf, string][]).map(([kind, who]) => ({
    key: createHmac('sha256', credentials.triesKey).update(`${kind} ${who}`).digest(),
    ...tryLimits[kind],
  }))
