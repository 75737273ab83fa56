import { sql } from '../database/statement.ts'
import type { Sql } from '../database/statement.ts'

/** What a manager wants to see of an active grant `g`; as the instants from which on they hold. */
export const soonExpiredFrom = sql<string>`g.expires_at - interval '7 days'`
export const longUnusedFrom = sql<string>`coalesce(g.last_used_at, g.granted_at) + interval '90 days'`

export const holdsAt = (from: Sql<string>, now: Date): Sql<boolean> => sql<boolean>`coalesce(${from} <= ${now}, false)`
