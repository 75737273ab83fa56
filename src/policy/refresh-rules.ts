/** For how long the holder of a refresh token whose successor was lost gets that successor again. */
const REPEAT_MS = 10_000

interface Presented {
  /** The counter of an authentic token. */
  readonly counter: number
  /** The session's own counter and when it got there. */
  readonly current: number
  readonly rotatedAt: Date
  readonly now: Date
}

/**
 * rotate: the newest token · repeat: its immediate parent, a moment later (a lost answer, two tabs) · reused: somebody holds a
 * copy · unknown: from a future that this database has not seen, as after restoring a backup.
 */
export type RefreshVerdict = 'rotate' | 'repeat' | 'reused' | 'unknown'

export function judgeRefresh({ counter, current, rotatedAt, now }: Presented): RefreshVerdict {
  if (counter === current) return 'rotate'
  if (counter > current) return 'unknown'
  const recent = now.getTime() - rotatedAt.getTime() <= REPEAT_MS
  return counter === current - 1 && recent ? 'repeat' : 'reused'
}
