import type { Context } from '../../context.ts'
import { countNotifications, listNotifications as listMatching } from '../../queries/notifications.ts'
import type { Notification, NotificationQuery } from '../../types/notification.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'

/** One's own, newest first. */
export async function listNotifications(ctx: Context, query: NotificationQuery): Promise<Page<Notification>> {
  const { unread, search } = query
  const filter = { owner: ctx.principal, search, unread: unread === undefined ? undefined : unread === 'true' }
  const paging = pagingOf(query)
  const [items, { total }] = await ctx.db.batch([
    listMatching(filter, query.sort ?? '-createdAt', paging),
    countNotifications(filter),
  ])
  return toPage(items, total, paging)
}
