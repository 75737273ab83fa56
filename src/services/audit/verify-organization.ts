import type { NoteVerifier } from '../../credentials/signed-note.ts'
import type { TrailKey } from '../../credentials/trail-key.ts'
import type { Erasure, Gone } from '../../policy/erasures.ts'
import { fault } from '../../policy/faults.ts'
import { append, emptyTree, rootOf } from '../../policy/merkle-tree.ts'
import type { Frontier } from '../../policy/merkle-tree.ts'
import type { Fault, RemovedStretch } from '../../types/integrity.ts'
import { balanceErasures } from './balance-erasures.ts'
import { removedPlaces } from './removals.ts'
import type { Removals } from './removals.ts'
import { headText } from './trail-trees.ts'

/** An event at its place. */
export interface PlacedEvent {
  readonly sequence: number
  readonly eventId: string
  readonly leaf: Buffer
  /** Null outside the database. */
  readonly mark: Buffer | null
  readonly writtenMark: Buffer | null
  /** The leaf of the event that stands there; null when it is gone. */
  readonly found: Buffer | null
  /** What of it is erased, if anything is. */
  readonly gone: Gone | null
  /** What it says was erased, if it says so. */
  readonly erasure: Erasure | null
}

export interface SignedHead {
  readonly size: number
  readonly root: Buffer
  readonly signature: Buffer
}

interface Given {
  readonly orgId: string
  readonly verifier: NoteVerifier
  /** Null where only the public key is known: marks are not looked at then. */
  readonly trailKey: TrailKey | null
  /** In the order of their sizes. */
  readonly heads: AsyncIterable<SignedHead>
  /** That of the last head. */
  readonly size: number
  /** Page by page. */
  readonly rows: AsyncIterable<readonly PlacedEvent[]>
  /** Heads that were kept elsewhere. */
  readonly anchored: readonly { readonly size: number; readonly root: Buffer }[]
  /** What cleanups say that they removed. */
  readonly removals: Removals
  /** Erasures that have no place yet. */
  readonly erasures: () => Promise<readonly Erasure[]>
}

export interface VerifiedOrganization {
  readonly orgId: string
  /** Events that are at their place, whole. */
  readonly events: number
  /** How far its places reach. */
  readonly size: number
  readonly faults: readonly Fault[]
  /** What is not there because a cleanup removed it. */
  readonly removed: readonly RemovedStretch[]
}

/** One organization's tree, grown from its events, against every head that was signed of it. */
export async function verifyOrganization(given: Given): Promise<VerifiedOrganization> {
  const { orgId, rows, size } = given
  const faults: Fault[] = []
  const due = dueHeads(given)
  let next = await following(due)
  let [before, latest] = [0, 0]
  let tree: Frontier = emptyTree
  let leaves: Buffer[] = []
  let events = 0
  const erasures = balanceErasures()
  /** Whether the leaves so far can be those that were signed. */
  let whole = true
  let expected = 0
  const removed = removedPlaces(given)
  const at = (sequence: number, eventId: string | null = null): Partial<Fault> => ({
    organizationId: orgId,
    sequence,
    eventId,
  })
  const grow = (): void => {
    tree = append(tree, leaves)
    leaves = []
  }
  const compare = async (): Promise<void> => {
    grow()
    for (; next && next.size <= expected; next = await following(due)) {
      if (next.size > latest) [before, latest] = [latest, next.size]
      if (!whole || rootOf(tree).equals(next.root)) continue
      whole = false
      const [from, to] = [before, next.size]
      const known = faults.some(({ sequence }) => sequence !== null && sequence >= from && sequence < to)
      if (!known || next.elsewhere) faults.push(differs(next, { ...at(from), throughSequence: to - 1 }))
    }
  }
  const judge = (row: PlacedEvent): void => {
    if (row.sequence > expected) {
      faults.push(
        fault('deleted', 'The event and its place are gone.', { ...at(expected), throughSequence: row.sequence - 1 }),
      )
      whole = false
    }
    expected = row.sequence + 1
    const wrong = faultOf(row, given)
    if (wrong) faults.push({ ...wrong, ...at(row.sequence, row.eventId) })
    else if (!row.found) removed.add(row.sequence)
    else {
      events++
      erasures.see(row)
    }
    leaves.push(row.leaf)
  }
  for await (const page of rows) {
    for (const row of page) {
      judge(row)
      if (next && next.size <= expected) await compare()
    }
    grow()
  }
  if (expected < size) {
    faults.push(
      fault('cut_tail', 'The latest events and their places are gone.', { ...at(expected), throughSequence: size - 1 }),
    )
  }
  const taken = await erasures.unexplained(given.erasures)
  faults.push(...taken.map(({ sequence, eventId }) => fault('edited', TAKEN, at(sequence, eventId))))
  const intact = events - taken.length
  const told = [...faults, ...lost(given, Math.max(size, expected))]
  return { orgId, events: intact, size: expected, faults: told, removed: removed.all }
}

const TAKEN = 'Personal data are gone from the event, and no erasure of them is on record.'

interface DueHead {
  readonly size: number
  readonly root: Buffer
  readonly elsewhere: boolean
}

/** By their sizes. A head that is not as it was signed is told of elsewhere, and says nothing here. */
async function* dueHeads({ orgId, verifier, heads, anchored }: Given): AsyncGenerator<DueHead> {
  const kept = anchored.map(({ size, root }) => ({ size, root, elsewhere: true })).toSorted((a, b) => a.size - b.size)
  for await (const { signature, size, root } of heads) {
    if (!verifier.signed(headText(verifier.name, { orgId, size, root }), signature)) continue
    while (kept[0] && kept[0].size < size) yield kept.shift() as DueHead
    yield { size, root, elsewhere: false }
  }
  yield* kept
}

async function following(due: AsyncGenerator<DueHead>): Promise<DueHead | null> {
  const { done, value } = await due.next()
  return done ? null : value
}

function faultOf(
  { sequence, eventId, leaf, mark, writtenMark, found }: PlacedEvent,
  { orgId, trailKey, size, removals }: Given,
): Fault | null {
  const inPlace = trailKey && mark ? mark.equals(trailKey.markOfSeal({ orgId, sequence, eventId, leaf })) : null
  if (!found && !removals.of(sequence)) return fault('deleted', 'The event is gone; its place remains.')
  if (found && !found.equals(leaf)) return fault('edited', 'The event is not as it was written.')
  const signed = sequence < size
  if (inPlace ?? signed) return null
  const byServer = trailKey && writtenMark?.equals(trailKey.markOfEvent(leaf))
  if (byServer) return fault('reordered', 'The event is not at the place that it was given.')
  return signed
    ? fault('edited', 'The event and its place are not as they were written.')
    : fault('inserted', 'No server gave this event a place.')
}

const differs = ({ size, elsewhere }: DueHead, where: Partial<Fault>): Fault =>
  elsewhere
    ? fault('rewritten', `The first ${size} events are not those of the head that was kept elsewhere.`, where)
    : fault('edited', 'Among these events and their places something was changed.', where)

const lost = ({ orgId, anchored }: Given, size: number): Fault[] =>
  anchored
    .filter((head) => head.size > size)
    .slice(0, 1)
    .map((head) =>
      fault('rewritten', `The trail ends before the head of size ${head.size} that was kept elsewhere.`, {
        organizationId: orgId,
        sequence: size,
        throughSequence: head.size - 1,
      }),
    )
