import type { Context } from '../../context.ts'
import {
  countOrganizations,
  findOrganizationsSaying,
  listOrganizations as listMatching,
} from '../../queries/organizations.ts'
import type { OrganizationFilter } from '../../queries/organizations.ts'
import type { Organization, OrganizationQuery } from '../../types/organization.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'
import { customersInReach } from './customers-in-reach.ts'

export async function listOrganizations(ctx: Context, query: OrganizationQuery): Promise<Page<Organization>> {
  if (ctx.reach.includes('seen')) return listSeen(ctx, query)
  const { type, status, search } = query
  return listAmong(ctx, { ids: search === undefined ? null : await saying(ctx, search), type, status, search }, query)
}

/** By name alone the page is known beforehand: only what is on it is looked up, not everything in reach. */
async function listSeen(ctx: Context, query: OrganizationQuery): Promise<Page<Organization>> {
  const { type, status, search, sort = 'name' } = query
  const grants = await ctx.standing.grants.known(0)
  const ids = [ctx.principal.orgId, ...customersInReach(ctx, grants)]
  const narrowed = type !== undefined || status !== undefined || search !== undefined
  if (narrowed || (sort !== 'name' && sort !== '-name')) return listAmong(ctx, { ids, type, status, search }, query)
  const paging = pagingOf(query)
  const onPage = await ctx.standing.names.page(grants, ids, { ...paging, descending: sort === '-name' })
  const items =
    onPage.length === 0 ? [] : await ctx.db.run(listMatching({ ids: onPage }, sort, { ...paging, offset: 0 }))
  return toPage(items, ids.length, paging)
}

async function listAmong(
  ctx: Context,
  filter: OrganizationFilter,
  query: OrganizationQuery,
): Promise<Page<Organization>> {
  const paging = pagingOf(query)
  const [items, { total }] = await ctx.db.batch([
    listMatching(filter, query.sort ?? 'name', paging),
    countOrganizations(filter),
  ])
  return toPage(items, total, paging)
}

/** Null: too many to name. */
async function saying(ctx: Context, words: string): Promise<readonly string[] | null> {
  const { ids } = await ctx.db.run(findOrganizationsSaying(words))
  return ids
}
