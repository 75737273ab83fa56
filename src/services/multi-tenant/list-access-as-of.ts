import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { scopeOf } from '../../policy/scope-of.ts'
import { countGrantsThen, listGrantsThen } from '../../queries/access-history.ts'
import type { PastFilter } from '../../queries/access-history.ts'
import { findCustomer, findProviderPerson } from '../../queries/access-parties.ts'
import type { AsOfQuery, SeenPastGrant } from '../../types/grant-history.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'

/** The grants in force at an instant as they were then, whatever became of them and of their parties. */
export async function listAccessAsOf(ctx: Context, query: AsOfQuery): Promise<Page<SeenPastGrant>> {
  const { of, party } = askedOf(query)
  if (!maySee(ctx, of)) throw new Refusal('not_found')
  const filter = {
    viewer: scopeOf(ctx.principal, null).as,
    at: new Date(query.at),
    knownAt: query.knownAt === undefined ? null : new Date(query.knownAt),
    of,
    search: query.search,
  }
  const paging = pagingOf(query)
  const [known, items, { total }] = await ctx.db.batch([
    party,
    listGrantsThen(filter, query.sort ?? '-grantedAt', paging),
    countGrantsThen(filter),
  ])
  found(known)
  return toPage(items, total, paging)
}

function askedOf({ technicianId, customerOrgId = '' }: AsOfQuery) {
  if (technicianId !== undefined) return { of: { technicianId }, party: findProviderPerson(technicianId) }
  return { of: { customerOrgId }, party: findCustomer(customerOrgId) }
}

function maySee({ principal, reach }: Context, of: PastFilter['of']): boolean {
  if (reach.includes('any')) return true
  if ('technicianId' in of) return reach.includes('self') && of.technicianId === principal.userId
  return reach.includes('own') && of.customerOrgId === principal.orgId
}
