import { checkpointText } from '../../policy/checkpoint.ts'
import { HASH_BYTES } from '../../policy/merkle-tree.ts'

/** The tree over the heads of all organizations stands under it among their nodes. */
export const TREE_OF_ALL = '00000000-0000-0000-0000-000000000000'

/** Nodes of every so manieth level are kept. */
export const STORED_LEVELS = 8

interface Head {
  readonly orgId: string
  readonly size: number
  readonly root: Buffer
}

/** What is signed of an organization's tree, and hashed as a leaf of the tree over all: a checkpoint of a log of its own. */
export const headText = (trail: string, { orgId, size, root }: Head): string =>
  checkpointText({ origin: `${trail}/${orgId}`, size, root, extensions: [] })

/** What is signed of the event of an erasure that leaves before it has a place in the tree. */
export const erasureText = (trail: string, leaf: Buffer): string => `${trail}/erasure\n${leaf.toString('base64')}\n`

export const packPeaks = (peaks: readonly Buffer[]): Buffer => Buffer.concat(peaks)

export const unpackPeaks = (packed: Buffer): Buffer[] =>
  Array.from({ length: packed.length / HASH_BYTES }, (_, i) => packed.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES))
