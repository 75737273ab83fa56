import { execute, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

export interface NewTombstone {
  readonly orgId: string
  readonly note: string
  readonly events: number
}

export const insertTombstones = (
  cleanupId: string,
  tombstones: readonly NewTombstone[],
  removedAt: Date,
): Statement<number> =>
  execute(sql`
    insert into audit_tombstones (org_id, cleanup_id, note, events, removed_at)
    select t.org_id, ${cleanupId}::uuid, t.note, t.events, ${removedAt}::timestamptz
      from unnest(${tombstones.map(({ orgId }) => orgId)}::uuid[], ${tombstones.map(({ note }) => note)}::text[],
                  ${tombstones.map(({ events }) => events)}::bigint[]) as t (org_id, note, events)`)

/** The notes, the earliest first. */
export const listTombstonesOf = (orgId: string): Statement<{ note: string }[]> =>
  list(sql<{ note: string }>`
    select note from audit_tombstones where org_id = ${orgId} order by removed_at, cleanup_id`)

/** How much each cleanup removed, of how many organizations: the latest first. */
export interface RemovedBy {
  readonly cleanupId: string
  readonly removedAt: string
  readonly events: number
  readonly organizations: number
}

export const listRemovals = (limit: number): Statement<RemovedBy[]> =>
  list(sql<RemovedBy>`
    select cleanup_id as "cleanupId", max(removed_at) as "removedAt", sum(events)::bigint as events, count(*) as organizations
      from audit_tombstones
     group by cleanup_id
     order by max(removed_at) desc, cleanup_id desc
     limit ${limit}`)
