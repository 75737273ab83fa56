import { execute, find, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Principal } from '../types/principal.ts'

const principalColumns = sql`
  u.id as "userId", u.email, u.role, u.status as "userStatus", u.mfa_enabled as "mfaEnabled",
  o.id as "orgId", o.type as "orgType", o.status as "orgStatus", o.settings,
  s.id as "sessionId", s.expires_at as "sessionExpiresAt", s.last_used_at as "lastUsedAt", s.mfa_at as "mfaAt",
  greatest(s.created_at, s.mfa_at, s.proved_at) as "provedAt"`

/** The session's holder as they are now; none when the session is revoked. */
export const findPrincipal = ({
  userId,
  sessionId,
}: {
  userId: string
  sessionId: string
}): Statement<Principal | null> =>
  find(sql<Principal>`
    select ${principalColumns}
      from users u
      join organizations o on o.id = u.org_id
      join user_sessions s on s.org_id = u.org_id and s.id = ${sessionId} and s.user_id = u.id
     where u.id = ${userId} and s.revoked_at is null`)

/** A mark of use; no event tells of it. */
export const touchSession = ({ orgId, sessionId }: Principal, now: Date): Statement<number> =>
  execute(sql`
    update user_sessions set last_used_at = ${now}
     where org_id = ${orgId} and id = ${sessionId} and last_used_at < ${now}`)

export interface NewSession {
  readonly orgId: string
  readonly id: string
  readonly userId: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly mfaAt: Date | null
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly refreshSalt: Buffer
}

export const insertSession = (session: NewSession): Statement<number> =>
  execute(sql`
    insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, mfa_at, ip_address, user_agent,
                               refresh_salt, refresh_rotated_at)
    values (${session.orgId}, ${session.id}, ${session.userId}, ${session.createdAt}, ${session.createdAt}, ${session.expiresAt},
            ${session.mfaAt}, ${session.ipAddress}, ${session.userAgent}, ${session.refreshSalt}, ${session.createdAt})`)

export interface SessionRow {
  readonly id: string
  readonly createdAt: string
  readonly lastUsedAt: string
  readonly sessionExpiresAt: string
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

/** Those that are not revoked, newest first; some of them may have ended without use. */
export const listSessions = ({ orgId, userId }: { orgId: string; userId: string }): Statement<SessionRow[]> =>
  list(sql<SessionRow>`
    select id, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "sessionExpiresAt",
           host(ip_address) as "ipAddress", user_agent as "userAgent"
      from user_sessions
     where org_id = ${orgId} and user_id = ${userId} and revoked_at is null
     order by created_at desc, id desc`)

export interface Revocation {
  readonly orgId: string
  readonly userId: string
  readonly which: { readonly ids: readonly string[] } | { readonly allBut: string }
  readonly reason: 'logged_out' | 'revoked_by_owner' | 'too_many' | 'refresh_reused' | 'password_changed'
}

/** @returns the ids of those that were not revoked before */
export const revokeSessions = ({ orgId, userId, which, reason }: Revocation, now: Date): Statement<{ id: string }[]> =>
  list(sql<{ id: string }>`
    update user_sessions set revoked_at = ${now}, revoked_reason = ${reason}
     where org_id = ${orgId} and user_id = ${userId} and revoked_at is null
       and ${'ids' in which ? sql`id = any (${which.ids}::uuid[])` : sql`id <> ${which.allBut}`}
    returning id`)

export const markSecondFactor = (
  { orgId, sessionId }: { orgId: string; sessionId: string },
  now: Date,
): Statement<number> =>
  execute(sql`update user_sessions set mfa_at = ${now} where org_id = ${orgId} and id = ${sessionId}`)

/** `withFactor` says that a second factor was given, not a password. */
export const markProved = (
  { orgId, sessionId }: { orgId: string; sessionId: string },
  { withFactor, now }: { withFactor: boolean; now: Date },
): Statement<number> =>
  execute(sql`
    update user_sessions set proved_at = ${now}, mfa_at = case when ${withFactor}::boolean then ${now} else mfa_at end
     where org_id = ${orgId} and id = ${sessionId}`)

/** A session as its refresh token finds it, its holder, and what the token is checked against. */
export interface RefreshableSession extends Principal {
  readonly revokedAt: string | null
  readonly refreshSalt: Buffer
  readonly refreshCounter: number
  readonly refreshRotatedAt: string
}

export const findRefreshable = ({
  userId,
  sessionId,
}: {
  userId: string
  sessionId: string
}): Statement<RefreshableSession | null> =>
  find(sql<RefreshableSession>`
    select ${principalColumns}, s.revoked_at as "revokedAt", s.refresh_salt as "refreshSalt", s.refresh_counter as "refreshCounter",
           s.refresh_rotated_at as "refreshRotatedAt"
      from users u
      join organizations o on o.id = u.org_id
      join user_sessions s on s.org_id = u.org_id and s.id = ${sessionId} and s.user_id = u.id
     where u.id = ${userId}`)

/** Of several at once, one turns the counter. */
export const rotateRefresh = (
  { orgId, sessionId }: { orgId: string; sessionId: string },
  counter: number,
  now: Date,
): Statement<number> =>
  execute(sql`
    update user_sessions set refresh_counter = refresh_counter + 1, refresh_rotated_at = ${now}, last_used_at = ${now}
     where org_id = ${orgId} and id = ${sessionId} and refresh_counter = ${counter} and revoked_at is null`)

/** All of a person's, or all of an organization's. */
export const revokeAllSessions = (
  of: { orgId: string; userId?: string },
  { reason, now }: { reason: string; now: Date },
): Statement<number> =>
  execute(sql`
    update user_sessions set revoked_at = ${now}, revoked_reason = ${reason}
     where org_id = ${of.orgId} and revoked_at is null
       and ${of.userId === undefined ? sql`true` : sql`user_id = ${of.userId}`}`)
