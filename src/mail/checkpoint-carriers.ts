import { appendFile } from 'node:fs/promises'
import type { Mailer } from './mailer.ts'

/** A checkpoint of the trail on its way out, with the heads of organizations that are new since the last. */
export interface OutgoingCheckpoint {
  readonly id: number
  readonly note: string
  readonly heads: readonly string[]
}

/** What keeps checkpoints outside of the database. */
export interface CheckpointCarrier {
  readonly name: 'file' | 'mail' | 'webhook'
  /** How often at most. */
  readonly everySeconds: number
  /** Resolves once it is kept there. */
  send(checkpoint: OutgoingCheckpoint): Promise<void>
}

interface Places {
  readonly file: string | undefined
  readonly mail: string | undefined
  readonly url: string | undefined
  readonly mailer: Mailer | null
}

const MINUTE = 60
const DAY = 24 * 3600
const ANSWER_WITHIN_MS = 10_000

export function createCheckpointCarriers({ file, mail, url, mailer }: Places): CheckpointCarrier[] {
  return [
    ...(file === undefined ? [] : [toFile(file)]),
    ...(mail === undefined || mailer === null ? [] : [byMail(mail, mailer)]),
    ...(url === undefined ? [] : [toWebhook(url)]),
  ]
}

const asText = ({ note, heads }: OutgoingCheckpoint): string => `${[note, ...heads].join('\n')}\n`

const toFile = (path: string): CheckpointCarrier => ({
  name: 'file',
  everySeconds: MINUTE,
  send: (checkpoint) => appendFile(path, asText(checkpoint), { mode: 0o644, flush: true }),
})

/** The heads would make it long: a checkpoint alone shows that something was rewritten. */
const byMail = (to: string, mailer: Mailer): CheckpointCarrier => ({
  name: 'mail',
  everySeconds: DAY,
  send: ({ id, note }) =>
    mailer.send({
      id: `checkpoint-${id}`,
      to,
      subject: `Checkpoint ${id} of the audit trail`,
      text: `Keep this mail. With it, nobody can rewrite the audit trail up to this checkpoint unnoticed:\ncastellan audit verify --since-checkpoint FILE\n\n${note}`,
    }),
})

const toWebhook = (url: string): CheckpointCarrier => ({
  name: 'webhook',
  everySeconds: MINUTE,
  async send(checkpoint) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(checkpoint),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`)
  },
})
