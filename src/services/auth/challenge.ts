import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import { newToken } from '../../credentials/one-time-token.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import type { Statement } from '../../database/statement.ts'
import { insertChallenge } from '../../queries/challenges.ts'
import { countRecoveryCodes } from '../../queries/credentials.ts'
import type { Owner } from '../../queries/credentials.ts'
import { listPasskeyIds } from '../../queries/passkeys.ts'
import type { MfaEnrollmentRequired, MfaRequired } from '../../types/auth.ts'

const MINUTE_MS = 60_000
const kinds = {
  mfa: { prefix: tokenKinds.challenge, validMs: 5 * MINUTE_MS },
  enrollment: { prefix: tokenKinds.enrollment, validMs: 15 * MINUTE_MS },
}

/** The password was right; a code has to follow. */
export async function askForSecondFactor(ctx: Call, owner: Owner): Promise<MfaRequired> {
  const { token, statement } = challenge(ctx, owner, 'mfa')
  const [, { unused }, passkeys] = await ctx.identity.batch([
    statement,
    countRecoveryCodes(owner),
    listPasskeyIds(owner),
  ])
  const methods: MfaRequired['methods'] = ['totp']
  if (unused > 0) methods.push('recovery_code')
  if (passkeys.length > 0) methods.push('passkey')
  return { mfaRequired: true, challengeToken: token, methods }
}

/** The password was right; a second factor has to be set up before anything else. */
export async function askForEnrollment(ctx: Call, owner: Owner): Promise<MfaEnrollmentRequired> {
  const { token, statement } = challenge(ctx, owner, 'enrollment')
  await ctx.identity.run(statement)
  return { mfaEnrollmentRequired: true, enrollmentToken: token }
}

function challenge(
  { now }: Call,
  { orgId, userId }: Owner,
  purpose: keyof typeof kinds,
): { token: string; statement: Statement<number> } {
  const { prefix, validMs } = kinds[purpose]
  const { token, hash: tokenHash } = newToken(prefix)
  const expiresAt = new Date(now.getTime() + validMs)
  const statement = insertChallenge({ orgId, id: uuidv7(), userId, purpose, tokenHash, createdAt: now, expiresAt })
  return { token, statement }
}
