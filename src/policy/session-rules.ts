import type { Principal } from '../types/principal.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

const IDLE_MINUTES = { customer: 60, mss_provider: 30 } as const
const ABSOLUTE_HOURS = { customer: 24, mss_provider: 12 } as const

type Kind = Pick<Principal, 'orgType' | 'settings'>

/** How long a session lasts without use. */
export const idleMs = ({ orgType, settings }: Kind): number =>
  (settings.sessionIdleMinutes ?? IDLE_MINUTES[orgType]) * MINUTE_MS

/** When a session made now ends at the latest. */
export const absoluteEnd = (orgType: Kind['orgType'], now: Date): Date =>
  new Date(now.getTime() + ABSOLUTE_HOURS[orgType] * HOUR_MS)

export function sessionEnded(session: Kind & Pick<Principal, 'lastUsedAt' | 'sessionExpiresAt'>, now: Date): boolean {
  const time = now.getTime()
  return time >= Date.parse(session.sessionExpiresAt) || time - Date.parse(session.lastUsedAt) >= idleMs(session)
}
