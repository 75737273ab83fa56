import { z } from 'zod'
import * as notification from '../services/notification.service.ts'
import { Marked, Notification, NotificationQuery } from '../types/notification.ts'
import { pageOf } from '../types/page.ts'
import { uuid } from '../types/text.ts'
import { endpoint } from './endpoint.ts'

export const notifications = [
  endpoint({
    method: 'GET',
    url: '/',
    operation: 'notifications.own',
    summary: "One's own notifications, newest first",
    query: NotificationQuery,
    data: pageOf(Notification),
    handle: ({ context, query }) => notification.listNotifications(context, query),
  }),
  endpoint({
    method: 'POST',
    url: '/:id/read',
    operation: 'notifications.own',
    summary: 'Mark one as read',
    params: z.strictObject({ id: uuid }),
    data: Notification,
    handle: ({ context, params }) => notification.readNotification(context, params.id),
  }),
  endpoint({
    method: 'POST',
    url: '/read-all',
    operation: 'notifications.own',
    summary: 'Mark all as read',
    data: Marked,
    handle: ({ context }) => notification.readAllNotifications(context),
  }),
]
