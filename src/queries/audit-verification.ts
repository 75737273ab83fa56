import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { StoredEvent } from '../types/written-event.ts'

export interface CheckpointRow {
  readonly id: number
  readonly note: string
  readonly treeSize: number
  readonly root: Buffer
  readonly createdAt: string
}

export const listCheckpointsAfter = (id: number, limit: number): Statement<CheckpointRow[]> =>
  list(sql<CheckpointRow>`
    select id, note, tree_size as "treeSize", root, created_at as "createdAt" from audit_checkpoints
     where id > ${id} order by id limit ${limit}`)

export interface HeadRow {
  readonly position: number
  readonly orgId: string
  readonly size: number
  readonly root: Buffer
  readonly signature: Buffer
}

const headColumns = sql`position, org_id as "orgId", size, root, signature`

export const listHeadsFrom = (position: number, limit: number): Statement<HeadRow[]> =>
  list(sql<HeadRow>`
    select ${headColumns} from audit_heads where position >= ${position} order by position, org_id, size limit ${limit}`)

export const listHeadsOf = (orgId: string, after: number, limit: number): Statement<HeadRow[]> =>
  list(sql<HeadRow>`
    select ${headColumns} from audit_heads where org_id = ${orgId} and size > ${after} order by size limit ${limit}`)

/** Organizations that the trail knows of, by events, places or heads: the next ones in the order of their ids. */
export const listTrailOrganizations = (after: string, limit: number): Statement<{ orgId: string }[]> =>
  list(sql<{ orgId: string }>`
    with recursive ${sql.join(
      ['audit_logs', 'audit_seals', 'audit_heads'].map((table) => organizationsOf(table, { after, limit })),
    )}
    select org_id as "orgId"
      from (select * from of_audit_logs union select * from of_audit_seals union select * from of_audit_heads) known
     where org_id is not null
     order by org_id
     limit ${limit}`)

/** Leaps through the index from one organization to the next. */
const organizationsOf = (table: string, { after, limit }: { after: string; limit: number }): Sql<unknown> => sql`
    leaps_${sql.raw(table)} (org_id, n) as (
      (select org_id, 1 from ${sql.table(table)} where org_id > ${after} order by org_id limit 1)
      union all
      select (select org_id from ${sql.table(table)} where org_id > l.org_id order by org_id limit 1), l.n + 1
        from leaps_${sql.raw(table)} l where l.org_id is not null and l.n < ${limit}
    ), of_${sql.raw(table)} as (select org_id from leaps_${sql.raw(table)})`

/** As it is stored, for hashing. */
export const storedColumns = sql`a.id, a.occurred_at as "occurredAt", a.org_id as "orgId", a.user_id as "userId", a.actor_email as "actorEmail",
  a.actor_role as "actorRole", a.actor_org_id as "actorOrgId", a.action, a.category, a.resource_type as "resourceType",
  a.resource_id as "resourceId", a.description, a.outcome, a.risk_level as "riskLevel", a.risk_factors as "riskFactors",
  a.compliance_relevant as "complianceRelevant", a.frameworks, a.ip_address as "ipAddress", a.user_agent as "userAgent",
  a.session_id as "sessionId", a.request_id as "requestId", a.changes, a.details, a.actor_nonce as "actorNonce",
  a.description_nonce as "descriptionNonce", a.content_nonce as "contentNonce", a.actor_commitment as "actorCommitment",
  a.description_commitment as "descriptionCommitment", a.content_commitment as "contentCommitment"`

/** The events as they are stored, for hashing. */
export const listStoredEvents = (keys: readonly EventKey[]): Statement<StoredEvent[]> =>
  list(sql<StoredEvent>`
    select ${storedColumns}
      from unnest(${keys.map(({ orgId }) => orgId)}::uuid[], ${keys.map(({ occurredAt }) => occurredAt)}::timestamptz[],
                  ${keys.map(({ id }) => id)}::uuid[]) k (org_id, occurred_at, id)
      join audit_logs a on a.org_id = k.org_id and a.occurred_at = k.occurred_at and a.id = k.id`)

