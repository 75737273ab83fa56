import type { Context } from '../../context.ts'
import { countOrganizations, listOrganizations as listMatching } from '../../queries/organizations.ts'
import type { Organization, OrganizationQuery } from '../../types/organization.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'
import { customersInReach } from './customers-in-reach.ts'

export async function listOrganizations(ctx: Context, query: OrganizationQuery): Promise<Page<Organization>> {
  const ids = ctx.reach.includes('seen') ? [ctx.principal.orgId, ...(await customersInReach(ctx))] : null
  const { type, status, search } = query
  const filter = { ids, type, status, search }
  const paging = pagingOf(query)
  const [items, { total }] = await ctx.db.batch([
    listMatching(filter, query.sort ?? 'name', paging),
    countOrganizations(filter),
  ])
  return toPage(items, total, paging)
}
