import { execute, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditEvent, AuditFilter } from '../types/audit.ts'
import { behind, lateFor, matching, seenIn } from './audit-filter.ts'
import type { AuditPosition, Snapshot } from './audit-filter.ts'

export interface NewAuditEvent {
  readonly id: string
  readonly occurredAt: Date
  readonly orgId: string
  readonly userId: string | null
  readonly actorEmail: string | null
  readonly actorRole: string | null
  readonly actorOrgId: string | null
  readonly action: string
  readonly category: string
  readonly resourceType: string | null
  readonly resourceId: string | null
  readonly description: string
  readonly outcome: string
  readonly riskLevel: string
  readonly riskFactors: readonly string[]
  readonly complianceRelevant: boolean
  readonly frameworks: readonly string[]
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly sessionId: string | null
  readonly requestId: string
  readonly changes: unknown
  readonly details: unknown
}

const eventColumns = sql`id, occurred_at, org_id, user_id, actor_email, actor_role, actor_org_id, action, category, resource_type,
  resource_id, description, outcome, risk_level, risk_factors, compliance_relevant, frameworks, ip_address, user_agent, session_id,
  request_id, changes, details`

export const insertAuditEvent = (event: NewAuditEvent): Statement<number> =>
  execute(sql`
    insert into audit_logs (${eventColumns})
    values (${event.id}, ${event.occurredAt}, ${event.orgId}, ${event.userId}, ${event.actorEmail}, ${event.actorRole},
            ${event.actorOrgId}, ${event.action}, ${event.category}, ${event.resourceType}, ${event.resourceId}, ${event.description},
            ${event.outcome}, ${event.riskLevel}, ${event.riskFactors}, ${event.complianceRelevant}, ${event.frameworks},
            ${event.ipAddress}, ${event.userAgent}, ${event.sessionId}, ${event.requestId},
            ${event.changes === null ? null : JSON.stringify(event.changes)}, ${JSON.stringify(event.details)})`)

/** Any number of them in one statement. The record is in the order of the columns. */
export const insertAuditEvents = (events: readonly NewAuditEvent[]): Statement<number> =>
  execute(sql`
    insert into audit_logs (${eventColumns})
    select * from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e (
      "id" uuid, "occurredAt" timestamptz, "orgId" uuid, "userId" uuid, "actorEmail" text, "actorRole" text, "actorOrgId" uuid,
      "action" text, "category" text, "resourceType" text, "resourceId" text, "description" text, "outcome" text, "riskLevel" text,
      "riskFactors" text[], "complianceRelevant" boolean, "frameworks" text[], "ipAddress" inet, "userAgent" text, "sessionId" uuid,
      "requestId" text, "changes" jsonb, "details" jsonb)`)

export const auditColumns = sql`a.id, null::bigint as sequence, a.occurred_at as "occurredAt",
  case when a.user_id is not null then jsonb_build_object('userId', a.user_id, 'email', a.actor_email, 'role', a.actor_role,
    'organizationId', a.actor_org_id) end as actor,
  a.org_id as "organizationId", a.action, a.category, a.resource_type as "resourceType", a.resource_id as "resourceId",
  a.description, a.outcome, a.risk_level as "riskLevel", a.risk_factors as "riskFactors",
  a.compliance_relevant as "complianceRelevant", a.frameworks, host(a.ip_address) as "ipAddress", a.user_agent as "userAgent",
  a.session_id as "sessionId", a.request_id as "requestId", a.changes, a.details`

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
      return { events: rows.map(({ snapshot: _, ...event }) => event), snapshot: rows[0]?.snapshot ?? null }
    },
  }
}

function within({ after, seen, late }: AuditPart): Sql<unknown> {
  const conditions = [after && behind(after), seen && seenIn(seen), late && lateFor(late)].filter((one) => one !== null)
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
