import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import type { Account } from '../../queries/credentials.ts'
import { findAccountOfPasskey } from '../../queries/passkeys.ts'
import type { SignedIn } from '../../types/auth.ts'
import type { SignInByPasskey } from '../../types/passkey.ts'
import { record } from '../audit/record.ts'
import { isAble, lockAbleAccount } from './lock-able-account.ts'
import { afterOpening, openSession } from './open-session.ts'
import type { OnDevice } from './open-session.ts'
import { refuseOutside } from './refuse-outside.ts'
import { idOf, spendPasskey } from './use-passkey.ts'

/** The passkey is something one has, and opens for who one is: no password and no code besides. */
export async function signInByPasskey(ctx: Call, { credential }: SignInByPasskey, on: OnDevice): Promise<SignedIn> {
  const account = await ctx.identity.run(findAccountOfPasskey(idOf(credential)))
  if (account === null || !isAble(account)) throw new Refusal('invalid_credentials')
  await refuseOutside(ctx, account, null)
  const opened = await ctx.identity.transaction(async (tx) => {
    const locked = await lockAbleAccount(tx, account.userId)
    const right = await spendPasskey(ctx, tx, { userId: account.userId, credential })
    return right ? openSession(ctx, tx, { account: locked, by: 'passkey', on }) : null
  })
  if (opened !== null) return afterOpening(ctx, opened)
  await ctx.identity.run(failed(ctx, account))
  throw new Refusal('invalid_credentials')
}

const failed = (ctx: Call, { orgId, userId, email }: Account) =>
  record(ctx, {
    action: 'auth.login_failed',
    orgId,
    resource: { type: 'user', id: userId },
    description: `A sign-in as ${email} by passkey failed`,
    outcome: 'failure',
    actor: null,
    details: { email, reason: 'wrong_passkey' },
  })
