import type { Call } from '../../context.ts'
import type { Account } from '../../queries/credentials.ts'
import { record } from '../audit/record.ts'
import type { Actor } from '../audit/record.ts'

interface WrongCode {
  readonly actor: Actor | null
  readonly details: Readonly<Record<string, unknown>>
}

export async function recordWrongCode(
  ctx: Call,
  { userId, orgId, email }: Pick<Account, 'userId' | 'orgId' | 'email'>,
  { actor, details }: WrongCode,
): Promise<void> {
  await ctx.identity.run(
    record(ctx, {
      action: 'auth.mfa_failed',
      orgId,
      resource: { type: 'user', id: userId },
      description: `A second factor given for ${email} was not right`,
      outcome: 'failure',
      actor,
      details: { email, ...details },
    }),
  )
}
