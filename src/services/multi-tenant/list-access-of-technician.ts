import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { scopeOf } from '../../policy/scope-of.ts'
import { countGrants, listGrants } from '../../queries/access-lists.ts'
import { findProviderPerson } from '../../queries/access-parties.ts'
import type { Grant, GrantQuery } from '../../types/grant.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'

export async function listAccessOfTechnician(
  ctx: Context,
  technicianId: string,
  query: GrantQuery,
): Promise<Page<Grant>> {
  const { status, search, sort = '-grantedAt' } = query
  const filter = { viewer: scopeOf(ctx.principal, null).as, now: ctx.now, of: { technicianId }, status, search }
  const paging = pagingOf(query)
  const [technician, items, { total }] = await ctx.db.batch([
    findProviderPerson(technicianId),
    listGrants<Grant>(filter, sort, paging),
    countGrants(filter),
  ])
  found(technician)
  return toPage(items, total, paging)
}
