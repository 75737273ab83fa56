import { widens } from './grant-rules.ts'
import type { GrantReach } from './grant-rules.ts'

const SAME_END_MS = 60_000

/**
 * Which of two whole grants gives all that both give from now on: the receiver's own, or the one that is handed to them. Null when
 * neither does, or it cannot be told: a grant made of both would give what neither gave. Ends less than a minute apart count as one:
 * two grants for a week, given one after the other, are for the same week.
 */
export function widerOf(held: GrantReach, handed: GrantReach, now: Date): 'held' | 'handed' | null {
  const has = fromNow(held, now)
  const gets = { ...fromNow(handed, now), ...(endTogether(held, handed) && { expiresAt: held.expiresAt }) }
  if (!widens(has, gets)) return 'held'
  return widens(gets, has) ? null : 'handed'
}

/** Of two that have begun it is nothing more to have begun earlier. */
const fromNow = (grant: GrantReach, now: Date): GrantReach => ({
  ...grant,
  startsAt: startFromNow(grant.startsAt, now),
})

const endTogether = ({ expiresAt: one }: GrantReach, { expiresAt: other }: GrantReach): boolean =>
  one !== null && other !== null && Math.abs(one.getTime() - other.getTime()) < SAME_END_MS

/** When a grant begins for whoever gets it now. */
export const startFromNow = (startsAt: Date, now: Date): Date => (startsAt > now ? startsAt : now)
