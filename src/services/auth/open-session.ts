import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found } from '../../errors/refusal.ts'
import { absoluteEnd, surplusSessions } from '../../policy/session-rules.ts'
import { markSignedIn } from '../../queries/credentials.ts'
import type { Account } from '../../queries/credentials.ts'
import { insertSession, listSessions, revokeSessions } from '../../queries/sessions.ts'
import type { NewSession } from '../../queries/sessions.ts'
import { findUser } from '../../queries/users.ts'
import type { SecondFactor, SignedIn } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { deviceOf, risksOf, sight, tellOfDevice } from './devices.ts'
import { tokenPair } from './token-pair.ts'

/** Where somebody signs in. */
export interface OnDevice {
  /** The token of a known device, where the caller sent one. */
  readonly device: string | null
  /** Whether the caller keeps cookies, so that the device can be known again. */
  readonly keepsCookies: boolean
}

interface Opening {
  /** Locked, so that sign-ins of one person come one after the other. */
  readonly account: Account
  /** What the last proof was. */
  readonly by: 'password' | 'enrollment' | 'passkey' | SecondFactor
  readonly on: OnDevice
}

export interface Opened {
  readonly signedIn: SignedIn & { readonly deviceToken?: string }
  /** Whether other sessions ended so that this one is not too many. */
  readonly endedOthers: boolean
}

const SALT_BYTES = 32

export async function openSession(ctx: Call, tx: Transaction, opening: Opening): Promise<Opened> {
  const { account, by, on } = opening
  const device = on.keepsCookies ? deviceOf(on.device) : null
  const session = newSession(ctx, opening)
  const { orgId, userId, id: sessionId } = session
  const [sessions, seen] = await tx.batch([listSessions(account), sight(ctx, account, device)])
  const surplus = surplusSessions(account, sessions, ctx.now).map(({ id }) => id)
  const actor = { ...account, sessionId }
  const [, user] = await tx.batch([
    markSignedIn(account, ctx.now),
    findUser(userId),
    insertSession(session),
    revokeSessions({ orgId, userId, which: { ids: surplus }, reason: 'too_many' }, ctx.now),
    record(ctx, {
      action: 'auth.login_succeeded',
      orgId,
      resource: { type: 'user', id: userId },
      description: `${account.email} signed in`,
      ...(by === 'recovery_code' && { riskLevel: 'medium' }),
      riskFactors: [...(by === 'recovery_code' ? ['recovery_code_used'] : []), ...risksOf(seen)],
      actor,
      details: { by },
    }),
    ...(seen.isNew && seen.knowsOthers ? [tellOfDevice(ctx, account)] : []),
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
  const tokens = tokenPair(ctx, { sessionId, userId, counter: 0, salt: session.refreshSalt })
  const deviceToken = device && { deviceToken: device.token }
  return { signedIn: { ...tokens, user: found(user), ...deviceToken }, endedOthers: surplus.length > 0 }
}

/** To be called once the transaction is committed. */
export function afterOpening({ standing }: Call, { signedIn, endedOthers }: Opened): SignedIn {
  if (endedOthers) standing.changed()
  return signedIn
}

const newSession = (ctx: Call, { account: { orgId, userId, orgType }, by }: Opening): NewSession => ({
  orgId,
  id: uuidv7(),
  userId,
  createdAt: ctx.now,
  expiresAt: absoluteEnd(orgType, ctx.now),
  mfaAt: by === 'password' ? null : ctx.now,
  ipAddress: ctx.address,
  userAgent: ctx.userAgent,
  refreshSalt: randomBytes(SALT_BYTES),
})
