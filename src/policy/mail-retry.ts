const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 3_600_000
const GIVE_UP_AFTER_MS = 24 * 3_600_000

/** When a mail that could not be sent is tried again: after twice as long each time; null when it has waited for a day. */
export function nextAttempt({ createdAt, attempts }: { createdAt: Date; attempts: number }, now: Date): Date | null {
  if (now.getTime() - createdAt.getTime() >= GIVE_UP_AFTER_MS) return null
  return new Date(now.getTime() + Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS))
}
