import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { countUsers, findUsersSaying, listUsers as listMatching } from '../../queries/users.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'
import type { User, UserQuery } from '../../types/user.ts'

export async function listUsers(ctx: Context, query: UserQuery): Promise<Page<User>> {
  const { role, status, search } = query
  const orgId = organizationOf(ctx, query)
  const named = orgId === null && search !== undefined ? await ctx.db.run(findUsersSaying(search)) : null
  const filter = { orgId, ids: named?.ids ?? null, role, status, search, mayFindDeleted: ctx.reach.includes('any') }
  const paging = pagingOf(query)
  const [items, { total }] = await ctx.db.batch([
    listMatching(filter, query.sort ?? 'name', paging),
    countUsers(filter),
  ])
  return toPage(items, total, paging)
}

/** Null: every one that the caller may see. */
function organizationOf({ principal, reach }: Context, { organizationId }: UserQuery): string | null {
  if (!reach.includes('own')) return organizationId ?? null
  if (organizationId !== undefined && organizationId !== principal.orgId) throw new Refusal('not_found')
  return principal.orgId
}
