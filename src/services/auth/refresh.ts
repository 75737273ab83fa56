import type { Call } from '../../context.ts'
import { isAuthentic, readRefreshToken } from '../../credentials/refresh-token.ts'
import { Refusal } from '../../errors/refusal.ts'
import { judgeRefresh } from '../../policy/refresh-rules.ts'
import { sessionEnded } from '../../policy/session-rules.ts'
import { findRefreshable, revokeSessions, rotateRefresh } from '../../queries/sessions.ts'
import type { RefreshableSession } from '../../queries/sessions.ts'
import type { TokenPair } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { isAble } from './lock-able-account.ts'
import { refuseOutside } from './refuse-outside.ts'
import { tokenPair } from './token-pair.ts'

/**
 * The newest token of a session gives its successor; its parent, a moment later, the same one. Whoever presents an older one
 * holds a copy, or somebody else does: that session ends, and no other.
 */
export async function refresh(ctx: Call, token: string): Promise<TokenPair> {
  const session = await sessionOf(ctx, token)
  refuseEnded(session, ctx.now)
  await refuseOutside(ctx, session, session)
  const { userId, sessionId, refreshCounter: current, refreshSalt: salt } = session
  const rotatedAt = new Date(session.refreshRotatedAt)
  const verdict = judgeRefresh({ counter: session.presented, current, rotatedAt, now: ctx.now })
  if (verdict === 'unknown') throw new Refusal('unauthenticated')
  if (verdict === 'reused') return endReused(ctx, session)
  if (verdict === 'repeat') return tokenPair(ctx, { userId, sessionId, counter: current, salt })
  const rotated = await ctx.identity.run(rotateRefresh(session, current, ctx.now))
  if (rotated === 1) return tokenPair(ctx, { userId, sessionId, counter: current + 1, salt })
  // Somebody with the same token was faster, or the session has just ended: now it reads otherwise.
  return refresh(ctx, token)
}

interface Presented extends RefreshableSession {
  /** The counter of the token. */
  readonly presented: number
}

/** @throws Refusal for what this server did not make */
async function sessionOf({ credentials, identity }: Call, token: string): Promise<Presented> {
  const claims = readRefreshToken(token)
  const session = claims && (await identity.run(findRefreshable(claims)))
  if (claims === null || session === null || !isAuthentic(credentials.refreshKey, token, session.refreshSalt)) {
    throw new Refusal('unauthenticated')
  }
  return { ...session, presented: claims.counter }
}

function refuseEnded(session: RefreshableSession, now: Date): void {
  if (session.revokedAt === null && isAble(session) && !sessionEnded(session, now)) return
  throw new Refusal('session_revoked')
}

async function endReused(ctx: Call, session: Presented): Promise<never> {
  const { orgId, userId, sessionId, email, presented, refreshCounter } = session
  await ctx.identity.transaction(async (tx) => {
    const revocation = { orgId, userId, which: { ids: [sessionId] }, reason: 'refresh_reused' } as const
    const revoked = await tx.run(revokeSessions(revocation, ctx.now))
    if (revoked.length === 0) return
    await tx.run(
      record(ctx, {
        action: 'auth.refresh_reused',
        orgId,
        resource: { type: 'session', id: sessionId },
        description: `A refresh token of ${email} was used again: its session has ended`,
        outcome: 'denied',
        riskFactors: ['refresh_token_reused'],
        actor: session,
        details: { presented, current: refreshCounter },
      }),
    )
  })
  ctx.standing.changed()
  throw new Refusal('session_revoked')
}
