import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { FileAnswer } from '../types/file-answer.ts'

/** A reader that takes nothing for so long has left without a word. */
const STALLED_MS = 60_000
/** What HTTP puts around a part. */
const FRAME_BYTES = 16
/** How long what was written before a failure is given to leave. */
const LEAVING_MS = 1000

export const isFile = (value: unknown): value is FileAnswer =>
  typeof value === 'object' && value !== null && 'file' in value && typeof value.file === 'function'

/** As an attachment, as fast as its reader reads. When they leave, whoever writes it hears of it at once. */
export function sendFile(reply: FastifyReply, { name, type, file }: FileAnswer): FastifyReply {
  const leaving = new AbortController()
  reply.raw.on('close', () => leaving.abort(new Error('the reader has left')))
  reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy())
  reply.header('content-disposition', `attachment; filename="${name}"`).type(type)
  const body: Readable = Readable.from(
    untilTheEnd(reply, file(leaving.signal), () => body.readableLength),
    {
      objectMode: false,
    },
  )
  return reply.send(body)
}

/**
 * A part is asked for when those before the last one have left. A failure breaks the connection off, which a reader notices; what the
 * file itself says of it leaves first.
 */
async function* untilTheEnd(
  { raw }: FastifyReply,
  file: AsyncIterable<Uint8Array>,
  held: () => number,
): AsyncGenerator<Uint8Array> {
  const unsent = (): number => (raw.destroyed ? 0 : held() + raw.writableLength)
  try {
    for await (const part of file) {
      yield part
      for (let wait = 1; unsent() > part.length + FRAME_BYTES; wait = Math.min(2 * wait, 50)) await sleep(wait)
    }
  } catch (error) {
    for (let waited = 0; waited < LEAVING_MS && unsent() > 0; waited += 10) await sleep(10)
    throw error
  }
}
