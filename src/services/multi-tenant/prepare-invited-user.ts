import { v7 as uuidv7 } from 'uuid'
import type { Call, Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { insertUser } from '../../queries/users.ts'
import type { InvitedUser, InviteUser, User } from '../../types/user.ts'
import type { Organization } from '../../types/organization.ts'
import { record } from '../audit/record.ts'
import { prepareInvitation } from './prepare-invitation.ts'

interface Prepared {
  readonly invited: InvitedUser
  /** The account, its invitation, the mail and the event: to be sent in one transaction. */
  readonly statements: readonly Statement<number>[]
}

type Invitee = Omit<InviteUser, 'organizationId'>

export function prepareInvitedUser(
  ctx: Context,
  { id: orgId, name, type: orgType }: Pick<Organization, 'id' | 'name' | 'type'>,
  invitee: Invitee,
): Prepared {
  const user = newUser(ctx, orgId, invitee)
  const { invitationUrl, statements } = prepareInvitation(ctx, user, name)
  return {
    invited: { ...user, ...(invitationUrl !== undefined && { invitationUrl }) },
    statements: [
      insertUser({ ...user, orgType, createdBy: ctx.principal.userId }),
      ...statements,
      record(ctx, {
        action: 'user.invited',
        orgId,
        resource: { type: 'user', id: user.id },
        description: `Invited ${user.email} as ${user.role}`,
        changes: { before: null, after: user },
      }),
    ],
  }
}

export function newUser({ now }: Pick<Call, 'now'>, organizationId: string, invitee: Invitee): User {
  const time = now.toISOString()
  return {
    id: uuidv7(),
    organizationId,
    email: invitee.email,
    firstName: invitee.firstName,
    lastName: invitee.lastName,
    role: invitee.role,
    status: 'invited',
    mfaEnabled: false,
    timezone: 'UTC',
    lastLoginAt: null,
    createdAt: time,
    updatedAt: time,
  }
}
