import { execute, find, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { OrganizationType, Role } from '../types/vocabulary.ts'

export interface NewInvitation {
  readonly orgId: string
  readonly id: string
  readonly userId: string
  readonly tokenHash: Buffer
  readonly createdBy: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

export const insertInvitation = (invitation: NewInvitation): Statement<number> =>
  execute(sql`
    insert into invitations (org_id, id, user_id, token_hash, created_by, created_at, expires_at)
    values (${invitation.orgId}, ${invitation.id}, ${invitation.userId}, ${invitation.tokenHash}, ${invitation.createdBy},
            ${invitation.createdAt}, ${invitation.expiresAt})`)

/** An invitation that can be accepted, and whom and what it is for. */
export interface PendingInvitation {
  readonly id: string
  readonly orgId: string
  readonly userId: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly role: Role
  readonly organizationName: string
  readonly organizationType: OrganizationType
  readonly expiresAt: string
  readonly inviterFirstName: string | null
  readonly inviterLastName: string | null
}

export const findPendingInvitation = (tokenHash: Buffer, now: Date): Statement<PendingInvitation | null> =>
  find(sql<PendingInvitation>`
    select i.id, i.org_id as "orgId", i.user_id as "userId", u.email, u.first_name as "firstName", u.last_name as "lastName",
           u.role, o.name as "organizationName", o.type as "organizationType", i.expires_at as "expiresAt",
           inviter.first_name as "inviterFirstName", inviter.last_name as "inviterLastName"
      from invitations i
      join users u on u.org_id = i.org_id and u.id = i.user_id and u.status = 'invited'
      join organizations o on o.id = i.org_id and o.status = 'active'
      left join users inviter on inviter.id = i.created_by
     where i.token_hash = ${tokenHash} and i.accepted_at is null and i.expires_at > ${now}`)

/** One of several at once marks it; the others change nothing. */
export const markInvitationAccepted = ({ orgId, id }: { orgId: string; id: string }, now: Date): Statement<number> =>
  execute(sql`
    update invitations set accepted_at = ${now}
     where org_id = ${orgId} and id = ${id} and accepted_at is null and expires_at > ${now}`)

/** From their start on: whoever is about to accept one, by a clock that has read an earlier time, is too late. */
export const voidInvitations = ({ orgId, userId }: { orgId: string; userId: string }): Statement<number> =>
  execute(sql`
    update invitations set expires_at = created_at
     where org_id = ${orgId} and user_id = ${userId} and accepted_at is null`)
