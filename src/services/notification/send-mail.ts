import type { Tick } from '../../context.ts'
import { open } from '../../credentials/secret-box.ts'
import type { Mailer } from '../../mail/mailer.ts'
import { giveUp, markSent, postpone, takeDueLetters } from '../../queries/mail-outbox.ts'
import type { DueLetter } from '../../queries/mail-outbox.ts'
import { nextAttempt } from '../../policy/mail-retry.ts'
import { boundToLetter } from './bound-to-letter.ts'

const BATCH = 10
/** Longer than a send can take. After a crash the letters under way wait so long for another node. */
const LEASE_MS = 120_000

/**
 * Sends what is due. A letter leaves at least once: it is marked as sent when a mail server has taken it.
 * @returns whether there may be more to send at once
 */
export async function sendMail(tick: Tick): Promise<boolean> {
  const leaseEnds = new Date(tick.now.getTime() + LEASE_MS)
  const letters = await tick.db.run(takeDueLetters(tick.now, leaseEnds, BATCH))
  const sent = await Promise.all(letters.map((letter) => sendOne(tick, letter)))
  return letters.length === BATCH && sent.includes(true)
}

async function sendOne(tick: Tick, letter: DueLetter): Promise<boolean> {
  if (tick.mailer === null) tick.log.debug(about(letter), 'no mail server is configured: this mail is not sent')
  else if (!(await leaves(tick, tick.mailer, letter))) return false
  await tick.db.run(markSent(letter, tick.now))
  return true
}

/** Whether a server took it; if not, when it is tried again has been decided. */
async function leaves({ db, credentials, now, log }: Tick, mailer: Mailer, letter: DueLetter): Promise<boolean> {
  try {
    const text = open(credentials.sealing, letter.textSealed, boundToLetter(letter.letterId)).toString('utf8')
    await mailer.send({ ...letter, text })
    return true
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const next = nextAttempt({ createdAt: new Date(letter.createdAt), attempts: letter.attempts }, now)
    await db.run(next === null ? giveUp(letter, reason) : postpone(letter, next, reason))
    const facts = { ...about(letter), attempts: letter.attempts, reason, next }
    if (next === null) log.error(facts, 'gave up sending a mail')
    else log.warn(facts, 'a mail was not sent yet')
    return false
  }
}

const about = ({ id, to, subject }: DueLetter): object => ({ mail: id, to, subject })
