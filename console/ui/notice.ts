import { notifications } from '@mantine/notifications'
import { messageOf } from '../words.ts'

export const notice = (message: string): void => void notifications.show({ message, autoClose: 6000 })

export const tellFault = (error: unknown): void =>
  void notifications.show({ message: messageOf(error), color: 'red', title: 'This did not work', autoClose: 12_000 })
