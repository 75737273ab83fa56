import { v7 as uuidv7 } from 'uuid'
import type { Redis } from './redis.ts'
import type { Standing } from './standing.ts'

const CHANNEL = 'castellan:changed'
/** Of many changes elsewhere, so that remembering is still worth while. */
const PAUSE_MS = 5

/**
 * Tells the other nodes of a change, so that it bites there at once. Nothing depends on it: a node that does not hear of it knows within
 * the second, since nothing is remembered for longer; and of what was missed while Redis was gone, the worst is assumed.
 */
export function shareChanges(standing: Standing, redis: Redis): Standing {
  const me = uuidv7()
  const forget = atMostEvery(PAUSE_MS, () => standing.changed())
  redis.subscribe(CHANNEL, { message: (by) => void (by !== me && forget()), missed: forget })
  return {
    ...standing,
    changed() {
      standing.changed()
      redis.publish(CHANNEL, me)
    },
  }
}

/** At once where it has not been done lately, else at the end of the pause, and once for all that was asked meanwhile. */
function atMostEvery(pauseMs: number, work: () => void): () => void {
  let pausedUntil = 0
  let due: NodeJS.Timeout | null = null
  function run(): void {
    due = null
    pausedUntil = performance.now() + pauseMs
    work()
  }
  return () => {
    const wait = pausedUntil - performance.now()
    if (wait <= 0) run()
    else due ??= setTimeout(run, wait).unref()
  }
}
