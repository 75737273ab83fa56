import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import { seal } from '../../credentials/secret-box.ts'
import type { Statement } from '../../database/statement.ts'
import type { Letter } from '../../mail/letters.ts'
import { insertLetter } from '../../queries/mail-outbox.ts'
import { boundToLetter } from './bound-to-letter.ts'

/** A letter to somebody, as a statement to be sent in one transaction with what it is about. It leaves after the commit. */
export function writeLetter(
  { now: createdAt, credentials }: Pick<Call, 'now' | 'credentials'>,
  { orgId, to }: { orgId: string; to: string },
  { subject, text }: Letter,
): Statement<number> {
  const id = uuidv7()
  const textSealed = seal(credentials.sealing[0], text, boundToLetter(id))
  return insertLetter({ orgId, id, to, subject, textSealed, createdAt })
}
