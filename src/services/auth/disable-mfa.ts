import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { mfaIsMandatory } from '../../policy/mfa-duty.ts'
import { deleteRecoveryCodes, deleteTotpFactor, setMfaEnabled } from '../../queries/credentials.ts'
import { deletePasskeys } from '../../queries/passkeys.ts'
import type { DisableMfa, MfaDisabled } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { isOwnPassword } from './own-password.ts'
import { recordWrongCode } from './record-wrong-code.ts'
import { tellOfCredentials } from './tell-of-credentials.ts'
import { withCode } from './with-code.ts'

/** Takes the password and a code, so that a session left open is not enough. */
export async function disableMfa(ctx: Context, { password, code }: DisableMfa): Promise<MfaDisabled> {
  const { principal } = ctx
  if (mfaIsMandatory(principal, ctx.settings.requireMfa)) throw new Refusal('mfa_mandatory')
  if (!principal.mfaEnabled) throw new Refusal('mfa_not_set_up')
  if (!(await isOwnPassword(ctx, password))) {
    await recordWrongCode(ctx, principal, { actor: principal, details: { reason: 'wrong_password' } })
    throw new Refusal('invalid_credentials')
  }
  await withCode(ctx, code, (tx) =>
    tx.batch([
      setMfaEnabled(principal, false, ctx.now),
      deleteTotpFactor(principal),
      deleteRecoveryCodes(principal),
      deletePasskeys(principal),
      record(ctx, {
        action: 'auth.mfa_disabled',
        orgId: principal.orgId,
        resource: { type: 'user', id: principal.userId },
        description: `${principal.email} gave up their second factor`,
        changes: { before: { mfaEnabled: true }, after: { mfaEnabled: false } },
      }),
      tellOfCredentials(ctx, principal, 'Your second factor was given up: a password alone signs you in.'),
    ]),
  )
  ctx.standing.changed()
  return { mfaEnabled: false }
}
