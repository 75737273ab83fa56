import { execute, find, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

/** How far a place outside has the checkpoints. */
export interface AnchorState {
  readonly checkpointId: number
  readonly treeSize: number
}

export const insertAnchor = (name: string): Statement<number> =>
  execute(sql`insert into audit_anchors (name) values (${name}) on conflict do nothing`)

/** Takes the turn to send, when it is due and nobody else's. */
export const leaseAnchor = (
  name: string,
  { now, dueBefore, until }: { now: Date; dueBefore: Date; until: Date },
): Statement<AnchorState | null> =>
  find(sql<AnchorState>`
    update audit_anchors set leased_until = ${until}
     where name = ${name} and (leased_until is null or leased_until <= ${now}) and (sent_at is null or sent_at <= ${dueBefore})
    returning checkpoint_id as "checkpointId", tree_size as "treeSize"`)

export const markAnchored = (name: string, { checkpointId, treeSize }: AnchorState, now: Date): Statement<number> =>
  execute(sql`
    update audit_anchors
       set checkpoint_id = ${checkpointId}, tree_size = ${treeSize}, sent_at = ${now}, leased_until = null, last_error = null
     where name = ${name}`)

export const releaseAnchor = (name: string, error: string | null): Statement<number> =>
  execute(sql`update audit_anchors set leased_until = null, last_error = ${error} where name = ${name}`)

export interface AnchoredHead {
  readonly orgId: string
  readonly size: number
  readonly root: Buffer
  readonly signature: Buffer
}

/** Of each organization the latest head among the leaves of the tree over all from one on. */
export const listHeadsSince = ({ from, to }: { from: number; to: number }): Statement<AnchoredHead[]> =>
  list(sql<AnchoredHead>`
    select distinct on (org_id) org_id as "orgId", size, root, signature
      from audit_heads
     where position >= ${from} and position < ${to}
     order by org_id, size desc`)
