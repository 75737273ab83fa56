import type { Context } from '../../context.ts'
import { found, invalid } from '../../errors/refusal.ts'
import { findOrganization } from '../../queries/organizations.ts'
import { countUsers, listUsers } from '../../queries/users.ts'
import type { UserSort } from '../../queries/users.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'
import type { MemberQuery, ShortUser, User } from '../../types/user.ts'

/** Whoever sees names alone does not learn more from their order. */
const sortsInShort = new Set<UserSort>(['name', '-name', 'createdAt', '-createdAt'])

/** An organization's people; members who are not admins see each other in short. */
export async function listMembers(ctx: Context, orgId: string, query: MemberQuery): Promise<Page<User | ShortUser>> {
  const { orgType, role } = ctx.principal
  const inShort = orgType === 'customer' && role !== 'admin'
  const { sort = 'name' } = query
  if (inShort && !sortsInShort.has(sort)) throw invalid('sort', 'Must be name or createdAt')
  const filter = {
    orgId,
    role: query.role,
    status: query.status,
    search: query.search,
    namesOnly: inShort,
    mayFindDeleted: ctx.reach.includes('any'),
  }
  const paging = pagingOf(query)
  const [organization, people, { total }] = await ctx.db.batch([
    findOrganization(orgId),
    listUsers(filter, sort, paging),
    countUsers(filter),
  ])
  found(organization)
  return toPage(inShort ? people.map(shorten) : people, total, paging)
}

const shorten = ({ id, firstName, lastName, role, status }: User): ShortUser => ({
  id,
  firstName,
  lastName,
  role,
  status,
})
