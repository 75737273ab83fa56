import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { insertOrganization } from '../../queries/organizations.ts'
import type { CreateOrganization, Organization } from '../../types/organization.ts'
import { record } from '../audit/record.ts'

export async function createOrganization(ctx: Context, input: CreateOrganization): Promise<Organization> {
  const now = ctx.now.toISOString()
  const organization: Organization = {
    id: uuidv7(),
    name: input.name,
    type: 'customer',
    domain: input.domain ?? null,
    status: 'active',
    settings: input.settings ?? {},
    createdAt: now,
    updatedAt: now,
    createdBy: ctx.principal.userId,
  }
  await ctx.db.batch([
    insertOrganization(organization),
    record(ctx, {
      action: 'organization.created',
      orgId: organization.id,
      resource: { type: 'organization', id: organization.id },
      description: `Created the customer ${organization.name}`,
      changes: { before: null, after: organization },
    }),
  ])
  return organization
}
