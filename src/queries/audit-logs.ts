import { execute, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditEvent, AuditFilter } from '../types/audit.ts'
import { contains } from './search.ts'

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

const columns = sql`a.id, null::bigint as sequence, a.occurred_at as "occurredAt",
  case when a.user_id is not null then jsonb_build_object('userId', a.user_id, 'email', a.actor_email, 'role', a.actor_role,
    'organizationId', a.actor_org_id) end as actor,
  a.org_id as "organizationId", a.action, a.category, a.resource_type as "resourceType", a.resource_id as "resourceId",
  a.description, a.outcome, a.risk_level as "riskLevel", a.risk_factors as "riskFactors",
  a.compliance_relevant as "complianceRelevant", a.frameworks, host(a.ip_address) as "ipAddress", a.user_agent as "userAgent",
  a.session_id as "sessionId", a.request_id as "requestId", a.changes, a.details`

/** Only what was asked for becomes a condition, so that each question gets its own plan. */
function matching(filter: AuditFilter): Sql<unknown> {
  const { organizationId, userId, action, category, resourceType, resourceId, outcome, from, to } = filter
  const { riskLevel, complianceRelevant, ipAddress, search } = filter
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

/** The event that a list goes on after. */
export interface AuditPosition {
  readonly occurredAt: string
  readonly id: string
}

/** Newest first, from a position or an offset. */
export const listAuditEvents = (
  filter: AuditFilter,
  { after, offset, limit }: { after: AuditPosition | null; offset: number; limit: number },
): Statement<AuditEvent[]> =>
  list(sql<AuditEvent>`
    select ${columns} from audit_logs a
     where ${matching(filter)} and ${after === null ? sql`true` : behind(after)}
     order by a.occurred_at desc, a.id desc
     limit ${limit} offset ${offset}`)

/** The first condition says nothing new but where to look: partitions are chosen by it. */
const behind = ({ occurredAt, id }: AuditPosition): Sql<unknown> =>
  sql`a.occurred_at <= ${occurredAt} and (a.occurred_at, a.id) < (${occurredAt}, ${id})`

/** Counts no further than one beyond the cap. */
export const countAuditEvents = (filter: AuditFilter, cap: number): Statement<{ total: number }> =>
  one(sql<{ total: number }>`
    select count(*) as total from (select from audit_logs a where ${matching(filter)} limit ${cap + 1}) counted`)
