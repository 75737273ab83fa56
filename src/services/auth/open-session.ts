import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { absoluteEnd, surplusSessions } from '../../policy/session-rules.ts'
import { markSignedIn } from '../../queries/credentials.ts'
import type { Account } from '../../queries/credentials.ts'
import { insertSession, listSessions, revokeSessions } from '../../queries/sessions.ts'
import { findUser } from '../../queries/users.ts'
import { found } from '../../errors/refusal.ts'
import type { SecondFactor, SignedIn } from '../../types/auth.ts'
import type { Actor } from '../audit/record.ts'
import { record } from '../audit/record.ts'
import { tokenPair } from './token-pair.ts'

interface Opening {
  /** Locked, so that sign-ins of one person come one after the other. */
  readonly account: Account
  /** What the last proof was. */
  readonly by: 'password' | 'enrollment' | SecondFactor
}

const SALT_BYTES = 32

/** Makes a session; where that is one too many, the oldest end. */
export async function openSession(ctx: Call, tx: Transaction, { account, by }: Opening): Promise<SignedIn> {
  const { orgId, userId } = account
  const sessionId = uuidv7()
  const surplus = surplusSessions(account, await tx.run(listSessions(account)), ctx.now).map(({ id }) => id)
  const session = {
    orgId,
    id: sessionId,
    userId,
    createdAt: ctx.now,
    expiresAt: absoluteEnd(account.orgType, ctx.now),
    mfaAt: by === 'password' ? null : ctx.now,
    ipAddress: ctx.address,
    userAgent: ctx.userAgent,
    refreshSalt: randomBytes(SALT_BYTES),
  }
  const actor: Actor = { ...account, sessionId }
  const [, , , , user] = await tx.batch([
    insertSession(session),
    markSignedIn(account, ctx.now),
    revokeSessions({ orgId, userId, which: { ids: surplus }, reason: 'too_many' }, ctx.now),
    record(ctx, {
      action: 'auth.login_succeeded',
      orgId,
      resource: { type: 'user', id: userId },
      description: `${account.email} signed in`,
      actor,
      details: { by },
    }),
    findUser(userId),
    ...surplus.map((id) =>
      record(ctx, {
        action: 'auth.session_revoked',
        orgId,
        resource: { type: 'session', id },
        description: `Ended the oldest session of ${account.email}: there were too many`,
        actor,
        details: { reason: 'too_many' },
      }),
    ),
  ])
  const refresh = { sessionId, userId, counter: 0, salt: session.refreshSalt }
  return { ...tokenPair(ctx, refresh), user: found(user) }
}
