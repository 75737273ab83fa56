import { execute, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

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

export const insertAuditEvent = (event: NewAuditEvent): Statement<number> =>
  execute(sql`
    insert into audit_logs (id, occurred_at, org_id, user_id, actor_email, actor_role, actor_org_id, action, category, resource_type,
                            resource_id, description, outcome, risk_level, risk_factors, compliance_relevant, frameworks, ip_address,
                            user_agent, session_id, request_id, changes, details)
    values (${event.id}, ${event.occurredAt}, ${event.orgId}, ${event.userId}, ${event.actorEmail}, ${event.actorRole},
            ${event.actorOrgId}, ${event.action}, ${event.category}, ${event.resourceType}, ${event.resourceId}, ${event.description},
            ${event.outcome}, ${event.riskLevel}, ${event.riskFactors}, ${event.complianceRelevant}, ${event.frameworks},
            ${event.ipAddress}, ${event.userAgent}, ${event.sessionId}, ${event.requestId},
            ${event.changes === null ? null : JSON.stringify(event.changes)}, ${JSON.stringify(event.details)})`)
