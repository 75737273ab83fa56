import type { Tick } from '../../context.ts'
import { expireGrants as markExpired } from '../../queries/jobs.ts'
import { recordAll } from '../audit/record.ts'
import { expiryOf } from './tell-of-grant.ts'

const BATCH = 500

/**
 * Writes down what has ended. Nobody waits for it: a grant is refused from its end on, marked or not.
 * @returns whether there may be more
 */
export async function expireGrants(tick: Tick): Promise<boolean> {
  const marked = await tick.db.transaction(async (tx) => {
    const ended = await tx.run(markExpired(tick.now, BATCH))
    if (ended.length > 0) await tx.run(recordAll(tick, ended.map(expiryOf)))
    return ended.length
  })
  if (marked > 0) tick.standing.changed()
  return marked === BATCH
}
