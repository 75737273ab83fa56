import { execute, find, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import { accountColumns } from './credentials.ts'
import type { Account, Owner } from './credentials.ts'

export interface PasswordRequest {
  readonly id: string
  /** Bound to its id. */
  readonly emailSealed: string
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly requestId: string
}

export const insertPasswordRequest = (request: PasswordRequest, now: Date): Statement<number> =>
  execute(sql`
    insert into password_requests (id, email_sealed, requested_at, ip_address, user_agent, request_id)
    values (${request.id}, ${request.emailSealed}, ${now}, ${request.ipAddress}, ${request.userAgent}, ${request.requestId})`)

/** Takes the oldest; whoever is killed over them leaves them to the others. */
export const takePasswordRequests = (limit: number): Statement<PasswordRequest[]> =>
  list(sql<PasswordRequest>`
    delete from password_requests
     where id in (select id from password_requests order by requested_at limit ${limit} for update skip locked)
    returning id, email_sealed as "emailSealed", host(ip_address) as "ipAddress", user_agent as "userAgent", request_id as "requestId"`)

export interface NewPasswordReset extends Owner {
  readonly id: string
  readonly tokenHash: Buffer
  readonly createdAt: Date
  readonly expiresAt: Date
}

export const insertPasswordReset = (reset: NewPasswordReset): Statement<number> =>
  execute(sql`
    insert into password_resets (org_id, id, user_id, token_hash, created_at, expires_at)
    values (${reset.orgId}, ${reset.id}, ${reset.userId}, ${reset.tokenHash}, ${reset.createdAt}, ${reset.expiresAt})`)

/** Whose password it is, with what a new one may not be made of. */
export interface PendingReset extends Account {
  readonly resetId: string
  readonly firstName: string
  readonly lastName: string
  readonly organizationName: string
}

export const findPendingReset = (tokenHash: Buffer, now: Date): Statement<PendingReset | null> =>
  find(sql<PendingReset>`
    select ${accountColumns}, r.id as "resetId", u.first_name as "firstName", u.last_name as "lastName", o.name as "organizationName"
      from password_resets r
      join users u on u.org_id = r.org_id and u.id = r.user_id and u.status = 'active'
      join organizations o on o.id = r.org_id and o.status = 'active'
     where r.token_hash = ${tokenHash} and r.used_at is null and r.expires_at > ${now}`)

/** Of several at once, one spends it. */
export const spendReset = ({ orgId, resetId }: { orgId: string; resetId: string }, now: Date): Statement<number> =>
  execute(
    sql`update password_resets set used_at = ${now} where org_id = ${orgId} and id = ${resetId} and used_at is null`,
  )

export const deletePasswordResets = ({ orgId, userId }: Owner): Statement<number> =>
  execute(sql`delete from password_resets where org_id = ${orgId} and user_id = ${userId} and used_at is null`)

export const deleteResetsBefore = (since: Date): Statement<number> =>
  execute(sql`delete from password_resets where expires_at < ${since}`)
