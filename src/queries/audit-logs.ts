import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditEvent, AuditFilter } from '../types/audit.ts'
import { behind, lateFor, matching, seenIn } from './audit-filter.ts'
import type { AuditPosition, Snapshot } from './audit-filter.ts'

/** What an event tells, but for its place: `sequence`, `id` and `occurredAt`. */
export const eventMembers = sql`
  case when a.user_id is not null then jsonb_build_object('userId', a.user_id, 'email', a.actor_email, 'role', a.actor_role,
    'organizationId', a.actor_org_id) end as actor,
  a.org_id as "organizationId", a.action, a.category, a.resource_type as "resourceType", a.resource_id as "resourceId",
  a.description, a.outcome, a.risk_level as "riskLevel", a.risk_factors as "riskFactors",
  a.compliance_relevant as "complianceRelevant", a.frameworks, host(a.ip_address) as "ipAddress", a.user_agent as "userAgent",
  a.session_id as "sessionId", a.request_id as "requestId", a.changes, a.details,
  array_remove(array[case when a.actor_nonce is null then 'actor' end, case when a.description_nonce is null then 'description' end,
                     case when a.content_nonce is null then 'content' end], null) as erased`

export const sequenceOf = sql`(select s.sequence from audit_seals s where s.org_id = a.org_id and s.event_id = a.id)`

export const auditColumns = sql`a.id, ${sequenceOf} as sequence, a.occurred_at as "occurredAt", ${eventMembers}`

/** Which part of the trail a list goes on in. */
export interface AuditPart {
  readonly after: AuditPosition | null
  /** Only what was committed then. */
  readonly seen: Snapshot | null
  /** Only what came late for it. */
  readonly late: Snapshot | null
}

type Listed = AuditEvent & { readonly snapshot: string }

/** Newest first, from a position or an offset. With them, what the database showed at that moment; null when there are none. */
export function listAuditEvents(
  filter: AuditFilter,
  part: AuditPart,
  { offset, limit }: { offset: number; limit: number },
): Statement<{ events: AuditEvent[]; snapshot: string | null }> {
  const query = list(sql<Listed>`
    select ${auditColumns}, pg_current_snapshot()::text as snapshot from audit_logs a
     where ${matching(filter)} and ${within(part)}
     order by a.occurred_at desc, a.id desc
     limit ${limit} offset ${offset}`)
  return {
    ...query,
    read: (answer) => {
      const rows = query.read(answer)
      return { events: rows.map(({ snapshot: _snapshot, ...event }) => event), snapshot: rows[0]?.snapshot ?? null }
    },
  }
}

function within({ after, seen, late }: AuditPart): Sql<unknown> {
  const conditions = [after && behind(after), seen && seenIn(seen), late && lateFor(late)].filter(
    (condition) => condition !== null,
  )
  return conditions.length === 0 ? sql`true` : sql`${sql.join(conditions, sql` and `)}`
}

/** Counts no further than one beyond the cap. */
export const countAuditEvents = (filter: AuditFilter, cap: number): Statement<{ total: number }> =>
  one(sql<{ total: number }>`
    select count(*) as total from (select from audit_logs a where ${matching(filter)} limit ${cap + 1}) counted`)

/** Whether anything came late for the snapshot. */
export const hasLateEvents = (filter: AuditFilter, snapshot: Snapshot): Statement<{ any: boolean }> =>
  one(sql<{ any: boolean }>`
    select exists (select from audit_logs a where ${matching(filter)} and ${lateFor(snapshot)}) as any`)
