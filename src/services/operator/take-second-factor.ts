import { Refusal } from '../../errors/refusal.ts'
import {
  deleteRecoveryCodes,
  deleteTotpFactor,
  findAccountOfEmail,
  lockAccount,
  setMfaEnabled,
} from '../../queries/credentials.ts'
import { deletePasskeys } from '../../queries/passkeys.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import { record } from '../audit/record.ts'
import { byOperator } from './operator-call.ts'
import type { OperatorCall } from './operator-call.ts'

/**
 * For who has lost their second factor and has nobody to ask. The sessions end with it; the password stays.
 * @returns the address as it is on record @throws Refusal `not_found`
 */
export async function takeSecondFactor(call: OperatorCall, email: string): Promise<{ email: string }> {
  const taken = await call.identity.transaction(async (tx) => {
    const found = await tx.run(findAccountOfEmail(email))
    const account = found && (await tx.run(lockAccount(found.userId)))
    if (account === null) throw new Refusal('not_found')
    await tx.batch([
      setMfaEnabled(account, false, call.now),
      deleteTotpFactor(account),
      deleteRecoveryCodes(account),
      deletePasskeys(account),
      revokeAllSessions(account, { reason: 'mfa_reset', now: call.now }),
      record(call, {
        ...byOperator(call),
        action: 'user.mfa_reset',
        orgId: account.orgId,
        resource: { type: 'user', id: account.userId },
        description: `Reset the second factor of ${account.email} at the command line`,
        changes: { before: { mfaEnabled: account.mfaEnabled }, after: { mfaEnabled: false } },
      }),
    ])
    return account
  })
  call.standing.changed()
  return { email: taken.email }
}
