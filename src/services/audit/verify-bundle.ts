import { createHash } from 'node:crypto'
import type { NoteVerifier } from '../../credentials/signed-note.ts'
import { canonicalJson } from '../../policy/canonical-json.ts'
import { readCheckpoint } from '../../policy/checkpoint.ts'
import type { Checkpoint } from '../../policy/checkpoint.ts'
import { erasureIn, goneFrom } from '../../policy/erasures.ts'
import type { Erasure } from '../../policy/erasures.ts'
import { fault, inOrder } from '../../policy/faults.ts'
import { leafHash } from '../../policy/merkle-tree.ts'
import { commitmentTo } from '../../policy/personal-data.ts'
import { BundleLine } from '../../types/audit-bundle.ts'
import type { Fault, RemovedStretch } from '../../types/integrity.ts'
import { anchoredHeadsOf } from './anchored-heads.ts'
import { openTombstones, removalsOf } from './removals.ts'
import { erasureText, headText } from './trail-trees.ts'
import { changedHead, verifyHeads } from './verify-heads.ts'
import type { KeptHead } from './verify-heads.ts'
import { verifyOrganization } from './verify-organization.ts'
import type { PlacedEvent, SignedHead } from './verify-organization.ts'

/** The message is for whoever verifies: what is given is no bundle, or one of another trail. */
export class BundleError extends Error {}

export interface BundleVerification {
  readonly organizations: number
  readonly events: number
  readonly removed: readonly RemovedStretch[]
  /** The note of the checkpoint that it goes by. */
  readonly checkpoint: string
  readonly faults: readonly Fault[]
  /** Whether it ends as it says. */
  readonly whole: boolean
}

interface Given {
  readonly verifier: NoteVerifier
  /** Checkpoints and heads that were kept elsewhere. */
  readonly anchored: readonly Checkpoint[]
}

/**
 * Verifies an exported bundle with the public key alone: no database, no network.
 * @throws BundleError
 */
