import { encode } from '../database/encode.ts'
import { execute, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { StoredEvent } from '../types/written-event.ts'

/** An event with the leaf that it will have in its organization's tree, and the mark of the server that wrote it. */
export interface MarkedEvent {
  readonly event: StoredEvent
  readonly leafHash: Buffer
  readonly writtenMark: Buffer
}

type Column = readonly [name: string, type: string, of: (marked: MarkedEvent) => unknown]

const columns: readonly Column[] = [
  ['id', 'uuid', ({ event }) => event.id],
  ['occurred_at', 'timestamptz', ({ event }) => event.occurredAt],
  ['org_id', 'uuid', ({ event }) => event.orgId],
  ['user_id', 'uuid', ({ event }) => event.userId],
  ['actor_email', 'text', ({ event }) => event.actorEmail],
  ['actor_role', 'text', ({ event }) => event.actorRole],
  ['actor_org_id', 'uuid', ({ event }) => event.actorOrgId],
  ['action', 'text', ({ event }) => event.action],
  ['category', 'text', ({ event }) => event.category],
  ['resource_type', 'text', ({ event }) => event.resourceType],
  ['resource_id', 'text', ({ event }) => event.resourceId],
  ['description', 'text', ({ event }) => event.description],
  ['outcome', 'text', ({ event }) => event.outcome],
  ['risk_level', 'text', ({ event }) => event.riskLevel],
  ['risk_factors', 'text[]', ({ event }) => event.riskFactors],
  ['compliance_relevant', 'boolean', ({ event }) => event.complianceRelevant],
  ['frameworks', 'text[]', ({ event }) => event.frameworks],
  ['ip_address', 'inet', ({ event }) => event.ipAddress],
  ['user_agent', 'text', ({ event }) => event.userAgent],
  ['session_id', 'uuid', ({ event }) => event.sessionId],
  ['request_id', 'text', ({ event }) => event.requestId],
  ['changes', 'jsonb', ({ event }) => event.changes && JSON.stringify(event.changes)],
  ['details', 'jsonb', ({ event }) => JSON.stringify(event.details)],
  ['actor_nonce', 'bytea', ({ event }) => event.actorNonce],
  ['description_nonce', 'bytea', ({ event }) => event.descriptionNonce],
  ['content_nonce', 'bytea', ({ event }) => event.contentNonce],
  ['leaf', 'bytea', ({ leafHash }) => leafHash],
  ['written_mark', 'bytea', ({ writtenMark }) => writtenMark],
]

const commaed = (piece: (column: Column) => Sql<unknown>): Sql<unknown> => sql.join(columns.map(piece))
const names = commaed(([name]) => sql.ref(name))

// Their texts are made once: every change writes an event.
const insertOne = execute(sql`insert into audit_logs (${names}) values (${commaed(() => sql`${null}`)})`)

export const insertAuditEvent = (marked: MarkedEvent): Statement<number> => ({
  ...insertOne,
  values: columns.map(([, , of]) => of(marked)),
})

const isList = (type: string): boolean => type.endsWith('[]')

/** Lists of lists would be taken for one: the inner ones travel as texts. */
const insertMany = execute(sql`
    insert into audit_logs (${names})
    select ${commaed(([name, type]) => (isList(type) ? sql`${sql.ref(name)}::${sql.raw(type)}` : sql.ref(name)))}
      from unnest(${commaed(([, type]) => sql`${null}::${sql.raw(isList(type) ? 'text[]' : `${type}[]`)}`)}) e (${names})`)

/** Any number of them in one statement, column by column, which PostgreSQL reads faster than rows of JSON. */
export const insertAuditEvents = (events: readonly MarkedEvent[]): Statement<number> => ({
  ...insertMany,
  values: columns.map(([, type, of]) => events.map((marked) => (isList(type) ? encode(of(marked)) : of(marked)))),
})
