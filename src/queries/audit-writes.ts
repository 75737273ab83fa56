import { execute, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { StoredEvent } from '../types/written-event.ts'

/** An event with the leaf that it will have in its organization's tree, and the mark of the server that wrote it. */
export interface MarkedEvent {
  readonly event: StoredEvent
  readonly leafHash: Buffer
  readonly writtenMark: Buffer
}

const columns = sql`id, occurred_at, org_id, user_id, actor_email, actor_role, actor_org_id, action, category, resource_type,
  resource_id, description, outcome, risk_level, risk_factors, compliance_relevant, frameworks, ip_address, user_agent, session_id,
  request_id, changes, details, actor_nonce, description_nonce, content_nonce, leaf, written_mark`

export const insertAuditEvent = ({ event, leafHash, writtenMark }: MarkedEvent): Statement<number> =>
  execute(sql`
    insert into audit_logs (${columns})
    values (${event.id}, ${event.occurredAt}, ${event.orgId}, ${event.userId}, ${event.actorEmail}, ${event.actorRole},
            ${event.actorOrgId}, ${event.action}, ${event.category}, ${event.resourceType}, ${event.resourceId}, ${event.description},
            ${event.outcome}, ${event.riskLevel}, ${event.riskFactors}, ${event.complianceRelevant}, ${event.frameworks},
            ${event.ipAddress}, ${event.userAgent}, ${event.sessionId}, ${event.requestId},
            ${event.changes === null ? null : JSON.stringify(event.changes)}, ${JSON.stringify(event.details)}, ${event.actorNonce},
            ${event.descriptionNonce}, ${event.contentNonce}, ${leafHash}, ${writtenMark})`)

/** Any number of them in one statement. The record is in the order of the columns. */
export const insertAuditEvents = (events: readonly MarkedEvent[]): Statement<number> =>
  execute(sql`
    insert into audit_logs (${columns})
    select * from jsonb_to_recordset(${JSON.stringify(events.map(asRecord))}::jsonb) as e (
      "id" uuid, "occurredAt" timestamptz, "orgId" uuid, "userId" uuid, "actorEmail" text, "actorRole" text, "actorOrgId" uuid,
      "action" text, "category" text, "resourceType" text, "resourceId" text, "description" text, "outcome" text, "riskLevel" text,
      "riskFactors" text[], "complianceRelevant" boolean, "frameworks" text[], "ipAddress" inet, "userAgent" text, "sessionId" uuid,
      "requestId" text, "changes" jsonb, "details" jsonb, "actorNonce" bytea, "descriptionNonce" bytea, "contentNonce" bytea,
      "leafHash" bytea, "writtenMark" bytea)`)

const asRecord = ({ event, leafHash, writtenMark }: MarkedEvent): object => ({
  ...event,
  actorNonce: hex(event.actorNonce),
  descriptionNonce: hex(event.descriptionNonce),
  contentNonce: hex(event.contentNonce),
  leafHash: hex(leafHash),
  writtenMark: hex(writtenMark),
})

const hex = (bytes: Buffer | null): string | null => bytes && `\\x${bytes.toString('hex')}`
