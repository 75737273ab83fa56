export { listNotifications } from './notification/list-notifications.ts'
export { readAllNotifications, readNotification } from './notification/read-notifications.ts'
export { sendMail } from './notification/send-mail.ts'
