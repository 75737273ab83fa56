import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import { seal } from '../../credentials/secret-box.ts'
import type { Statement } from '../../database/statement.ts'
import { notificationLetter } from '../../mail/letters.ts'
import { tellAll } from '../../queries/notifications.ts'
import type { Audience } from '../../queries/notifications.ts'
import type { NotificationKind } from '../../types/notification.ts'
import { boundToLetter } from './bound-to-letter.ts'

export interface News {
  readonly kind: NotificationKind
  readonly title: string
  readonly body: string
  /** A path in the console. */
  readonly link: string | null
  /** With it, nobody is told twice under the same key. */
  readonly onceKey?: string
}

/** The news as a statement, to be sent in one transaction with what they are about: in the application, and by mail. */
export function tell(ctx: Call, audience: Audience, news: News): Statement<{ told: number }> {
  const url = news.link === null ? null : ctx.settings.publicUrl + news.link
  const { subject, text } = notificationLetter({ ...news, url })
  const letterId = uuidv7()
  return tellAll(audience, {
    ...news,
    at: ctx.now,
    onceKey: news.onceKey ?? null,
    letterId,
    subject,
    textSealed: seal(ctx.credentials.sealing[0], text, boundToLetter(letterId)),
  })
}
