import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditFilter } from '../types/audit.ts'
import { matching, seenIn } from './audit-filter.ts'
import type { AuditPosition, Snapshot } from './audit-filter.ts'
import { eventMembers, sequenceOf } from './audit-logs.ts'

/** Some events of the trail as a snapshot showed it, oldest first. */
export interface Slice {
  readonly filter: AuditFilter
  readonly seen: Snapshot
  readonly after: AuditPosition | null
  readonly limit: number
}

export const currentSnapshot = (): Statement<{ text: string }> =>
  one(sql<{ text: string }>`select pg_current_snapshot()::text as text`)

const instant = (column: Sql<unknown>): Sql<unknown> =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Every row begins with these three, whatever follows: they tell where an export stands. */
const place = sql`${sequenceOf} as sequence, a.id, ${instant(sql`a.occurred_at`)} as "occurredAt"`

const rows = ({ filter, seen, after, limit }: Slice): Sql<unknown> => sql`
  from (
    select * from audit_logs a
     where ${matching(filter)} and ${seenIn(seen)}
       and ${after === null ? sql`true` : sql`a.occurred_at >= ${after.occurredAt} and (a.occurred_at, a.id) > (${after.occurredAt}, ${after.id})`}
     order by a.occurred_at, a.id
     limit ${limit}) a
   order by a.occurred_at, a.id`

/** What a spreadsheet would take for a formula is led by an apostrophe: = + - @ in both widths, tab, line feed, carriage return. */
const safe = (column: Sql<unknown>): Sql<unknown> =>
  sql`case when ascii(${column}) in (61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312) then '''' || ${column} else ${column} end`

export const csvColumns = [
  ...[
    'sequence',
    'id',
    'occurredAt',
    'organizationId',
    'actorUserId',
    'actorEmail',
    'actorRole',
    'actorOrganizationId',
  ],
  ...['action', 'category', 'resourceType', 'resourceId', 'description', 'outcome', 'riskLevel', 'riskFactors'],
  ...['complianceRelevant', 'frameworks', 'ipAddress', 'userAgent', 'sessionId', 'requestId', 'changes', 'details'],
  'erased',
] as const

/** In the order of `csvColumns`. */
export const listForCsv = (slice: Slice): Statement<unknown[]> =>
  list(sql`
    select ${place}, a.org_id, a.user_id, ${safe(sql`a.actor_email`)}, a.actor_role, a.actor_org_id, a.action, a.category,
           ${safe(sql`a.resource_type`)}, ${safe(sql`a.resource_id`)}, ${safe(sql`a.description`)}, a.outcome, a.risk_level,
           array_to_string(a.risk_factors, ' '), a.compliance_relevant::text, array_to_string(a.frameworks, ' '), host(a.ip_address),
           ${safe(sql`a.user_agent`)}, a.session_id, ${safe(sql`a.request_id`)}, a.changes, a.details,
           concat_ws(' ', case when a.actor_nonce is null then 'actor' end, case when a.description_nonce is null then 'description' end,
                     case when a.content_nonce is null then 'content' end)
    ${rows(slice)}`)

/** Each event as the API shows it. */
export const listForJson = (slice: Slice): Statement<unknown[]> =>
  list(sql`
    select e.sequence, e.id, e."occurredAt", row_to_json(e)
      from (select ${place}, ${eventMembers} ${rows(slice)}) e`)
