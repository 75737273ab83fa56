import { z } from 'zod'
import { listQuery } from './page.ts'

export const notificationKinds = [
  'emergency_access_granted',
  'access_expiring',
  'new_device',
  'credentials_changed',
  'cleanup_requested',
] as const
export const NotificationKind = z.enum(notificationKinds)
export type NotificationKind = z.infer<typeof NotificationKind>

export const Notification = z
  .object({
    id: z.guid(),
    kind: NotificationKind,
    title: z.string(),
    body: z.string(),
    link: z.string().nullable().meta({ description: 'Where in the console it is about, as a path.' }),
    createdAt: z.iso.datetime(),
    readAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Notification' })
export type Notification = z.infer<typeof Notification>

export const NotificationQuery = z.strictObject({
  ...listQuery(['createdAt']),
  unread: z.enum(['true', 'false']).optional().meta({ description: 'Only those that are unread, or that are read.' }),
})
export type NotificationQuery = z.infer<typeof NotificationQuery>

export const Marked = z.object({ marked: z.int().meta({ description: 'How many were unread until now.' }) })
export type Marked = z.infer<typeof Marked>
