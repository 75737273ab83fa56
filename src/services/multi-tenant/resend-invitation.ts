import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { voidInvitations } from '../../queries/invitations.ts'
import type { InvitedUser } from '../../types/user.ts'
import { record } from '../audit/record.ts'
import { lockManagedUser } from './lock-managed-user.ts'
import { prepareInvitation } from './prepare-invitation.ts'

/** A new link; those before it are void. */
export function resendInvitation(ctx: Context, userId: string): Promise<InvitedUser> {
  return ctx.db.transaction(async (tx) => {
    const { user } = await lockManagedUser(tx, ctx, userId)
    if (user.status !== 'invited') throw new Refusal('invitation_accepted')
    if (user.orgStatus !== 'active') throw new Refusal('customer_not_active')
    const { organizationId: orgId } = user
    const { invitationUrl, statements } = prepareInvitation(ctx, user, user.organizationName)
    await tx.batch([
      voidInvitations({ orgId, userId }),
      ...statements,
      record(ctx, {
        action: 'user.invitation_resent',
        orgId,
        resource: { type: 'user', id: userId },
        description: `Invited ${user.email} again`,
      }),
    ])
    return { ...user, ...(invitationUrl !== undefined && { invitationUrl }) }
  })
}
