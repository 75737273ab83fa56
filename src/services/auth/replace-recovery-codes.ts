import type { Context } from '../../context.ts'
import type { RecoveryCodes } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { replaceCodes } from './second-factor.ts'
import { tellOfCredentials } from './tell-of-credentials.ts'
import { withCode } from './with-code.ts'

export async function replaceRecoveryCodes(ctx: Context, code: string): Promise<RecoveryCodes> {
  const { principal } = ctx
  const { codes, statements } = replaceCodes(ctx, principal)
  await withCode(ctx, code, (tx) =>
    tx.batch([
      ...statements,
      record(ctx, {
        action: 'auth.recovery_codes_replaced',
        orgId: principal.orgId,
        resource: { type: 'user', id: principal.userId },
        description: `${principal.email} replaced their recovery codes`,
      }),
      tellOfCredentials(ctx, principal, 'Your recovery codes were replaced; the old ones are void.'),
    ]),
  )
  return { recoveryCodes: codes }
}
