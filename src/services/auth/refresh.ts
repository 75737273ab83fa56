import type { Call } from '../../context.ts'
import { isAuthentic, readRefreshToken } from '../../credentials/refresh-token.ts'
import type { RefreshClaims } from '../../credentials/refresh-token.ts'
import { Refusal } from '../../errors/refusal.ts'
import { addressAllowed } from '../../policy/addresses.ts'
import { judgeRefresh } from '../../policy/refresh-rules.ts'
import { sessionEnded } from '../../policy/session-rules.ts'
import { findRefreshable, revokeSessions, rotateRefresh } from '../../queries/sessions.ts'
import type { RefreshableSession } from '../../queries/sessions.ts'
import type { TokenPair } from '../../types/auth.ts'
import { record } from '../audit/record.ts'
import { isAble } from './lock-able-account.ts'
import { tokenPair } from './token-pair.ts'

/**
 * The newest token of a session gives its successor; its parent, a moment later, the same one. Whoever presents an older one
 * holds a copy, or somebody else does: that session ends, and no other.
 */
export async function refresh(ctx: Call, token: string): Promise<TokenPair> {
  const claims = readRefreshToken(token)
  if (claims === null) throw new Refusal('unauthenticated')
  const session = await ctx.identity.run(findRefreshable(claims))
  if (session === null || !isAuthentic(ctx.credentials.refreshKey, token, session.refreshSalt)) {
    throw new Refusal('unauthenticated')
  }
  await refuseEnded(ctx, session)
  return succeed(ctx, session, claims)
}

async function refuseEnded(ctx: Call, session: RefreshableSession): Promise<void> {
  if (session.revokedAt !== null || !isAble(session) || sessionEnded(session, ctx.now)) {
    throw new Refusal('session_revoked')
  }
  const ranges = session.settings.allowedIpRanges
  if (!ranges || ranges.length === 0 || addressAllowed(ranges, ctx.address)) return
  const reasons = ['ip_not_allowed']
  await ctx.identity.run(
    record(ctx, {
      action: 'authorization.denied',
      orgId: session.orgId,
      description: 'Refused to refresh a session: access_restricted',
      outcome: 'denied',
      actor: session,
      details: { operation: 'auth.sign-in', code: 'access_restricted', refusal: { reasons } },
    }),
  )
  throw new Refusal('access_restricted', { reasons })
}

async function succeed(ctx: Call, session: RefreshableSession, claims: RefreshClaims): Promise<TokenPair> {
  const { userId, sessionId, refreshCounter: current, refreshSalt: salt } = session
  const rotatedAt = new Date(session.refreshRotatedAt)
  switch (judgeRefresh({ counter: claims.counter, current, rotatedAt, now: ctx.now })) {
    case 'repeat':
      return tokenPair(ctx, { userId, sessionId, counter: current, salt })
    case 'reused':
      return endReused(ctx, session, claims)
    case 'unknown':
      throw new Refusal('unauthenticated')
    case 'rotate': {
      const rotated = await ctx.identity.run(rotateRefresh(session, current, ctx.now))
      if (rotated === 1) return tokenPair(ctx, { userId, sessionId, counter: current + 1, salt })
      return afterAnother(ctx, claims)
    }
  }
}

/** Somebody with the same token was faster, or the session has just ended. */
async function afterAnother(ctx: Call, claims: RefreshClaims): Promise<TokenPair> {
  const session = await ctx.identity.run(findRefreshable(claims))
  if (session === null || session.revokedAt !== null) throw new Refusal('session_revoked')
  return succeed(ctx, session, claims)
}

async function endReused(ctx: Call, session: RefreshableSession, { counter }: RefreshClaims): Promise<never> {
  const { orgId, userId, sessionId, email, refreshCounter } = session
  await ctx.identity.transaction(async (tx) => {
    const revocation = { orgId, userId, which: { ids: [sessionId] }, reason: 'refresh_reused' } as const
    const [revoked] = await tx.batch([revokeSessions(revocation, ctx.now)])
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
        details: { counter, current: refreshCounter },
      }),
    )
  })
  ctx.standing.changed()
  throw new Refusal('session_revoked')
}
