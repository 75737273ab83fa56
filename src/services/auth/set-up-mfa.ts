import type { EnrollmentContext } from '../../context.ts'
import { newTotpSecret, otpauthUrl, qrCode } from '../../credentials/totp.ts'
import { Refusal } from '../../errors/refusal.ts'
import { putPendingTotpFactor } from '../../queries/credentials.ts'
import type { MfaSetup } from '../../types/auth.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { sealTotpSecret } from './second-factor.ts'

const ISSUER = 'Castellan'

/** A secret that counts once its first code was given; asking again replaces it. */
export async function setUpMfa(ctx: EnrollmentContext): Promise<MfaSetup> {
  const { enrollee } = ctx
  const secret = newTotpSecret()
  const sealed = sealTotpSecret(ctx, secret, enrollee)
  await ctx.identity.transaction(async (tx) => {
    const { mfaEnabled } = await lockAbleAccount(tx, enrollee.userId)
    if (mfaEnabled) throw new Refusal('mfa_already_enabled')
    await tx.run(putPendingTotpFactor(enrollee, sealed, ctx.now))
  })
  const url = otpauthUrl({ secret, account: enrollee.email, issuer: ISSUER })
  return { secret, otpauthUrl: url, qrCode: qrCode(url) }
}
