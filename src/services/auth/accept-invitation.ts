import type { Call } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { activateInvited } from '../../queries/credentials.ts'
import { markInvitationAccepted } from '../../queries/invitations.ts'
import type { PendingInvitation } from '../../queries/invitations.ts'
import { findUser } from '../../queries/users.ts'
import type { AcceptInvitation } from '../../types/auth.ts'
import type { User } from '../../types/user.ts'
import { record } from '../audit/record.ts'
import { pendingInvitation } from './invitations.ts'
import { newPasswordHash } from './new-password-hash.ts'

/** The invited account becomes active; its person then signs in. Of several at once, one accepts. */
export async function acceptInvitation(ctx: Call, token: string, given: AcceptInvitation): Promise<User> {
  const invitation = await pendingInvitation(ctx, token)
  const names = {
    firstName: given.firstName ?? invitation.firstName,
    lastName: given.lastName ?? invitation.lastName,
  }
  const owner = { person: { email: invitation.email, ...names }, organizationName: invitation.organizationName }
  const passwordHash = await newPasswordHash(ctx, given.password, owner)
  const user = await ctx.identity.transaction(async (tx) => {
    // The person first, as whoever deletes them or invites them anew begins there.
    const activatedNow = await tx.run(activateInvited({ ...invitation, ...names, passwordHash }, ctx.now))
    const acceptedNow = await tx.run(markInvitationAccepted(invitation, ctx.now))
    if (activatedNow === 0 || acceptedNow === 0) throw new Refusal('not_found')
    const [activated] = await tx.batch([findUser(invitation.userId), accepted(ctx, invitation)])
    return found(activated)
  })
  ctx.standing.changed()
  return user
}

const accepted = (ctx: Call, { id, orgId, userId, email, role }: PendingInvitation) =>
  record(ctx, {
    action: 'user.invitation_accepted',
    orgId,
    resource: { type: 'user', id: userId },
    description: `${email} accepted the invitation`,
    actor: { userId, email, role, orgId },
    changes: { before: { status: 'invited' }, after: { status: 'active' } },
    details: { invitationId: id },
  })