export async function verifyBundle(
  lines: AsyncIterable<string>,
  { verifier, anchored }: Given,
): Promise<BundleVerification> {
  const reader = readerOf(lines)
  const first = await reader.take('bundle')
  const checkpoint = await reader.take('checkpoint')
  if (!first || !checkpoint) throw new BundleError('this is no bundle of an audit trail')
  if (first.verifierKey !== verifier.verifierKey)
    throw new BundleError('the bundle says that it is of a trail with another public key')
  const leaves: Buffer[] = []
  for (let part = await reader.take('tree'); part; part = await reader.take('tree'))
    leaves.push(...part.leaves.map((leaf) => Buffer.from(leaf, 'base64')))
  const said = readCheckpoint(verifier.open(checkpoint.note) ?? '')
  const faults = await verifyHeads({
    verifier,
    firstId: checkpoint.id,
    checkpoints: [
      {
        id: checkpoint.id,
        note: checkpoint.note,
        treeSize: said?.size ?? 0,
        root: said?.root ?? Buffer.alloc(0),
        createdAt: said?.extensions[0]?.slice('time '.length) ?? '',
      },
    ],
    heads: hashes(leaves),
    anchored: anchored.filter(({ origin }) => origin === verifier.name),
  })
  const shown = new Set<number>()
  const removed: RemovedStretch[] = []
  let [organizations, events] = [0, 0]
  for (let next = await reader.take('organization'); next; next = await reader.take('organization')) {
    const notes: string[] = []
    for (let one = await reader.take('removal'); one; one = await reader.take('removal')) notes.push(one.note)
    const heads: SignedHead[] = []
    for (let head = await reader.take('head'); head; head = await reader.take('head')) {
      const kept = { orgId: next.id, size: head.size, root: bytes(head.root), signature: bytes(head.signature) }
      const text = headText(verifier.name, kept)
      const asSigned = verifier.signed(text, kept.signature) && leaves[head.position]?.equals(leafHash(text))
      if (!asSigned) faults.push(changedHead(kept))
      shown.add(head.position)
      heads.push(kept)
    }
    const verified = await verifyOrganization({
      orgId: next.id,
      verifier,
      trailKey: null,
      heads: each(heads),
      size: heads.at(-1)?.size ?? 0,
      rows: eventsOf(reader),
      anchored: anchoredHeadsOf(anchored, verifier.name, next.id),
      removals: removalsOf(openTombstones(notes, verifier, next.id)),
      erasures: () => signedErasures(reader, verifier, next.id),
    })
    // Nobody asked for them where nothing is erased.
    await signedErasures(reader, verifier, next.id)
    organizations++
    events += verified.events
    faults.push(...verified.faults)
    removed.push(...verified.removed)
  }
  if (first.organizations === null && shown.size < leaves.length) {
    const position = leaves.findIndex((_, i) => !shown.has(i))
    faults.push(fault('changed_head', `The head at place ${position} of the tree over all is of no organization here.`))
  }
  const whole = await reader.isWhole()
  return { organizations, events, removed, checkpoint: checkpoint.note, faults: inOrder(faults), whole }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function* hashes(leaves: readonly Buffer[]): AsyncGenerator<KeptHead> {
  for (const [position, head] of leaves.entries()) yield { position, head }
}

async function* eventsOf(reader: Reader): AsyncGenerator<[PlacedEvent]> {
  for (let line = await reader.take('event'); line; line = await reader.take('event')) {
    const { sequence, id: eventId, leaf, event } = line
    const place = { sequence, eventId, leaf: bytes(leaf), mark: null, writtenMark: null }
    if (event === null) yield [{ ...place, found: null, gone: null, erasure: null }]
    else yield [{ ...place, ...judged(line, event) }]
  }
}

/** Personal data must be what the event is committed to. What is not that makes it another event. */
function judged(
  { sequence, id: eventId, personal }: LineOf<'event'>,
  event: Record<string, unknown>,
): Pick<PlacedEvent, 'found' | 'gone' | 'erasure'> {
  const commitments = Object.entries((event['commitments'] ?? {}) as Record<string, unknown>)
  const given = new Map(Object.entries(personal ?? {}))
  const isTrue = commitments.every(([group, commitment]) => {
    const kept = given.get(group)
    return !kept || commitmentTo(kept.members, bytes(kept.nonce)).toString('base64') === commitment
  })
  const isGone = commitments.some(([group]) => !given.get(group))
  return {
    found: isTrue ? leafHash(canonicalJson(event)) : Buffer.alloc(0),
    gone: isGone ? goneFrom(event, { eventId, sequence }) : null,
    erasure: erasureIn(event),
  }
}

async function signedErasures(reader: Reader, verifier: NoteVerifier, orgId: string): Promise<Erasure[]> {
  const erasures: Erasure[] = []
  for (let line = await reader.take('erasure'); line; line = await reader.take('erasure')) {
    const leaf = leafHash(canonicalJson(line.event))
    const signed = verifier.signed(erasureText(verifier.name, leaf), bytes(line.signature))
    const erasure = erasureIn(line.event)
    if (signed && erasure && line.event['organizationId'] === orgId) erasures.push(erasure)
  }
  return erasures
}

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')

type LineOf<T extends BundleLine['type']> = Extract<BundleLine, { type: T }>

interface Reader {
  /** The next line, when it is one of these; else it stays where it is. */
  take<T extends BundleLine['type']>(type: T): Promise<LineOf<T> | null>
  /** Whether what follows is the end, and fits all that stood before. */
  isWhole(): Promise<boolean>
}

function readerOf(lines: AsyncIterable<string>): Reader {
  const source = lines[Symbol.asyncIterator]()
  const sum = createHash('sha256')
  let read = 0
  let events = 0
  let next: BundleLine | null | undefined
  let text = ''

  async function peek(): Promise<BundleLine | null> {
    if (next !== undefined) return next
    const { done, value } = await source.next()
    read++
    text = done ? '' : value
    return (next = done ? null : parse(value, read))
  }

  return {
    async take<T extends BundleLine['type']>(type: T) {
      const line = await peek()
      if (line?.type !== type) return null
      sum.update(`${text}\n`)
      if (type === 'event') events++
      next = undefined
      return line as LineOf<T>
    },
    async isWhole() {
      const line = await peek()
      return line?.type === 'end' && line.sha256 === sum.digest('hex') && line.events === events
    },
  }
}

function parse(text: string, number: number): BundleLine {
  try {
    return BundleLine.parse(JSON.parse(text))
  } catch {
    throw new BundleError(`line ${number} is none of a bundle`)
  }
}
