import { widens } from './grant-rules.ts'
import type { GrantReach } from './grant-rules.ts'

/**
 * Which of two whole grants gives all that both give from now on: the receiver's own, or the one that is handed to them. Null when
 * neither does, or it cannot be told: a grant made of both would give what neither gave.
 */
export function widerOf(held: GrantReach, handed: GrantReach, now: Date): 'held' | 'handed' | null {
  const [has, gets] = [fromNow(held, now), fromNow(handed, now)]
  if (!widens(has, gets)) return 'held'
  return widens(gets, has) ? null : 'handed'
}

/** Of two that have begun it is nothing more to have begun earlier. */
const fromNow = (grant: GrantReach, now: Date): GrantReach => ({
  ...grant,
  startsAt: startFromNow(grant.startsAt, now),
})

/** When a grant begins for whoever gets it now. */
export const startFromNow = (startsAt: Date, now: Date): Date => (startsAt > now ? startsAt : now)
