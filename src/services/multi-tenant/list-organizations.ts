import type { Context } from '../../context.ts'
import {
  countOrganizations,
  findOrganizationsSaying,
  listOrganizations as listMatching,
} from '../../queries/organizations.ts'
import type { Organization, OrganizationQuery } from '../../types/organization.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'
import { customersInReach } from './customers-in-reach.ts'

export async function listOrganizations(ctx: Context, query: OrganizationQuery): Promise<Page<Organization>> {
  const { type, status, search } = query
  const filter = { ids: await candidates(ctx, search), type, status, search }
  const paging = pagingOf(query)
  const [items, { total }] = await ctx.db.batch([
    listMatching(filter, query.sort ?? 'name', paging),
    countOrganizations(filter),
  ])
  return toPage(items, total, paging)
}

/** Null: every one that the caller may see. */
async function candidates(ctx: Context, search: string | undefined): Promise<readonly string[] | null> {
  if (ctx.reach.includes('seen')) return [ctx.principal.orgId, ...(await customersInReach(ctx))]
  if (search === undefined) return null
  const { ids } = await ctx.db.run(findOrganizationsSaying(search))
  return ids
}
