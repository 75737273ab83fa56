import { find, list, one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { StoredEvent } from '../types/written-event.ts'
import { storedColumns } from './audit-verification.ts'

export interface StoredCheckpoint {
  readonly id: number
  readonly treeSize: number
  readonly root: Buffer
  readonly note: string
  readonly createdAt: string
}

const columns = sql`id, tree_size as "treeSize", root, note, created_at as "createdAt"`

export const findLatestCheckpoint = (): Statement<StoredCheckpoint | null> =>
  find(sql<StoredCheckpoint>`select ${columns} from audit_checkpoints order by id desc limit 1`)

export const listCheckpointsById = (ids: readonly number[]): Statement<StoredCheckpoint[]> =>
  list(sql<StoredCheckpoint>`select ${columns} from audit_checkpoints where id = any (${ids}::bigint[]) order by id`)

export const listCheckpoints = ({ limit, offset }: { limit: number; offset: number }): Statement<StoredCheckpoint[]> =>
  list(sql<StoredCheckpoint>`select ${columns} from audit_checkpoints order by id desc limit ${limit} offset ${offset}`)

/** Their ids are dense. */
export const countCheckpoints = (): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select coalesce(max(id), 0) as total from audit_checkpoints`)

/** Events that are written and not sealed, of transactions since the last checkpoint; counted no further than the cap. */
export const findBacklog = (cap: number): Statement<{ pending: number; oldest: string | null }> =>
  one(sql<{ pending: number; oldest: string | null }>`
    select count(*) as pending, min(recorded_at) as oldest
      from (
             select a.recorded_at
               from audit_logs a
              where a.tx_id >= coalesce((select pg_snapshot_xmin(seen) from audit_checkpoints order by id desc limit 1), '0'::xid8)
                and not exists (select from audit_seals s where s.event_id = a.id and s.org_id = a.org_id)
                and not exists (select from audit_unaccounted u where u.org_id = a.org_id and u.event_id = a.id)
              limit ${cap}
           ) waiting`)

export const countUnaccounted = (): Statement<{ count: number }> =>
  one(sql<{ count: number }>`select count(*) as count from audit_unaccounted`)

export interface StoredHead {
  readonly orgId: string
  readonly size: number
  readonly root: Buffer
  readonly signature: Buffer
  readonly position: number
}

const headColumns = sql`h.org_id as "orgId", h.size, h.root, h.signature, h.position`

export const findLatestHead = (orgId: string): Statement<StoredHead | null> =>
  find(sql<StoredHead>`
    select ${headColumns} from audit_heads h where h.org_id = ${orgId} order by h.size desc limit 1`)

export const listHeadsBySize = (orgId: string, sizes: readonly number[]): Statement<StoredHead[]> =>
  list(sql<StoredHead>`
    select ${headColumns} from audit_heads h where h.org_id = ${orgId} and h.size = any (${sizes}::bigint[]) order by h.size`)

export interface SealedEvent {
  readonly orgId: string
  readonly sequence: number
  readonly leaf: Buffer
  /** Null where it is gone. */
  readonly event: StoredEvent | null
}

export function findSealedEvent(eventId: string, orgId: string | null): Statement<SealedEvent | null> {
  const query = find(sql<StoredEvent & { sealedOrg: string; sequence: number; leaf: Buffer }>`
    select s.org_id as "sealedOrg", s.sequence, s.leaf, ${storedColumns}
      from audit_seals s
      left join audit_logs a on a.org_id = s.org_id and a.occurred_at = s.occurred_at and a.id = s.event_id
     where s.event_id = ${eventId} and ${orgId === null ? sql`true` : sql`s.org_id = ${orgId}`}
     order by s.sequence
     limit 1`)
  return {
    ...query,
    read: (answer) => {
      const row = query.read(answer)
      if (row === null) return null
      const { sealedOrg, sequence, leaf, ...event } = row
      return { orgId: sealedOrg, sequence, leaf, event: (event.id as string | null) === null ? null : event }
    },
  }
}

/** Nodes of one level, from one to before another. */
export interface Stretch {
  readonly level: number
  readonly from: number
  readonly to: number
}

export interface StoredNode {
  readonly level: number
  readonly index: number
  readonly node: Buffer
}

const stretches = (asked: readonly Stretch[]) => sql`
  unnest(${asked.map(({ level }) => level)}::smallint[], ${asked.map(({ from }) => from)}::bigint[],
         ${asked.map(({ to }) => to)}::bigint[]) r (level, first, beyond)`

export const listNodes = (orgId: string, asked: readonly Stretch[]): Statement<StoredNode[]> =>
  list(sql<StoredNode>`
    select n.level, n.index, n.node
      from ${stretches(asked)}
      join audit_nodes n on n.org_id = ${orgId} and n.level = r.level and n.index >= r.first and n.index < r.beyond`)

export const listLeaves = (orgId: string, asked: readonly Stretch[]): Statement<StoredNode[]> =>
  list(sql<StoredNode>`
    select 0 as level, s.sequence as index, s.leaf as node
      from ${stretches(asked)}
      join audit_seals s on s.org_id = ${orgId} and s.sequence >= r.first and s.sequence < r.beyond`)

export const listHeadsWithin = (asked: readonly Stretch[]): Statement<StoredHead[]> =>
  list(sql<StoredHead>`
    select ${headColumns}
      from ${stretches(asked)}
      join audit_heads h on h.position >= r.first and h.position < r.beyond`)