/** What an event is found by. */
export interface EventKey {
  readonly orgId: string
  readonly occurredAt: string
  readonly id: string
}

export interface PlacedRow {
  readonly sequence: number
  readonly eventId: string
  readonly leaf: Buffer
  readonly mark: Buffer
  readonly writtenMark: Buffer | null
  readonly event: StoredEvent | null
}

/** Places from one on, with the events that stand there. */
export function listPlacedEvents(orgId: string, from: number, limit: number): Statement<PlacedRow[]> {
  const query = list(sql<StoredEvent & Omit<PlacedRow, 'event' | 'leaf'> & { sealedLeaf: Buffer }>`
    select s.sequence, s.event_id as "eventId", s.leaf as "sealedLeaf", s.mark, a.written_mark as "writtenMark", ${storedColumns}
      from (select * from audit_seals where org_id = ${orgId} and sequence >= ${from} order by sequence limit ${limit}) s
      left join audit_logs a on a.org_id = s.org_id and a.occurred_at = s.occurred_at and a.id = s.event_id
     order by s.sequence`)
  return {
    ...query,
    read: (answer) =>
      query.read(answer).map((row) => ({
        sequence: row.sequence,
        eventId: row.eventId,
        leaf: row.sealedLeaf,
        mark: row.mark,
        writtenMark: row.writtenMark,
        // The whole row: to take the others out of it would be to copy it.
        event: (row.id as string | null) === null ? null : row,
      })),
  }
}

export const countEvents = (orgId: string): Statement<{ count: number }> =>
  one(sql<{ count: number }>`select count(*) as count from audit_logs where org_id = ${orgId}`)

/** An event without a place. */
export interface StrayEvent {
  readonly leaf: Buffer | null
  readonly writtenMark: Buffer | null
  /** The sealer has already looked at its transaction. */
  readonly passed: boolean
  readonly event: StoredEvent
}

/** Of one stretch of an organization's events those without a place, and where the stretch ends; null at the end of all. */
export function listStrayEvents(
  orgId: string,
  after: EventKey | null,
  limit: number,
): Statement<{ strays: StrayEvent[]; last: EventKey | null }> {
  const query = list(sql<StoredEvent & Omit<StrayEvent, 'event'> & { stray: boolean }>`
    select s.event_id is null as stray, a.leaf, a.written_mark as "writtenMark",
           c.seen is not null and pg_visible_in_snapshot(a.tx_id, c.seen) as passed,
           ${storedColumns}
      from (
             select * from audit_logs
              where org_id = ${orgId} and ${after === null ? sql`true` : behind(after)}
              order by occurred_at, id
              limit ${limit}
           ) a
      left join audit_seals s on s.org_id = a.org_id and s.event_id = a.id and s.occurred_at = a.occurred_at
      left join (
             select seen from audit_checkpoints
              where cluster = (select system_identifier::text from pg_control_system()) order by id desc limit 1
           ) c on true
     order by a.occurred_at, a.id`)
  return {
    ...query,
    read: (answer) => {
      const rows = query.read(answer)
      const end = rows.at(-1)
      return {
        strays: rows
          .filter(({ stray }) => stray)
          .map(({ leaf, writtenMark, passed, stray: _stray, ...event }) => ({ leaf, writtenMark, passed, event })),
        last: end && rows.length === limit ? { orgId, occurredAt: String(end.occurredAt), id: end.id } : null,
      }
    },
  }
}

const behind = ({ occurredAt, id }: EventKey): Sql<unknown> => sql`(occurred_at, id) > (${occurredAt}, ${id})`

/** The place behind all that happened before. */
export const findPlaceOf = ({ orgId, occurredAt }: EventKey): Statement<{ place: number }> =>
  one(sql<{ place: number }>`
    select count(*) as place from audit_seals where org_id = ${orgId} and occurred_at <= ${occurredAt}`)
