import type { Tick } from '../../context.ts'
import { open } from '../../credentials/secret-box.ts'
import { resealTotpFactor, takeFactorsNotSealedBy } from '../../queries/credentials.ts'
import { placeOf, sealTotpSecret } from '../auth/second-factor.ts'

const BATCH = 100

/** What is kept for long is sealed anew by the newest key, so that an older one is not needed for ever. */
export async function resealSecrets(tick: Tick): Promise<boolean> {
  const [newest] = tick.credentials.sealing
  return tick.identity.transaction(async (tx) => {
    const factors = await tx.run(takeFactorsNotSealedBy(newest.id, BATCH))
    await tx.batch(
      factors.map(({ secretSealed, ...owner }) => {
        const secret = open(tick.credentials.sealing, secretSealed, placeOf(owner)).toString()
        return resealTotpFactor(owner, { was: secretSealed, is: sealTotpSecret(tick, secret, owner) })
      }),
    )
    return factors.length === BATCH
  })
}
