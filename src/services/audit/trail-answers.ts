import type { Call, Context } from '../../context.ts'
import { invalid } from '../../errors/refusal.ts'
import { inclusionRanges } from '../../policy/merkle-tree.ts'
import { hidesFrom } from '../../policy/audit-sight.ts'
import { part, sealingOf } from '../../policy/personal-data.ts'
import type { SealedEvent, StoredCheckpoint, StoredHead } from '../../queries/audit-integrity.ts'
import type { PersonalGroup } from '../../types/audit.ts'
import type { InclusionProof, PublicCheckpoint, TrailHead, TrailPublicKey } from '../../types/integrity.ts'
import type { StoredEvent } from '../../types/written-event.ts'
import { headText } from './trail-trees.ts'
import { hashesOf } from './tree-proof.ts'

/** That the event stands in its organization's tree. */
export async function inclusionInHead(
  ctx: Context,
  head: StoredHead,
  { eventId, sequence, leaf, event }: SealedEvent & { eventId: string },
): Promise<Omit<InclusionProof, 'checkpoint'>> {
  const ranges = inclusionRanges(sequence, { from: 0, to: head.size })
  const proof = await hashesOf({ db: ctx.db, of: head.orgId, trail: ctx.credentials.trailKey.name }, ranges)
  return {
    eventId,
    organizationId: head.orgId,
    sequence,
    leafHash: base64(leaf),
    personal: event && personalOf(ctx, event),
    head: { ...headOf(ctx, head), proof: proof.map(base64) },
  }
}

/** What is hidden from a reader they could guess by its nonce. */
function personalOf({ principal }: Context, event: StoredEvent): NonNullable<InclusionProof['personal']> {
  const parted = part(event)
  const told = (group: PersonalGroup, hides = false) => {
    const { nonce, commitment } = sealingOf(event, parted, group)
    return { nonce: nonce === null || hides ? null : base64(nonce), commitment: base64(commitment) }
  }
  return {
    actor: told('actor'),
    description: told('description'),
    content: told('content', hidesFrom(principal, event)),
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
