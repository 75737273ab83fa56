import { fromBase64, same } from './bytes.ts'
import { committedText } from './committed-text.ts'
import type { Commitments, ShownEvent } from './committed-text.ts'
import { leafHash, rootFrom } from './merkle.ts'
import { openNote, readCheckpoint, readKey } from './note.ts'
import type { TrailKey } from './note.ts'

interface ProvenHead {
  readonly size: number
  readonly note: string
  readonly proof: readonly string[]
}

/** What the server says of it. Nothing of this is believed. */
export interface ClaimedProof {
  readonly eventId: string
  readonly organizationId: string
  readonly sequence: number
  readonly personal: Commitments | null
  readonly head: ProvenHead
  readonly checkpoint: {
    readonly headIndex: number
    readonly treeSize: number
    readonly note: string
    readonly proof: readonly string[]
  } | null
}

export const checks = ['head_signed', 'in_head', 'checkpoint_signed', 'in_checkpoint'] as const
export type Check = (typeof checks)[number]
export type Findings = Readonly<Partial<Record<Check, boolean>>>

/** Whether this browser can: hashing needs a page over HTTPS or from this machine. */
export const canVerify = (): boolean => globalThis.crypto?.subtle !== undefined

/**
 * Whether the event, as it is shown, stands in its organization's signed tree, and that tree in the one over all. Every hash and both
 * signatures are made and looked at here.
 * @throws DOMException where the browser does not know Ed25519
 */
export async function verifyEvent(event: ShownEvent, proof: ClaimedProof, verifierKey: string): Promise<Findings> {
  const key = await readKey(verifierKey)
  const about = event.id === proof.eventId && event.organizationId === proof.organizationId
  if (!key || !about || event.sequence !== proof.sequence) return { head_signed: false }
  const text = await openHead(proof, key)
  if (text === null) return { head_signed: false }
  const leaf = await leafHash(await committedText(event, proof.personal))
  const findings = { head_signed: true, in_head: await isUnder(text, { leaf, index: proof.sequence, of: proof.head }) }
  return proof.checkpoint === null
    ? findings
    : { ...findings, ...(await verifyCheckpoint(text, proof.checkpoint, key)) }
}

/** The name in the signature's line is not signed; the one in the text is. */
async function openOwn(note: string, key: TrailKey): Promise<string | null> {
  const text = await openNote(note, key)
  return text !== null && readCheckpoint(text)?.origin === key.name ? text : null
}

const openHead = ({ organizationId, head }: ClaimedProof, { name, raw }: TrailKey): Promise<string | null> =>
  openOwn(head.note, { name: `${name}/${organizationId}`, raw })

async function verifyCheckpoint(
  head: string,
  checkpoint: NonNullable<ClaimedProof['checkpoint']>,
  key: TrailKey,
): Promise<Findings> {
  const text = await openOwn(checkpoint.note, key)
  if (text === null) return { checkpoint_signed: false }
  const { headIndex: index, treeSize: size, proof } = checkpoint
  return {
    checkpoint_signed: true,
    in_checkpoint: await isUnder(text, { leaf: await leafHash(head), index, of: { size, proof } }),
  }
}

interface Place {
  readonly leaf: Awaited<ReturnType<typeof leafHash>>
  readonly index: number
  readonly of: { readonly size: number; readonly proof: readonly string[] }
}

/** Whether the leaf has this place in the tree that the signed text tells of. */
async function isUnder(text: string, { leaf, index, of: { size, proof } }: Place): Promise<boolean> {
  const signed = readCheckpoint(text)
  if (signed?.size !== size) return false
  const root = await rootFrom({ leaf, index, size, proof: proof.map(fromBase64) })
  return root !== null && same(root, signed.root)
}

/** Whether a checkpoint is as it was signed: by this key, with this size. */
export async function verifyNote(note: string, size: number, verifierKey: string): Promise<boolean> {
  const key = await readKey(verifierKey)
  const text = key && (await openOwn(note, key))
  return text !== null && readCheckpoint(text)?.size === size
}
