import type { Principal } from '../types/principal.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

const IDLE_MINUTES = { customer: 60, mss_provider: 30 } as const
const ABSOLUTE_HOURS = { customer: 24, mss_provider: 12 } as const
const MAX_SESSIONS = 50

type Kind = Pick<Principal, 'orgType' | 'settings'>

/** How long a session lasts without use. */
export const idleMs = ({ orgType, settings }: Kind): number =>
  (settings.sessionIdleMinutes ?? IDLE_MINUTES[orgType]) * MINUTE_MS

/** When a session made now ends at the latest. */
export const absoluteEnd = (orgType: Kind['orgType'], now: Date): Date =>
  new Date(now.getTime() + ABSOLUTE_HOURS[orgType] * HOUR_MS)

type Times = Pick<Principal, 'lastUsedAt' | 'sessionExpiresAt'>

const ends = new WeakMap<Times, number>()

/** When the session ends by itself, in ms since the epoch. Read once per object, which therefore must not change. */
function endOf(session: Kind & Times): number {
  const known = ends.get(session)
  if (known !== undefined) return known
  const end = Math.min(Date.parse(session.sessionExpiresAt), Date.parse(session.lastUsedAt) + idleMs(session))
  ends.set(session, end)
  return end
}

/** Worded so that an end that cannot be told (NaN) is over. */
export const sessionEnded = (session: Kind & Times, now: Date): boolean => !(now.getTime() < endOf(session))

/** Of a person's sessions, newest first, the live ones that have to end so that one more is not too many. */
export function surplusSessions<S extends Times>(
  { orgType, settings }: Kind,
  sessions: readonly S[],
  now: Date,
): readonly S[] {
  const live = sessions.filter((session) => !sessionEnded({ ...session, orgType, settings }, now))
  return live.slice((settings.maxSessionsPerUser ?? MAX_SESSIONS) - 1)
}
