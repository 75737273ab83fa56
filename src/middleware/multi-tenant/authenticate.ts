import { hashToken, isTokenShaped } from '../../credentials/one-time-token.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import { Refusal } from '../../errors/refusal.ts'
import { operations } from '../../policy/operations.ts'
import type { Rule } from '../../policy/operations.ts'
import { sessionEnded } from '../../policy/session-rules.ts'
import type { Enrollee } from '../../types/enrollee.ts'
import type { Asked } from './question.ts'

/** Who calls? An enrollment token says so to the endpoints of enrollment alone. */
export async function authenticate(asked: Asked): Promise<void> {
  const rule: Rule = operations[asked.operation]
  if (rule === 'public') return
  if (asked.bearer === null) throw new Refusal('unauthenticated')
  const enrolls = rule === 'enrollment'
  if (enrolls && isTokenShaped(asked.bearer, tokenKinds.enrollment)) {
    asked.enrollee = await enrolleeOf(asked, asked.bearer)
    return
  }
  const session = sessionNamed(asked, asked.bearer)
  const principal = await asked.standing.principal(session)
  if (principal?.userId !== session.userId || sessionEnded(principal, asked.now)) throw new Refusal('session_revoked')
  asked.principal = principal
  if (enrolls) asked.enrollee = principal
  const noted = asked.standing.touch(principal, asked.now)
  if (noted) await noted
}

/** The token says which session; the session's state is read, never taken from the token. */
function sessionNamed({ credentials, now }: Asked, bearer: string): { userId: string; sessionId: string } {
  const verdict = credentials.verifier.verify(bearer, now)
  if (!verdict.ok) throw new Refusal(verdict.reason === 'expired' ? 'token_expired' : 'unauthenticated')
  return { userId: verdict.claims.sub, sessionId: verdict.claims.sid }
}

async function enrolleeOf({ standing, now }: Asked, bearer: string): Promise<Enrollee> {
  const enrollee = await standing.enrollee(hashToken(bearer), now)
  if (enrollee === null) throw new Refusal('unauthenticated')
  return enrollee
}
