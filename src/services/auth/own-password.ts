import type { Context } from '../../context.ts'
import { normalisePassword } from '../../policy/password-rules.ts'
import { findAccount } from '../../queries/credentials.ts'
import { trying } from './tries.ts'

/**
 * Whether it is the password of who is signed in.
 * @throws Refusal `rate_limited` after too many that were not
 */
export const isOwnPassword = (ctx: Context, password: string): Promise<boolean> =>
  trying(ctx, { ownPassword: ctx.principal.userId }, async () => {
    const account = await ctx.identity.run(findAccount(ctx.principal.userId))
    const right = await ctx.credentials.hasher.verify(account?.passwordHash ?? null, normalisePassword(password))
    return { succeeded: right, value: right }
  })
