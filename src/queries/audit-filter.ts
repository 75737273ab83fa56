import { sql } from '../database/statement.ts'
import type { Sql } from '../database/statement.ts'
import type { AuditFilter } from '../types/audit.ts'
import { contains } from './search.ts'

/** What of `audit_logs a` is asked for: one reading of the filters for list, statistics and export. */
export function matching(filter: AuditFilter): Sql<unknown> {
  const { organizationId, userId, action, category, resourceType, resourceId, outcome, from, to } = filter
  const { riskLevel, complianceRelevant, ipAddress, search } = filter
  // Only what was asked for becomes a condition, so that each question gets its own plan.
  const conditions = [
    organizationId !== undefined && sql`a.org_id = ${organizationId}`,
    userId !== undefined && sql`a.user_id = ${userId}`,
    action !== undefined && actionIs(action),
    category !== undefined && sql`a.category = ${category}`,
    resourceType !== undefined && sql`a.resource_type = ${resourceType}`,
    resourceId !== undefined && sql`a.resource_id = ${resourceId}`,
    outcome !== undefined && sql`a.outcome = ${outcome}`,
    riskLevel !== undefined && sql`a.risk_level = any (${[riskLevel].flat()}::text[])`,
    complianceRelevant !== undefined && sql`a.compliance_relevant = ${complianceRelevant}::boolean`,
    ipAddress !== undefined && sql`a.ip_address <<= ${ipAddress}::inet`,
    from !== undefined && sql`a.occurred_at >= ${from}`,
    to !== undefined && sql`a.occurred_at < ${to}`,
    search !== undefined && contains(sql`lower(a.description)`, search),
  ].filter((condition) => condition !== false)
  return conditions.length === 0 ? sql`true` : sql`${sql.join(conditions, sql` and `)}`
}

const actionIs = (action: string): Sql<unknown> =>
  action.endsWith('.*') ? sql`starts_with(a.action, ${action.slice(0, -1)})` : sql`a.action = ${action}`

/** A place in the trail: an event. */
export interface AuditPosition {
  readonly occurredAt: string
  readonly id: string
}

/** Older than it. The first condition says nothing new but where to look: partitions are chosen by it. */
export const behind = ({ occurredAt, id }: AuditPosition): Sql<unknown> =>
  sql`a.occurred_at <= ${occurredAt} and (a.occurred_at, a.id) < (${occurredAt}, ${id})`

/** What the database showed at an instant. The text is of type pg_snapshot; `at` bounds when it was taken from below. */
export interface Snapshot {
  readonly text: string
  readonly at: string
}

/**
 * Recorded so long ago that no transaction of then can still be open. It also keeps rows that were restored from another cluster,
 * whose transaction numbers say nothing here.
 */
const settled = ({ at }: Snapshot): Sql<unknown> => sql`a.recorded_at < ${at}::timestamptz - interval '1 day'`

/** Committed when the snapshot was taken. The first condition says of almost every row what the last would, and costs a comparison. */
export const seenIn = (snapshot: Snapshot): Sql<unknown> =>
  sql`(a.tx_id < pg_snapshot_xmin(${snapshot.text}::pg_snapshot) or ${settled(snapshot)}
       or pg_visible_in_snapshot(a.tx_id, ${snapshot.text}::pg_snapshot))`

/** Happened before the snapshot, committed after it. */
export const lateFor = (snapshot: Snapshot): Sql<unknown> =>
  sql`a.occurred_at <= ${snapshot.at} and not ${settled(snapshot)}
      and a.tx_id >= pg_snapshot_xmin(${snapshot.text}::pg_snapshot)
      and not pg_visible_in_snapshot(a.tx_id, ${snapshot.text}::pg_snapshot)`
