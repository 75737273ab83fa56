import type { Context } from '../../context.ts'
import { found, invalid, Refusal } from '../../errors/refusal.ts'
import { reaches } from '../../policy/reach.ts'
import { mayManage, roleFits } from '../../policy/role-ladder.ts'
import { lockOrganization } from '../../queries/organizations.ts'
import type { OrganizationStanding } from '../../queries/organizations.ts'
import { findAccountByEmail } from '../../queries/users.ts'
import type { InvitedUser, InviteUser } from '../../types/user.ts'
import { FIRST_VERSION } from '../../types/versioned.ts'
import type { Versioned } from '../../types/versioned.ts'
import { prepareInvitedUser } from './prepare-invited-user.ts'

/**
 * A taken address is told only to who may see its account: staff see all, a customer's admin their organization's.
 * To anybody else the invitation is made as usual; the invited person learns it at acceptance.
 */
export async function inviteUser(ctx: Context, input: InviteUser): Promise<Versioned<InvitedUser>> {
  const orgId = organizationOf(ctx, input)
  const seen = ctx.reach.includes('own') ? orgId : null
  return ctx.db.transaction(async (tx) => {
    const [standing, account] = await tx.batch([lockOrganization(orgId), findAccountByEmail(input.email, seen)])
    const organization = found(standing)
    checkMayInvite(ctx, organization, input)
    if (account !== null) throw new Refusal('email_taken')
    const { invited, statements } = prepareInvitedUser(ctx, organization, input)
    await tx.batch(statements)
    return { ...invited, version: FIRST_VERSION }
  })
}

/** Without a name, the inviter's own; that is never a customer's where they may only invite into customers. */
function organizationOf({ principal, reach }: Context, { organizationId, role }: InviteUser): string {
  if (organizationId !== undefined) return organizationId
  if (!reach.includes('customers')) return principal.orgId
  if (!mayManage(principal.role, role)) throw new Refusal('forbidden')
  throw invalid('organizationId', 'Must name the customer')
}

function checkMayInvite({ principal, reach }: Context, organization: OrganizationStanding, { role }: InviteUser): void {
  const { id: orgId, type: orgType, status } = organization
  if (status === 'deleted' || !reaches(principal, reach, { orgId, orgType, userId: null }))
    throw new Refusal('not_found')
  if (!roleFits(orgType, role)) throw invalid('role', 'Must be a role of the type of the organization')
  if (!mayManage(principal.role, role)) throw new Refusal('forbidden')
  if (status !== 'active') throw new Refusal('customer_not_active')
}
