import type { Call } from '../../context.ts'
import { hashRecoveryCode, newRecoveryCodes } from '../../credentials/recovery-codes.ts'
import { open, seal } from '../../credentials/secret-box.ts'
import { totpStep } from '../../credentials/totp.ts'
import type { Statement } from '../../database/statement.ts'
import type { Transaction } from '../../database/tenancy.ts'
import {
  deleteRecoveryCodes,
  findTotpFactor,
  insertRecoveryCodes,
  spendRecoveryCode,
  spendTotpStep,
} from '../../queries/credentials.ts'
import type { Owner, TotpFactor } from '../../queries/credentials.ts'
import type { SecondFactor } from '../../types/auth.ts'

interface Proof extends Owner {
  readonly method: SecondFactor
  readonly code: string
}

/** Whether the code is right and was not used before; from then on it is used. */
export async function spendCode(ctx: Call, tx: Transaction, proof: Proof): Promise<boolean> {
  if (proof.method === 'recovery_code') {
    const hash = hashRecoveryCode(ctx.credentials.recoveryPepper, proof.code)
    return hash !== null && (await tx.run(spendRecoveryCode(proof, hash, ctx.now))) === 1
  }
  const factor = await tx.run(findTotpFactor(proof))
  return factor !== null && factor.confirmedAt !== null && spendTotpCode(ctx, tx, { ...proof, factor })
}

/** The same for a factor that may be waiting for its first code. */
export async function spendTotpCode(
  ctx: Call,
  tx: Transaction,
  { factor, code, ...owner }: Owner & { factor: TotpFactor; code: string },
): Promise<boolean> {
  const secret = open(ctx.credentials.sealing, factor.secretSealed, placeOf(owner)).toString()
  const step = totpStep({ secret, code, now: ctx.now, afterStep: factor.lastStep })
  return step !== null && (await tx.run(spendTotpStep(owner, step))) === 1
}

/** Six digits are of the authenticator, all else is a recovery code. */
export const methodOf = (code: string): SecondFactor => (/^\s*(?:\d\s*){6}$/.test(code) ? 'totp' : 'recovery_code')

export const sealTotpSecret = ({ credentials }: Call, secret: string, owner: Owner): string =>
  seal(credentials.sealing[0], secret, placeOf(owner))

/** The place that a person's sealed secret belongs to. */
export const placeOf = ({ userId }: Owner): string => `totp:${userId}`

/** New codes, which void the old ones. They are shown once; only their hashes are stored. */
export function replaceCodes(
  { credentials }: Call,
  owner: Owner,
): { codes: string[]; statements: Statement<number>[] } {
  const codes = newRecoveryCodes()
  const hashes = codes.map((code) => hashRecoveryCode(credentials.recoveryPepper, code)).filter((hash) => hash !== null)
  return { codes, statements: [deleteRecoveryCodes(owner), insertRecoveryCodes(owner, hashes)] }
}
