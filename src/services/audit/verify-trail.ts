import type { TrailKey } from '../../credentials/trail-key.ts'
import type { Checkpoint } from '../../policy/checkpoint.ts'
import { erasureIn, goneFrom } from '../../policy/erasures.ts'
import type { Erasure } from '../../policy/erasures.ts'
import { hashedForm, leafOf } from '../../policy/event-leaf.ts'
import { fault, inOrder } from '../../policy/faults.ts'
import { leafHash } from '../../policy/merkle-tree.ts'
import { canonicalJson } from '../../policy/canonical-json.ts'
import { erasedOf } from '../../policy/personal-data.ts'
import { findLatestHead } from '../../queries/audit-integrity.ts'
import { listErasures } from '../../queries/audit-erasure.ts'
import { countEvents, findPlaceOf, listCheckpointsAfter, listHeadsFrom } from '../../queries/audit-verification.ts'
import type { PlacedRow, StrayEvent } from '../../queries/audit-verification.ts'
import { listTombstonesOf } from '../../queries/audit-tombstones.ts'
import type { Fault, RemovedStretch } from '../../types/integrity.ts'
import { anchoredHeadsOf } from './anchored-heads.ts'
import { openTombstones, removalsOf } from './removals.ts'
import { headText } from './trail-trees.ts'
import { missingCheckpoint, verifyHeads } from './verify-heads.ts'
import type { KeptCheckpoint, KeptHead } from './verify-heads.ts'
import { verifyOrganization } from './verify-organization.ts'
import type { PlacedEvent } from './verify-organization.ts'
import { headsOf, headsOfOrganization, organizationsOf, PAGE, placesOf, straysOf } from './walk-trail.ts'
import type { Trail } from './walk-trail.ts'

const MOST_FAULTS = 1000

export interface Verification {
  readonly organizations: number
  readonly events: number
  /** Written, and not sealed yet. */
  readonly pending: number
  /** What is not there because a cleanup removed it. */
  readonly removed: readonly RemovedStretch[]
  /** The last checkpoint that it goes by; null where there is none. */
  readonly checkpoint: KeptCheckpoint | null
  readonly faults: readonly Fault[]
  /** Faults beyond those that are listed. */
  readonly moreFaults: number
}

interface Options {
  readonly trail: Trail
  readonly trailKey: TrailKey
  /** Checkpoints and heads that were kept elsewhere. */
  readonly anchored: readonly Checkpoint[]
  /** One organization instead of all. */
  readonly only?: string | undefined
  readonly progress?: ((organizations: number, events: number) => void) | undefined
}

/** Walks the whole trail in the database. What a sealer adds meanwhile is left for the next time. */
export async function verifyTrail({ trail, trailKey, anchored, only, progress }: Options): Promise<Verification> {
  const checkpoints = await listAll((last: KeptCheckpoint | null) =>
    trail.run(listCheckpointsAfter(last?.id ?? 0, PAGE)),
  )
  const faults = await verifyHeads({
    verifier: trailKey,
    checkpoints,
    heads: keptHeads(trail, trailKey.name, only),
    anchored: anchored.filter(({ origin }) => origin === trailKey.name),
  })
  faults.push(...(await missingAtTheEnd(trail, checkpoints.at(-1))))
  const removed: RemovedStretch[] = []
  let [organizations, events, pending, found] = [0, 0, 0, faults.length]
  for await (const orgId of only === undefined ? organizationsOf(trail) : [only]) {
    const one = await verifyOne({ trail, trailKey, anchored }, orgId)
    organizations++
    events += one.events
    pending += one.pending
    removed.push(...one.removed)
    found += one.faults.length
    faults.push(...one.faults.slice(0, Math.max(0, MOST_FAULTS - faults.length)))
    progress?.(organizations, events)
  }
  const checkpoint = checkpoints.at(-1) ?? null
  const moreFaults = found - faults.length
  return { organizations, events, pending, removed, checkpoint, faults: inOrder(faults), moreFaults }
}

/** A head is never without the checkpoint that it was signed with. */
async function missingAtTheEnd(trail: Trail, last: KeptCheckpoint | undefined): Promise<Fault[]> {
  const beyond = await trail.run(listHeadsFrom(last?.treeSize ?? 0, 1))
  const newer = beyond.length === 0 ? [] : await trail.run(listCheckpointsAfter(last?.id ?? 0, 1))
  return beyond.length === 0 || newer.length > 0 ? [] : [missingCheckpoint((last?.id ?? 0) + 1)]
}

