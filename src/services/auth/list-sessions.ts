import type { Context } from '../../context.ts'
import { sessionEnded } from '../../policy/session-rules.ts'
import { listSessions as listUnrevoked } from '../../queries/sessions.ts'
import type { Session } from '../../types/auth.ts'

/** The caller's live sessions, newest first. */
export async function listSessions({ db, principal, now }: Context): Promise<Session[]> {
  const { orgType, settings } = principal
  const sessions = await db.run(listUnrevoked(principal))
  return sessions
    .filter((session) => !sessionEnded({ ...session, orgType, settings }, now))
    .map(({ sessionExpiresAt, ...session }) => ({
      ...session,
      expiresAt: sessionExpiresAt,
      current: session.id === principal.sessionId,
    }))
}
