import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { Seen } from '../policy/seen-transactions.ts'
import type { EventKey } from './audit-verification.ts'

/** Where the sealer stands. */
export interface LastCheckpoint {
  readonly id: number
  readonly treeSize: number
  readonly root: Buffer
  readonly note: string
  readonly peaks: Buffer
  /** A pg_snapshot; null when there is nothing to rely on. */
  readonly seen: string | null
  readonly cluster: string
}

/** Where to look for events without a place. */
export type Unsealed =
  | { readonly of: 'all' }
  /** Of transactions that a snapshot had not seen. */
  | { readonly of: 'unseen'; readonly seen: Seen }
  /** Of the time since, where the numbers of transactions say nothing. */
  | { readonly of: 'late'; readonly since: Date }

/** Any constant. */
const SEALING = 7_316_420_553

/** One sealer at a time, on all nodes: whoever does not get the lock leaves it to the other. Held to the transaction's end. */
export const lockSealing = (): Statement<{ mine: boolean }> =>
  one(sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${SEALING}::bigint) as mine`)

export const findLastCheckpoint = (): Statement<(LastCheckpoint & { createdAt: string }) | null> =>
  find(sql<LastCheckpoint & { createdAt: string }>`
    select id, tree_size as "treeSize", root, note, peaks, seen::text, cluster, created_at as "createdAt"
      from audit_checkpoints order by id desc limit 1`)

/** What the database shows at this moment, and in which cluster. */
export const currentView = (): Statement<{ snapshot: string; cluster: string }> =>
  one(sql<{ snapshot: string; cluster: string }>`
    select pg_current_snapshot()::text as snapshot, system_identifier::text as cluster from pg_control_system()`)

export interface PendingEvent {
  readonly orgId: string
  readonly id: string
  readonly occurredAt: string
  readonly action: string
  readonly leafHash: Buffer | null
  readonly writtenMark: Buffer | null
  readonly txId: string
}

/**
 * Events that have no place yet, the earliest transactions first: of those that began after a snapshot, and of those that were
 * under way then. However late a transaction commits, it is one of these.
 */
export const listPendingEvents = (unsealed: Unsealed, limit: number): Statement<PendingEvent[]> =>
  list(sql<PendingEvent>`
    select a.org_id as "orgId", a.id, a.occurred_at as "occurredAt", a.action, a.leaf as "leafHash",
           a.written_mark as "writtenMark", a.tx_id::text as "txId"
      from ${candidates(unsealed)} a
     where not exists (select from audit_seals s where s.org_id = a.org_id and s.event_id = a.id)
       and not exists (select from audit_unaccounted u where u.org_id = a.org_id and u.event_id = a.id)
     order by a.tx_id, a.org_id, a.occurred_at, a.id
     limit ${limit}`)

function candidates(unsealed: Unsealed): Sql<unknown> {
  if (unsealed.of === 'unseen') return since(unsealed.seen)
  return unsealed.of === 'all'
    ? sql`audit_logs`
    : sql`(select * from audit_logs where occurred_at >= ${unsealed.since})`
}

/** Events that were restored from another cluster can be of transactions that this one has yet to come to: they were sealed. */
const since = ({ before, except }: Seen): Sql<unknown> => sql`(
             select * from audit_logs
              where tx_id >= ${before}::xid8 and tx_id < pg_snapshot_xmax(pg_current_snapshot())
              union all
             select * from audit_logs where tx_id = any (${except}::xid8[])
           )`

/** The last state of an organization's tree. */
export interface LastHead {
  readonly orgId: string
  readonly size: number
  readonly root: Buffer
  readonly peaks: Buffer
}

export const listLastHeads = (orgIds: readonly string[]): Statement<LastHead[]> =>
  list(sql<LastHead>`
    select h.org_id as "orgId", h.size, h.root, h.peaks
      from unnest(${orgIds}::uuid[]) o (id)
      cross join lateral (select * from audit_heads where org_id = o.id order by size desc limit 1) h`)

export interface NewSeal {
  readonly orgId: string
  readonly sequence: number
  readonly eventId: string
  readonly occurredAt: string
  readonly leafHash: Buffer
  readonly mark: Buffer
}

export const insertSeals = (seals: readonly NewSeal[]): Statement<number> =>
  execute(sql`
    insert into audit_seals (org_id, sequence, event_id, occurred_at, leaf, mark)
    select * from unnest(${seals.map(({ orgId }) => orgId)}::uuid[], ${seals.map(({ sequence }) => sequence)}::bigint[],
                         ${seals.map(({ eventId }) => eventId)}::uuid[], ${seals.map(({ occurredAt }) => occurredAt)}::timestamptz[],
                         ${seals.map(({ leafHash }) => leafHash)}::bytea[], ${seals.map(({ mark }) => mark)}::bytea[])`)

export interface NewNode {
  readonly orgId: string
  readonly level: number
  readonly index: number
  readonly hash: Buffer
}

export const insertNodes = (nodes: readonly NewNode[]): Statement<number> =>
  execute(sql`
    insert into audit_nodes (org_id, level, index, node)
    select * from unnest(${nodes.map(({ orgId }) => orgId)}::uuid[], ${nodes.map(({ level }) => level)}::smallint[],
                         ${nodes.map(({ index }) => index)}::bigint[], ${nodes.map(({ hash }) => hash)}::bytea[])`)

export interface NewHead extends LastHead {
  readonly signature: Buffer
  readonly position: number
}

export const insertHeads = (checkpointId: number, heads: readonly NewHead[]): Statement<number> =>
  execute(sql`
    insert into audit_heads (org_id, size, root, signature, peaks, position, checkpoint_id)
    select *, ${checkpointId}::bigint
      from unnest(${heads.map(({ orgId }) => orgId)}::uuid[], ${heads.map(({ size }) => size)}::bigint[],
                  ${heads.map(({ root }) => root)}::bytea[], ${heads.map(({ signature }) => signature)}::bytea[],
                  ${heads.map(({ peaks }) => peaks)}::bytea[], ${heads.map(({ position }) => position)}::bigint[])`)

export const insertCheckpoint = (checkpoint: LastCheckpoint, createdAt: Date): Statement<number> =>
  execute(sql`
    insert into audit_checkpoints (id, tree_size, root, note, peaks, created_at, seen, cluster)
    values (${checkpoint.id}, ${checkpoint.treeSize}, ${checkpoint.root}, ${checkpoint.note}, ${checkpoint.peaks}, ${createdAt},
            ${checkpoint.seen}::pg_snapshot, ${checkpoint.cluster})`)

export const insertUnaccounted = (keys: readonly EventKey[], foundAt: Date): Statement<number> =>
  execute(sql`
    insert into audit_unaccounted (org_id, event_id, occurred_at, found_at)
    select *, ${foundAt}::timestamptz
      from unnest(${keys.map(({ orgId }) => orgId)}::uuid[], ${keys.map(({ id }) => id)}::uuid[],
                  ${keys.map(({ occurredAt }) => occurredAt)}::timestamptz[])`)
