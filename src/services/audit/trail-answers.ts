import type { Call, Context } from '../../context.ts'
import { invalid } from '../../errors/refusal.ts'
import { inclusionRanges } from '../../policy/merkle-tree.ts'
import type { StoredCheckpoint, StoredHead } from '../../queries/audit-integrity.ts'
import type { InclusionProof, PublicCheckpoint, TrailHead, TrailPublicKey } from '../../types/integrity.ts'
import { headText } from './trail-trees.ts'
import { hashesOf } from './tree-proof.ts'

/** That the event stands in its organization's tree. */
export async function inclusionInHead(
  ctx: Context,
  head: StoredHead,
  { eventId, sequence, leaf }: { eventId: string; sequence: number; leaf: Buffer },
): Promise<Omit<InclusionProof, 'checkpoint'>> {
  const ranges = inclusionRanges(sequence, { from: 0, to: head.size })
  const proof = await hashesOf({ db: ctx.db, of: head.orgId, trail: ctx.credentials.trailKey.name }, ranges)
  return {
    eventId,
    organizationId: head.orgId,
    sequence,
    leafHash: base64(leaf),
    head: { ...headOf(ctx, head), proof: proof.map(base64) },
  }
}

/** @throws Refusal `validation_failed` when the later one comes first */
export function inOrder(from: string, to: string): [number, number] {
  const [older, newer] = [Number(from), Number(to)]
  if (older > newer) throw invalid('from', 'Must not be later than `to`')
  return [older, newer]
}

export const base64 = (bytes: Buffer): string => bytes.toString('base64')

export const checkpointOf = ({ id, treeSize, root, note, createdAt }: StoredCheckpoint): PublicCheckpoint => ({
  id,
  treeSize,
  rootHash: base64(root),
  note,
  createdAt,
})

/** As a checkpoint of the organization's own log. */
export function headOf({ credentials: { trailKey } }: Call, head: StoredHead): TrailHead {
  const text = headText(trailKey.name, head)
  return { size: head.size, rootHash: base64(head.root), note: trailKey.within(head.orgId).note(text, head.signature) }
}

export const publicKeyOf = ({ credentials: { trailKey } }: Call): TrailPublicKey => ({
  name: trailKey.name,
  verifierKey: trailKey.verifierKey,
  pem: trailKey.publicKeyPem,
})
