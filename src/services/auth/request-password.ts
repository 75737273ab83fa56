import { v7 as uuidv7 } from 'uuid'
import type { Call, Tick } from '../../context.ts'
import { newToken } from '../../credentials/one-time-token.ts'
import { open, seal } from '../../credentials/secret-box.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { passwordLetter } from '../../mail/letters.ts'
import { findAccountOfEmail } from '../../queries/credentials.ts'
import type { Account } from '../../queries/credentials.ts'
import {
  deletePasswordResets,
  insertPasswordRequest,
  insertPasswordReset,
  takePasswordRequests,
} from '../../queries/password-resets.ts'
import type { PasswordRequest } from '../../queries/password-resets.ts'
import type { ForgottenPassword, PasswordRequested } from '../../types/auth.ts'
import { emailNormalForm } from '../../types/text.ts'
import { record } from '../audit/record.ts'
import { writeLetter } from '../notification/write-letter.ts'
import { isAble } from './lock-able-account.ts'
import { countedTry, networkOf } from './tries.ts'

const VALID_MS = 3_600_000
const BATCH = 20

/**
 * Writes the request down and looks nobody up: the same answer, in the same time, for whatever address. Answering it is a job's.
 */
export async function requestPassword(ctx: Call, { email }: ForgottenPassword): Promise<PasswordRequested> {
  await countedTry(ctx, { passwordRequest: emailNormalForm(email), passwordRequestFromAddress: networkOf(ctx) })
  const id = uuidv7()
  const emailSealed = seal(ctx.credentials.sealing[0], email, boundToRequest(id))
  const { address: ipAddress, userAgent, requestId } = ctx
  await ctx.identity.run(insertPasswordRequest({ id, emailSealed, ipAddress, userAgent, requestId }, ctx.now))
  return { requested: true }
}

/** Mails a link to whoever asked and has an account that can sign in; what was asked for others is forgotten. */
export async function answerPasswordRequests(tick: Tick): Promise<boolean> {
  return tick.identity.transaction(async (tx) => {
    const requests = await tx.run(takePasswordRequests(BATCH))
    for (const request of requests) await answer(tick, tx, request)
    return requests.length === BATCH
  })
}

async function answer(tick: Tick, tx: Transaction, request: PasswordRequest): Promise<void> {
  const email = open(tick.credentials.sealing, request.emailSealed, boundToRequest(request.id)).toString()
  const account = await tx.run(findAccountOfEmail(email))
  if (account === null || !isAble(account)) return
  const { ipAddress: address, userAgent, requestId } = request
  await tx.batch(statementsFor({ ...tick, address, userAgent, requestId }, account))
}

function statementsFor(ctx: Call, { orgId, userId, email }: Account) {
  const { token, hash: tokenHash } = newToken(tokenKinds.passwordReset)
  const expiresAt = new Date(ctx.now.getTime() + VALID_MS)
  const url = `${ctx.settings.publicUrl}/password-reset/${token}`
  return [
    deletePasswordResets({ orgId, userId }),
    insertPasswordReset({ orgId, id: uuidv7(), userId, tokenHash, createdAt: ctx.now, expiresAt }),
    writeLetter(ctx, { orgId, to: email }, passwordLetter({ url, expiresAt, address: ctx.address })),
    record(ctx, {
      action: 'auth.password_reset_requested',
      orgId,
      resource: { type: 'user', id: userId },
      description: `Somebody asked for a new password for ${email}`,
      actor: null,
      details: { email },
    }),
  ]
}

const boundToRequest = (id: string): string => `password_requests:${id}`
