import { hashToken, isTokenShaped } from '../../credentials/one-time-token.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import { Refusal } from '../../errors/refusal.ts'
import { operations } from '../../policy/operations.ts'
import type { Rule } from '../../policy/operations.ts'
import { sessionEnded } from '../../policy/session-rules.ts'
import type { Enrollee } from '../../types/enrollee.ts'
import type { Principal } from '../../types/principal.ts'
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
  asked.principal = await principalOf(asked, asked.bearer)
  if (enrolls) asked.enrollee = asked.principal
  await asked.standing.touch(asked.principal, asked.now)
}

/** The token says which session; the session's state is read, never taken from the token. */
async function principalOf({ credentials, standing, now }: Asked, bearer: string): Promise<Principal> {
  const verdict = credentials.verifier.verify(bearer, now)
  if (!verdict.ok) throw new Refusal(verdict.reason === 'expired' ? 'token_expired' : 'unauthenticated')
  const { sub: userId, sid: sessionId } = verdict.claims
  const principal = await standing.principal({ userId, sessionId })
  if (principal === null || sessionEnded(principal, now)) throw new Refusal('session_revoked')
  return principal
}

async function enrolleeOf({ standing, now }: Asked, bearer: string): Promise<Enrollee> {
  const enrollee = await standing.enrollee(hashToken(bearer), now)
  if (enrollee === null) throw new Refusal('unauthenticated')
  return enrollee
}