async function verifyOne(
  { trail, trailKey, anchored }: Pick<Options, 'trail' | 'trailKey' | 'anchored'>,
  orgId: string,
): Promise<Pick<Verification, 'events' | 'pending' | 'faults' | 'removed'>> {
  const last = await trail.run(findLatestHead(orgId))
  const notes = (await trail.run(listTombstonesOf(orgId))).map(({ note }) => note)
  const verified = await verifyOrganization({
    orgId,
    verifier: trailKey,
    trailKey,
    heads: headsOfOrganization(trail, orgId),
    size: last?.size ?? 0,
    rows: placedEvents(trail, orgId),
    anchored: anchoredHeadsOf(anchored, trailKey.name, orgId),
    removals: removalsOf(openTombstones(notes, trailKey, orgId)),
    erasures: () => erasuresByServers({ trail, trailKey }, orgId),
  })
  const { events, removed } = verified
  const present = verified.events + verified.faults.filter(({ kind, eventId }) => kind !== 'deleted' && eventId).length
  const { count } = await trail.run(countEvents(orgId))
  if (count === present) return { events, removed, pending: 0, faults: verified.faults }
  return { events, removed, ...(await judgeStrays({ trail, trailKey }, orgId, verified.faults)) }
}

/** Events without a place: not sealed yet, moved from their place, robbed of it, or written by no server. */
async function judgeStrays(
  { trail, trailKey }: Pick<Options, 'trail' | 'trailKey'>,
  orgId: string,
  known: readonly Fault[],
): Promise<{ pending: number; faults: Fault[] }> {
  const faults = [...known]
  let pending = 0
  for await (const stray of straysOf(trail, orgId)) {
    const { id, occurredAt } = stray.event
    const gone = faults.findIndex(({ kind, eventId }) => kind === 'deleted' && eventId === id)
    const gap = faults.findIndex(({ kind, eventId }) => kind === 'deleted' && eventId === null)
    const trusted = isTrusted(stray, trailKey)
    if (gone >= 0)
      faults[gone] = fault('edited', 'The event is not as it was written.', { ...faults[gone], kind: 'edited' })
    else if (trusted && !stray.passed) pending++
    else if (trusted && gap >= 0)
      faults[gap] = { ...faults[gap], eventId: id, detail: 'The place of the event is gone.' } as Fault
    else if (trusted && stray.leaf)
      faults.push(fault('deleted', 'The place of the event is gone.', { organizationId: orgId, eventId: id }))
    else {
      const { place } = await trail.run(findPlaceOf({ orgId, id, occurredAt: String(occurredAt) }))
      const detail = 'No server wrote this event; by its time it would stand at this place.'
      faults.push(fault('inserted', detail, { organizationId: orgId, sequence: place, eventId: id }))
    }
  }
  return { pending, faults }
}

/** What the database writes by itself has neither leaf nor mark. */
function isTrusted({ leaf, writtenMark, event }: Omit<StrayEvent, 'passed'>, trailKey: TrailKey): boolean {
  if (leaf === null) return event.action === 'database.row_changed'
  return leafOf(event).equals(leaf) && writtenMark?.equals(trailKey.markOfEvent(leaf)) === true
}

/** Of one organization those of the others are leaves of the tree and no more: whether they are signed is asked of them. */
async function* keptHeads(trail: Trail, name: string, only: string | undefined): AsyncGenerator<KeptHead> {
  for await (const { position, ...head } of headsOf(trail)) {
    const isAsked = only === undefined || head.orgId === only
    yield { position, head: isAsked ? head : leafHash(headText(name, head)) }
  }
}

async function* placedEvents(trail: Trail, orgId: string): AsyncGenerator<PlacedEvent[]> {
  for await (const page of placesOf(trail, orgId)) yield page.map(placed)
}

function placed({ event, ...place }: PlacedRow): PlacedEvent {
  if (event === null) return { ...place, found: null, gone: null, erasure: null }
  const form = hashedForm(event)
  const found = leafHash(canonicalJson(form))
  return {
    ...place,
    found,
    gone: erasedOf(event).length === 0 ? null : goneFrom(form, place),
    erasure: erasureIn(form),
  }
}

/** With or without a place: what they are about is gone at once, their place comes a second later. */
async function erasuresByServers(
  { trail, trailKey }: Pick<Options, 'trail' | 'trailKey'>,
  orgId: string,
): Promise<Erasure[]> {
  const events = await trail.run(listErasures(orgId))
  return events.filter((one) => isTrusted(one, trailKey)).flatMap(({ event }) => erasureIn(hashedForm(event)) ?? [])
}

async function listAll<T>(pageAfter: (last: T | null) => Promise<T[]>): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const page = await pageAfter(all.at(-1) ?? null)
    all.push(...page)
    if (page.length < PAGE) return all
  }
}
