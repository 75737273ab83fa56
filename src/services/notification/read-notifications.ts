import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { markAllRead, markRead } from '../../queries/notifications.ts'
import type { Marked, Notification } from '../../types/notification.ts'

export async function readNotification({ db, principal, now }: Context, id: string): Promise<Notification> {
  return found(await db.run(markRead(principal, id, now)))
}

export async function readAllNotifications({ db, principal, now }: Context): Promise<Marked> {
  return { marked: await db.run(markAllRead(principal, now)) }
}
