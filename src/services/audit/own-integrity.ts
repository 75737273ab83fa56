import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { consistencyRanges } from '../../policy/merkle-tree.ts'
import { countOf } from '../../policy/tombstone.ts'
import type { Tombstone } from '../../policy/tombstone.ts'
import { findLatestHead, findSealedEvent, listHeadsBySize } from '../../queries/audit-integrity.ts'
import type { StoredHead } from '../../queries/audit-integrity.ts'
import { listTombstonesOf } from '../../queries/audit-tombstones.ts'
import { findOrganization } from '../../queries/organizations.ts'
import type { HeadConsistency, InclusionProof, OwnIntegrity } from '../../types/integrity.ts'
import { openTombstones } from './removals.ts'
import { base64, headOf, inclusionInHead, inOrder, publicKeyOf } from './trail-answers.ts'
import { hashesOf } from './tree-proof.ts'

/** The latest head of an organization's tree: a signed checkpoint of its own log. */
export async function getOwnIntegrity(ctx: Context, orgId: string): Promise<OwnIntegrity> {
  const [organization, head, notes] = await ctx.db.batch([
    findOrganization(orgId),
    findLatestHead(orgId),
    listTombstonesOf(orgId),
  ])
  found(organization)
  const removed = notes.flatMap(({ note }) => openTombstones([note], ctx.credentials.trailKey, orgId).map(shown(note)))
  return { publicKey: publicKeyOf(ctx), head: head && headOf(ctx, head), removed }
}

const shown =
  (note: string) =>
  ({ cleanupId, removedAt, stretches }: Tombstone): OwnIntegrity['removed'][number] => ({
    ...{ cleanupId, removedAt, events: countOf(stretches), stretches: [...stretches], note },
  })

export async function proveOwnInclusion(ctx: Context, orgId: string, eventId: string): Promise<InclusionProof> {
  const [seal, head] = await ctx.db.batch([findSealedEvent(eventId, orgId), findLatestHead(orgId)])
  return { ...(await inclusionInHead(ctx, found(head), { eventId, ...found(seal) })), checkpoint: null }
}

/** That the heads of these sizes are of one history. */
export async function proveOwnConsistency(
  ctx: Context,
  orgId: string,
  { from, to }: { from: string; to: string },
): Promise<HeadConsistency> {
  const sizes = inOrder(from, to)
  const stored = await ctx.db.run(listHeadsBySize(orgId, sizes))
  const [older, newer] = sizes.map((size) => found(stored.find((one) => one.size === size) ?? null)) as [
    StoredHead,
    StoredHead,
  ]
  const ranges = consistencyRanges(older.size, newer.size)
  const proof = await hashesOf({ db: ctx.db, of: orgId, trail: ctx.credentials.trailKey.name }, ranges)
  return { from: headOf(ctx, older), to: headOf(ctx, newer), proof: proof.map(base64) }
}
