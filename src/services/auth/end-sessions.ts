import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { revokeSessions } from '../../queries/sessions.ts'
import type { Revocation } from '../../queries/sessions.ts'
import type { SessionsEnded } from '../../types/auth.ts'
import { record } from '../audit/record.ts'

export async function signOut(ctx: Context): Promise<SessionsEnded> {
  const { sessionId } = ctx.principal
  const revoked = await end(ctx, { which: { ids: [sessionId] }, reason: 'logged_out' })
  return { revoked: revoked.length }
}

/** @throws Refusal `not_found` for what is not a live session of the caller */
export async function revokeSession(ctx: Context, sessionId: string): Promise<SessionsEnded> {
  const [revoked] = await end(ctx, { which: { ids: [sessionId] }, reason: 'revoked_by_owner' })
  found(revoked ?? null)
  return { revoked: 1 }
}

export async function revokeOtherSessions(ctx: Context): Promise<SessionsEnded> {
  const revoked = await end(ctx, { which: { allBut: ctx.principal.sessionId }, reason: 'revoked_by_owner' })
  return { revoked: revoked.length }
}

type Ending = Pick<Revocation, 'which' | 'reason'>

/** Of several at once, one ends a session and tells of it. */
async function end(ctx: Context, ending: Ending): Promise<{ id: string }[]> {
  const { orgId, userId } = ctx.principal
  const revoked = await ctx.db.transaction(async (tx) => {
    const ended = await tx.run(revokeSessions({ orgId, userId, ...ending }, ctx.now))
    if (ended.length > 0) await tx.batch(ended.map(({ id }) => event(ctx, id, ending)))
    return ended
  })
  ctx.standing.changed()
  return revoked
}

const event = (ctx: Context, id: string, { reason }: Ending) =>
  record(ctx, {
    action: reason === 'logged_out' ? 'auth.logged_out' : 'auth.session_revoked',
    orgId: ctx.principal.orgId,
    resource: { type: 'session', id },
    description: `${ctx.principal.email} ${reason === 'logged_out' ? 'signed out' : 'ended a session of theirs'}`,
    details: { reason },
  })
