import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { scopeOf } from '../../policy/scope-of.ts'
import { countGrants, listGrants } from '../../queries/access-lists.ts'
import { findCustomer } from '../../queries/access-parties.ts'
import type { GrantQuery, SeenGrant } from '../../types/grant.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'

export async function listAccessOfCustomer(
  ctx: Context,
  customerOrgId: string,
  query: GrantQuery,
): Promise<Page<SeenGrant>> {
  const { status, search, sort = '-grantedAt' } = query
  const filter = { viewer: scopeOf(ctx.principal, null).as, now: ctx.now, of: { customerOrgId }, status, search }
  const paging = pagingOf(query)
  const [customer, items, { total }] = await ctx.db.batch([
    findCustomer(customerOrgId),
    listGrants(filter, sort, paging),
    countGrants(filter),
  ])
  found(customer)
  return toPage(items, total, paging)
}
