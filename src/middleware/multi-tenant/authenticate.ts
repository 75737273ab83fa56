import { Refusal } from '../../errors/refusal.ts'
import { operations } from '../../policy/operations.ts'
import { sessionEnded } from '../../policy/session-rules.ts'
import type { Asked } from './question.ts'

/** Who calls? The token says which session; the session's state is read, never taken from the token. */
export async function authenticate(asked: Asked): Promise<void> {
  if (operations[asked.operation] === 'public') return
  if (asked.bearer === null) throw new Refusal('unauthenticated')
  const verdict = asked.credentials.verifier.verify(asked.bearer, asked.now)
  if (!verdict.ok) throw new Refusal(verdict.reason === 'expired' ? 'token_expired' : 'unauthenticated')
  const { sub: userId, sid: sessionId } = verdict.claims
  const principal = await asked.standing.principal({ userId, sessionId })
  if (principal === null || sessionEnded(principal, asked.now)) throw new Refusal('session_revoked')
  asked.principal = principal
  await asked.standing.touch(principal, asked.now)
}
