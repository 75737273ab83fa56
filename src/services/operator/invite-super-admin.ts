import type { Transaction } from '../../database/tenancy.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { voidInvitations } from '../../queries/invitations.ts'
import { findProvider, lockOrganization } from '../../queries/organizations.ts'
import { findAccountByEmail, findMemberByEmail, insertUser } from '../../queries/users.ts'
import type { InvitedUser, User } from '../../types/user.ts'
import { record } from '../audit/record.ts'
import { prepareInvitation } from '../multi-tenant/prepare-invitation.ts'
import { newUser } from '../multi-tenant/prepare-invited-user.ts'
import { byOperator } from './operator-call.ts'
import type { OperatorCall } from './operator-call.ts'

interface Invitee {
  readonly email: string
  readonly firstName: string
  readonly lastName: string
}

/**
 * For an operator whom nobody can let in any more. Who was invited as super admin before gets a new link, and the old one is void.
 * @throws Refusal `not_found` without a provider, `email_taken` for an address that has an account
 */
export async function inviteSuperAdmin(call: OperatorCall, invitee: Invitee): Promise<InvitedUser> {
  return call.identity.transaction(async (tx) => {
    const provider = found(await tx.run(lockOrganization(found(await tx.run(findProvider())).id)))
    const { user, isNew } = await userOf(tx, call, { invitee, orgId: provider.id })
    // The link is for the one who asks: it is printed also where mail leaves.
    const here = { ...call, settings: { ...call.settings, sendsMail: false } }
    const { invitationUrl, statements } = prepareInvitation(here, user, provider.name)
    await tx.batch([
      ...(isNew
        ? [insertUser({ ...user, orgType: 'mss_provider', createdBy: null })]
        : [voidInvitations({ orgId: provider.id, userId: user.id })]),
      ...statements,
      record(call, {
        ...byOperator(call),
        action: isNew ? 'user.invited' : 'user.invitation_resent',
        orgId: provider.id,
        resource: { type: 'user', id: user.id },
        description: `Invited ${user.email} as ${user.role} at the command line`,
        ...(isNew && { changes: { before: null, after: user } }),
      }),
    ])
    return { ...user, ...(invitationUrl !== undefined && { invitationUrl }) }
  })
}

async function userOf(
  tx: Transaction,
  call: OperatorCall,
  { invitee, orgId }: { invitee: Invitee; orgId: string },
): Promise<{ user: User; isNew: boolean }> {
  const [account, member] = await tx.batch([
    findAccountByEmail(invitee.email, null),
    findMemberByEmail(invitee.email, orgId),
  ])
  const isWaiting = member?.status === 'invited' && member.role === 'super_admin'
  if (account !== null || (member !== null && !isWaiting)) throw new Refusal('email_taken')
  if (member !== null) return { user: member, isNew: false }
  return { user: newUser(call, orgId, { ...invitee, role: 'super_admin' }), isNew: true }
}
