import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { findOrganizationStats } from '../../queries/organization-stats.ts'
import { findOrganization } from '../../queries/organizations.ts'
import type { OrganizationStats } from '../../types/organization.ts'

export async function organizationStats(ctx: Context, id: string): Promise<OrganizationStats> {
  const [organization, stats] = await ctx.db.batch([findOrganization(id), findOrganizationStats(id, ctx.now)])
  found(organization)
  return stats
}
