import type { Call, Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { readCheckpoint } from '../../policy/checkpoint.ts'
import { consistencyRanges, inclusionRanges } from '../../policy/merkle-tree.ts'
import {
  countCheckpoints,
  countUnaccounted,
  findBacklog,
  findLatestCheckpoint,
  findLatestHead,
  findSealedEvent,
  listCheckpoints,
  listCheckpointsById,
} from '../../queries/audit-integrity.ts'
import type { StoredCheckpoint } from '../../queries/audit-integrity.ts'
import { listRemovals } from '../../queries/audit-tombstones.ts'
import type { CheckpointConsistency, InclusionProof, Integrity, PublicCheckpoint } from '../../types/integrity.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'
import { base64, checkpointOf, inclusionInHead, inOrder, publicKeyOf } from './trail-answers.ts'
import { TREE_OF_ALL } from './trail-trees.ts'
import { hashesOf } from './tree-proof.ts'

const CAP = 10_000
const REMOVALS = 100

/** The latest checkpoint, whether it is as it was signed, and how far the sealer is behind. */
export async function getIntegrity(ctx: Context): Promise<Integrity> {
  const [latest, { pending, oldest }, { count: unaccounted }, removed] = await ctx.db.batch([
    findLatestCheckpoint(),
    findBacklog(CAP),
    countUnaccounted(),
    listRemovals(REMOVALS),
  ])
  return {
    publicKey: publicKeyOf(ctx),
    checkpoint: latest && checkpointOf(latest),
    checkpointVerifies: latest && isAsSigned(ctx, latest),
    pending,
    secondsBehind: oldest === null ? 0 : Math.max(0, Math.round((ctx.now.getTime() - Date.parse(oldest)) / 1000)),
    unaccounted,
    removed,
  }
}

export async function listIntegrityCheckpoints(
  ctx: Context,
  query: { page: string; limit: string },
): Promise<Page<PublicCheckpoint>> {
  const paging = pagingOf(query)
  const [items, { total }] = await ctx.db.batch([listCheckpoints(paging), countCheckpoints()])
  return toPage(items.map(checkpointOf), total, paging)
}

/** That the checkpoints of these ids are of one history. */
export async function proveCheckpointConsistency(
  ctx: Context,
  { from, to }: { from: string; to: string },
): Promise<CheckpointConsistency> {
  const ids = inOrder(from, to)
  const stored = await ctx.db.run(listCheckpointsById(ids))
  const [older, newer] = ids.map((id) => found(stored.find((one) => one.id === id) ?? null)) as [
    StoredCheckpoint,
    StoredCheckpoint,
  ]
  const ranges = consistencyRanges(older.treeSize, newer.treeSize)
  const proof = await hashesOf({ db: ctx.db, of: TREE_OF_ALL, trail: ctx.credentials.trailKey.name }, ranges)
  return { from: checkpointOf(older), to: checkpointOf(newer), proof: proof.map(base64) }
}

/** That the event stands in its organization's tree, and that tree in the one over all. */
export async function proveInclusion(ctx: Context, eventId: string): Promise<InclusionProof> {
  const [seal, checkpoint] = await ctx.db.batch([findSealedEvent(eventId, null), findLatestCheckpoint()])
  const sealed = found(seal)
  const head = found(await ctx.db.run(findLatestHead(sealed.orgId)))
  const latest = found(checkpoint)
  const proof = await hashesOf(
    { db: ctx.db, of: TREE_OF_ALL, trail: ctx.credentials.trailKey.name },
    inclusionRanges(head.position, { from: 0, to: latest.treeSize }),
  )
  return {
    ...(await inclusionInHead(ctx, head, { eventId, ...sealed })),
    checkpoint: { ...checkpointOf(latest), headIndex: head.position, proof: proof.map(base64) },
  }
}

/** In the format of note verifiers, as a line of text. */
export const trailVerifierKey = ({ credentials }: Call): string => `${credentials.trailKey.verifierKey}\n`

function isAsSigned({ credentials: { trailKey } }: Call, { note, treeSize, root }: StoredCheckpoint): boolean {
  const signed = readCheckpoint(trailKey.open(note) ?? '')
  return signed !== null && signed.size === treeSize && signed.root.equals(root)
}
