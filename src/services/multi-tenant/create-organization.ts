import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { Refusal } from '../../errors/refusal.ts'
import { insertOrganization } from '../../queries/organizations.ts'
import { findAccountByEmail } from '../../queries/users.ts'
import type { CreatedOrganization, CreateOrganization, Organization } from '../../types/organization.ts'
import { FIRST_VERSION } from '../../types/versioned.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { prepareInvitedUser } from './prepare-invited-user.ts'

/** With `adminEmail` the first admin is invited too: a customer and its invitation, or neither. */
export async function createOrganization(
  ctx: Context,
  input: CreateOrganization,
): Promise<Versioned<CreatedOrganization>> {
  const organization = newOrganization(ctx, input)
  const creation = [insertOrganization(organization), recordCreation(ctx, organization)]
  const { adminEmail } = input
  if (adminEmail === undefined) {
    await ctx.db.batch(creation)
    return { ...organization, version: FIRST_VERSION }
  }
  const admin = { email: adminEmail, firstName: '', lastName: '', role: 'admin' } as const
  const { invited, statements } = prepareInvitedUser(ctx, organization, admin)
  await ctx.db.transaction(async (tx) => {
    if ((await tx.run(findAccountByEmail(adminEmail, null))) !== null) throw new Refusal('email_taken')
    await tx.batch([...creation, ...statements])
  })
  const { invitationUrl } = invited
  return { ...organization, ...(invitationUrl !== undefined && { invitationUrl }), version: FIRST_VERSION }
}

function newOrganization({ now, principal }: Context, { name, domain, settings }: CreateOrganization): Organization {
  const time = now.toISOString()
  return {
    id: uuidv7(),
    name,
    type: 'customer',
    domain: domain ?? null,
    status: 'active',
    settings: settings ?? {},
    createdAt: time,
    updatedAt: time,
    createdBy: principal.userId,
  }
}

function recordCreation(ctx: Context, organization: Organization): Statement<number> {
  return record(ctx, {
    action: 'organization.created',
    orgId: organization.id,
    resource: { type: 'organization', id: organization.id },
    description: `Created the customer ${organization.name}`,
    changes: { before: null, after: organization },
  })
}
