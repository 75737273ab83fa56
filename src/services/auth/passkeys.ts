import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { deletePasskey, listPasskeys as listOwn } from '../../queries/passkeys.ts'
import type { Passkey } from '../../types/passkey.ts'
import { record } from '../audit/record.ts'
import { tellOfCredentials } from './tell-of-credentials.ts'

/** The caller's, oldest first. */
export const listPasskeys = ({ identity, principal }: Context): Promise<Passkey[]> => identity.run(listOwn(principal))

/** @throws Refusal `not_found` for what is no passkey of the caller */
export async function removePasskey(ctx: Context, id: string): Promise<{ removed: 1 }> {
  const { principal } = ctx
  await ctx.identity.transaction(async (tx) => {
    const { name } = found(await tx.run(deletePasskey(principal, id)))
    await tx.batch([
      record(ctx, {
        action: 'auth.passkey_removed',
        orgId: principal.orgId,
        resource: { type: 'user', id: principal.userId },
        description: `${principal.email} removed the passkey ${name}`,
        details: { passkeyId: id },
      }),
      tellOfCredentials(ctx, principal, `A passkey was removed: ${name}.`),
    ])
  })
  return { removed: 1 }
}
