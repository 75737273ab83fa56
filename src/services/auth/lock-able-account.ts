import type { Transaction } from '../../database/tenancy.ts'
import { Refusal } from '../../errors/refusal.ts'
import { lockAccount } from '../../queries/credentials.ts'
import type { Account } from '../../queries/credentials.ts'

/** Whether the account's state lets it sign in. */
export const isAble = ({ userStatus, orgStatus }: Pick<Account, 'userStatus' | 'orgStatus'>): boolean =>
  userStatus === 'active' && orgStatus === 'active'

/**
 * The account as it is now; whoever suspends it meanwhile waits, and then ends the session that this transaction opens.
 * @throws Refusal `unauthenticated`
 */
export async function lockAbleAccount(tx: Transaction, userId: string): Promise<Account> {
  const account = await tx.run(lockAccount(userId))
  if (account === null || !isAble(account)) throw new Refusal('unauthenticated')
  return account
}
