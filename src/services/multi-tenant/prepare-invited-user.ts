import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { newToken } from '../../credentials/one-time-token.ts'
import type { Statement } from '../../database/statement.ts'
import { invitationLetter } from '../../mail/letters.ts'
import { insertInvitation } from '../../queries/invitations.ts'
import { insertUser } from '../../queries/users.ts'
import type { InvitedUser, InviteUser, User } from '../../types/user.ts'
import type { Organization } from '../../types/organization.ts'
import { record } from '../audit/record.ts'
import { writeLetter } from '../notification/write-letter.ts'

const VALID_MS = 24 * 3_600_000

interface Prepared {
  readonly invited: InvitedUser
  /** The account, its invitation, the mail and the event: to be sent in one transaction. */
  readonly statements: readonly Statement<number>[]
}

type Invitee = Omit<InviteUser, 'organizationId'>

/**
 * The link leaves by mail, or is in the answer alone where no mail server is configured: of its token only the hash is stored,
 * and until it has left the mail, sealed.
 */
export function prepareInvitedUser(
  ctx: Context,
  { id: orgId, name: organizationName, type: orgType }: Pick<Organization, 'id' | 'name' | 'type'>,
  invitee: Invitee,
): Prepared {
  const user = newUser(ctx, orgId, invitee)
  const { token, hash: tokenHash } = newToken('inv_')
  const createdBy = ctx.principal.userId
  const expiresAt = new Date(ctx.now.getTime() + VALID_MS)
  const url = `${ctx.settings.publicUrl}/invitations/${token}`
  const letter = invitationLetter({ organizationName, role: user.role, url, expiresAt })
  return {
    invited: { ...user, ...(!ctx.settings.sendsMail && { invitationUrl: url }) },
    statements: [
      insertUser({ ...user, orgType, createdBy }),
      writeLetter(ctx, { orgId, to: user.email }, letter),
      insertInvitation({ orgId, id: uuidv7(), userId: user.id, tokenHash, createdBy, createdAt: ctx.now, expiresAt }),
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

function newUser({ now }: Context, organizationId: string, invitee: Invitee): User {
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
