import { z } from 'zod'

export const faultKinds = [
  'edited',
  'deleted',
  'inserted',
  'reordered',
  'cut_tail',
  'changed_head',
  'changed_checkpoint',
  'rewritten',
] as const

/** What verification found wrong, and where. What the trail itself no longer knows is null. */
export const Fault = z
  .object({
    kind: z.enum(faultKinds),
    organizationId: z.guid().nullable(),
    sequence: z.int().nullable(),
    /** The last of several that lie side by side. */
    throughSequence: z.int().nullable(),
    eventId: z.guid().nullable(),
    checkpoint: z.int().nullable(),
    detail: z.string(),
  })
  .meta({ id: 'TrailFault' })
export type Fault = z.infer<typeof Fault>
export type FaultKind = Fault['kind']

/** Events that are gone because a cleanup removed them. */
export interface RemovedStretch {
  readonly organizationId: string
  readonly cleanupId: string
  readonly removedAt: string
  readonly from: number
  through: number
}

const hash = z.base64().meta({ description: 'SHA-256, in base64.' })
const note = z.string().meta({ description: 'A signed checkpoint (c2sp.org/tlog-checkpoint).' })

export const TrailPublicKey = z
  .object({
    name: z.string(),
    verifierKey: z.string().meta({ description: 'As readers of signed notes take it (c2sp.org/signed-note).' }),
    pem: z.string().meta({ description: 'The same Ed25519 key as SPKI in PEM.' }),
  })
  .meta({ id: 'TrailPublicKey' })
export type TrailPublicKey = z.infer<typeof TrailPublicKey>

export const PublicCheckpoint = z
  .object({ id: z.int(), treeSize: z.int(), rootHash: hash, note, createdAt: z.iso.datetime() })
  .meta({ id: 'TrailCheckpoint', description: 'The state of the tree over the heads of all organizations.' })
export type PublicCheckpoint = z.infer<typeof PublicCheckpoint>

export const TrailHead = z.object({ size: z.int(), rootHash: hash, note }).meta({
  id: 'TrailHead',
  description: 'The state of the tree of one organization’s events, in the order of their sequence.',
})
export type TrailHead = z.infer<typeof TrailHead>

export const Integrity = z
  .object({
    publicKey: TrailPublicKey,
    checkpoint: PublicCheckpoint.nullable(),
    checkpointVerifies: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether the latest checkpoint is as it was signed.' }),
    pending: z.int().meta({ description: 'Events that are not sealed yet, counted to 10,000.' }),
    secondsBehind: z.int(),
    unaccounted: z.int().meta({ description: 'Events in the trail that no server wrote.' }),
    removed: z
      .array(
        z
          .object({ cleanupId: z.guid(), removedAt: z.iso.datetime(), events: z.int(), organizations: z.int() })
          .meta({ id: 'TrailRemoval' }),
      )
      .meta({ description: 'What cleanups removed: the latest hundred.' }),
  })
  .meta({ id: 'TrailIntegrity' })
export type Integrity = z.infer<typeof Integrity>

export const TrailTombstone = z
  .object({
    cleanupId: z.guid(),
    removedAt: z.iso.datetime(),
    events: z.int(),
    stretches: z
      .array(z.object({ from: z.int(), through: z.int() }))
      .meta({ description: 'By sequence, both ends included.' }),
    note: z.string().meta({ description: 'What is signed (c2sp.org/signed-note).' }),
  })
  .meta({ id: 'TrailTombstone' })

export const OwnIntegrity = z.object({
  publicKey: TrailPublicKey,
  head: TrailHead.nullable(),
  removed: z.array(TrailTombstone).meta({ description: 'What cleanups removed of the trail, the earliest first.' }),
})
export type OwnIntegrity = z.infer<typeof OwnIntegrity>

const proof = z.array(hash).meta({ description: 'As RFC 9162 orders it.' })

const sealing = z.object({
  nonce: z.base64().nullable().meta({ description: 'In base64; null when the data are erased, or not for who asks.' }),
  commitment: hash,
})

export const InclusionProof = z.object({
  eventId: z.guid(),
  organizationId: z.guid(),
  sequence: z.int(),
  leafHash: hash,
  personal: z
    .object({ actor: sealing, description: sealing, content: sealing })
    .nullable()
    .meta({ description: 'What stands in the leaf for what is personal of the event; null where the event is gone.' }),
  head: TrailHead.extend({ proof }).meta({ id: 'TrailHeadWithProof' }),
  checkpoint: PublicCheckpoint.extend({ headIndex: z.int(), proof }).nullable().meta({
    id: 'TrailCheckpointWithProof',
    description: 'That the head is a leaf of the tree over all; null for who sees one organization alone.',
  }),
})
export type InclusionProof = z.infer<typeof InclusionProof>

export const CheckpointConsistency = z.object({ from: PublicCheckpoint, to: PublicCheckpoint, proof })
export type CheckpointConsistency = z.infer<typeof CheckpointConsistency>

export const HeadConsistency = z.object({ from: TrailHead, to: TrailHead, proof })
export type HeadConsistency = z.infer<typeof HeadConsistency>

const place = z.string().regex(/^[1-9]\d{0,14}$/, 'Must be a positive whole number')
export const BetweenCheckpoints = z.strictObject({
  from: place.meta({ description: 'The id of the earlier checkpoint.' }),
  to: place.meta({ description: 'The id of the later checkpoint.' }),
})
export const BetweenHeads = z.strictObject({
  from: place.meta({ description: 'The size of the earlier head.' }),
  to: place.meta({ description: 'The size of the later head.' }),
})
