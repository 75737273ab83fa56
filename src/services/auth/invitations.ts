import type { Call } from '../../context.ts'
import { hashToken, isTokenShaped } from '../../credentials/one-time-token.ts'
import { tokenKinds } from '../../credentials/token-kinds.ts'
import { found } from '../../errors/refusal.ts'
import { findPendingInvitation } from '../../queries/invitations.ts'
import type { PendingInvitation } from '../../queries/invitations.ts'
import type { Invitation } from '../../types/auth.ts'

/** @throws Refusal `not_found`, alike for what is unknown, used, over or of an organization that is not active */
export async function pendingInvitation({ identity, now }: Call, token: string): Promise<PendingInvitation> {
  const shaped = isTokenShaped(token, tokenKinds.invitation)
  return found(shaped ? await identity.run(findPendingInvitation(hashToken(token), now)) : null)
}

export async function lookUpInvitation(ctx: Call, token: string): Promise<Invitation> {
  const { email, role, expiresAt, ...invitation } = await pendingInvitation(ctx, token)
  const { inviterFirstName: firstName, inviterLastName: lastName } = invitation
  return {
    email,
    organization: {
      id: invitation.orgId,
      name: invitation.organizationName,
      type: invitation.organizationType,
    },
    role,
    expiresAt,
    ...(firstName !== null && lastName !== null && { invitedBy: { firstName, lastName } }),
  }
}
