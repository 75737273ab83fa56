import { execute, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

export interface NewLetter {
  readonly orgId: string
  readonly id: string
  readonly to: string
  readonly subject: string
  /** Bound to its id. */
  readonly textSealed: string
  readonly createdAt: Date
}

export const insertLetter = ({ orgId, id, to, subject, textSealed, createdAt }: NewLetter): Statement<number> =>
  execute(sql`
    insert into mail_outbox (org_id, id, letter_id, to_address, subject, text_sealed, created_at, next_attempt_at)
    values (${orgId}, ${id}, ${id}, ${to}, ${subject}, ${textSealed}, ${createdAt}, ${createdAt})`)

/** One copy of a letter, to be sent now. */
export interface DueLetter {
  readonly orgId: string
  readonly id: string
  readonly letterId: string
  readonly to: string
  readonly subject: string
  readonly textSealed: string
  readonly createdAt: string
  /** This one included. */
  readonly attempts: number
}

/** Takes those that are due, until `leaseEnds`: nobody else does meanwhile, and whoever is killed over them leaves them to the others. */
export const takeDueLetters = (now: Date, leaseEnds: Date, limit: number): Statement<DueLetter[]> =>
  list(sql<DueLetter>`
    update mail_outbox m set attempts = m.attempts + 1, next_attempt_at = ${leaseEnds}
     where (m.org_id, m.id) in (
             select org_id, id from mail_outbox
              where next_attempt_at <= ${now}
              order by next_attempt_at
              limit ${limit}
                for update skip locked)
    returning m.org_id as "orgId", m.id, m.letter_id as "letterId", m.to_address as "to", m.subject, m.text_sealed as "textSealed",
              m.created_at as "createdAt", m.attempts`)

type Copy = Pick<DueLetter, 'orgId' | 'id'>

export const markSent = ({ orgId, id }: Copy, now: Date): Statement<number> =>
  execute(sql`
    update mail_outbox set sent_at = ${now}, next_attempt_at = null, text_sealed = null, last_error = null
     where org_id = ${orgId} and id = ${id}`)

export const postpone = ({ orgId, id }: Copy, until: Date, error: string): Statement<number> =>
  execute(sql`
    update mail_outbox set next_attempt_at = ${until}, last_error = ${error}
     where org_id = ${orgId} and id = ${id} and next_attempt_at is not null`)

export const giveUp = ({ orgId, id }: Copy, error: string): Statement<number> =>
  execute(sql`
    update mail_outbox set next_attempt_at = null, text_sealed = null, last_error = ${error}
     where org_id = ${orgId} and id = ${id} and next_attempt_at is not null`)

/** Only what has left or never will. */
export const deleteLettersBefore = (since: Date): Statement<number> =>
  execute(sql`delete from mail_outbox where created_at < ${since} and next_attempt_at is null`)
