import { execute, find, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Principal } from '../types/principal.ts'

/** The session's holder as they are now; none when the session is revoked. */
export const findPrincipal = ({
  userId,
  sessionId,
}: {
  userId: string
  sessionId: string
}): Statement<Principal | null> =>
  find(sql<Principal>`
    select u.id as "userId", u.email, u.role, u.status as "userStatus", u.mfa_enabled as "mfaEnabled",
           o.id as "orgId", o.type as "orgType", o.status as "orgStatus", o.settings,
           s.id as "sessionId", s.expires_at as "sessionExpiresAt", s.last_used_at as "lastUsedAt", s.mfa_at as "mfaAt"
      from users u
      join organizations o on o.id = u.org_id
      join user_sessions s on s.org_id = u.org_id and s.id = ${sessionId} and s.user_id = u.id
     where u.id = ${userId} and s.revoked_at is null`)

/** A mark of use; no event tells of it. */
export const touchSession = ({ orgId, sessionId }: Principal, now: Date): Statement<number> =>
  execute(sql`
    update user_sessions set last_used_at = ${now}
     where org_id = ${orgId} and id = ${sessionId} and last_used_at < ${now}`)
