import type { Context } from '../../context.ts'
import { countHolds, listHolds } from '../../queries/audit-holds.ts'
import type { AuditHold, HoldQuery } from '../../types/audit-hold.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'

export async function listAuditHolds(ctx: Context, query: HoldQuery): Promise<Page<AuditHold>> {
  const paging = pagingOf(query)
  const [items, { total }] = await ctx.db.batch([listHolds(query, paging), countHolds(query)])
  return toPage(items, total, paging)
}
