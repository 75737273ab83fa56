import type { Context } from '../../context.ts'
import { countCleanups, listCleanups } from '../../queries/audit-cleanups.ts'
import type { Cleanup, CleanupQuery } from '../../types/audit-cleanup.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'

/** Those that wait for approval, were approved, or expired; the newest first. */
export async function listAuditCleanups(ctx: Context, { status, ...query }: CleanupQuery): Promise<Page<Cleanup>> {
  const paging = pagingOf(query)
  const filter = { status, now: ctx.now }
  const [items, { total }] = await ctx.db.batch([listCleanups(filter, paging), countCleanups(filter)])
  return toPage(items, total, paging)
}
