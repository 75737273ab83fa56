import type { NoteVerifier } from '../../credentials/signed-note.ts'
import { readCheckpoint } from '../../policy/checkpoint.ts'
import type { Checkpoint } from '../../policy/checkpoint.ts'
import { fault } from '../../policy/faults.ts'
import { append, emptyTree, leafHash, rootOf } from '../../policy/merkle-tree.ts'
import type { Frontier } from '../../policy/merkle-tree.ts'
import type { Fault } from '../../types/integrity.ts'
import { headText } from './trail-trees.ts'

/** A checkpoint as it is kept: the note, and what is said of it beside. */
export interface KeptCheckpoint {
  readonly id: number
  readonly note: string
  readonly treeSize: number
  readonly root: Buffer
  readonly createdAt: string
}

/** A leaf of the tree over all: a head, or the hash of one that is not shown here. */
export interface KeptHead {
  readonly position: number
  readonly head:
    { readonly orgId: string; readonly size: number; readonly root: Buffer; readonly signature: Buffer } | Buffer
}

interface Given {
  readonly verifier: NoteVerifier
  readonly checkpoints: readonly KeptCheckpoint[]
  /** The id of the first; 1 where all are at hand. */
  readonly firstId?: number
  readonly heads: AsyncIterable<KeptHead>
  /** Checkpoints that were kept elsewhere. */
  readonly anchored: readonly Checkpoint[]
}

/** The tree over all, grown from its heads, against everything that was ever signed of it. */
export async function verifyHeads({ verifier, checkpoints, firstId = 1, heads, anchored }: Given): Promise<Fault[]> {
  const opened = checkpoints.map((kept) => ({ kept, said: readCheckpoint(verifier.open(kept.note) ?? '') }))
  const faults = opened.flatMap((one, i) =>
    faultsOf(one, checkpoints[i - 1] ?? { id: firstId - 1, treeSize: 0 }, verifier.name),
  )
  const signed = opened.flatMap(({ kept: { id }, said }) => (said ? [{ ...said, id }] : []))
  const due = [...signed, ...anchored.map((checkpoint) => ({ ...checkpoint, id: null }))].toSorted(
    (a, b) => a.size - b.size,
  )
  const size = Math.max(0, ...signed.map((one) => one.size))
  let tree: Frontier = emptyTree
  let broken = false
  let next = 0
  const compare = (): void => {
    for (; next < due.length && (due[next]?.size ?? 0) <= tree.size; next++) {
      const one = due[next]
      if (!one || broken || rootOf(tree).equals(one.root)) continue
      broken = true
      faults.push(differs(one))
    }
  }
  for await (const { position, head } of heads) {
    if (position >= size) break
    if (position !== tree.size && !broken) {
      broken = true
      faults.push(missingHead(tree.size, signed))
    }
    if (!Buffer.isBuffer(head) && !verifier.signed(headText(verifier.name, head), head.signature)) {
      broken = true
      faults.push(changedHead(head))
    }
    tree = append(tree, [Buffer.isBuffer(head) ? head : leafHash(headText(verifier.name, head))])
    compare()
  }
  if (tree.size < size && !broken) faults.push(missingHead(tree.size, signed))
  return [...faults, ...anchored.filter((one) => one.size > size).map(lost)]
}

interface Opened {
  readonly kept: KeptCheckpoint
  /** What was signed; null when it was not. */
  readonly said: Checkpoint | null
}

function faultsOf({ kept, said }: Opened, before: Pick<KeptCheckpoint, 'id' | 'treeSize'>, name: string): Fault[] {
  const { id, treeSize, root, createdAt } = kept
  const expected = before.id + 1
  const missing = id === expected ? [] : [missingCheckpoint(expected)]
  const asSigned = said?.origin === name && said.size > before.treeSize
  const asKept = said?.size === treeSize && said.root.equals(root) && said.extensions[0] === `time ${createdAt}`
  if (asSigned && asKept) return missing
  const detail = asSigned
    ? `What is kept beside checkpoint ${id} is not what it says.`
    : `Checkpoint ${id} is not as it was signed.`
  return [...missing, fault('changed_checkpoint', detail, { checkpoint: id })]
}

export const missingCheckpoint = (id: number): Fault =>
  fault('changed_checkpoint', `Checkpoint ${id} is missing.`, { checkpoint: id })

const differs = ({ id, size }: { id: number | null; size: number }): Fault =>
  id === null
    ? fault('rewritten', `The trail does not go on from the checkpoint of size ${size} that was kept elsewhere.`)
    : fault('changed_head', `The heads of organizations are not those that checkpoint ${id} was signed over.`, {
        checkpoint: id,
      })

const lost = ({ size }: Checkpoint): Fault =>
  fault('rewritten', `The trail ends before the checkpoint of size ${size} that was kept elsewhere.`)

export const changedHead = ({ orgId, size }: { orgId: string; size: number }): Fault =>
  fault('changed_head', `The head over ${size} events is not as it was signed.`, {
    organizationId: orgId,
    sequence: size - 1,
  })

const missingHead = (position: number, signed: readonly { id: number; size: number }[]): Fault =>
  fault('changed_head', `The head at place ${position} of the tree over all is missing.`, {
    checkpoint: signed.find(({ size }) => size > position)?.id ?? null,
  })
