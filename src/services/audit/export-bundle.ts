import { createHash } from 'node:crypto'
import type { TrailKey } from '../../credentials/trail-key.ts'
import type { Tenancy } from '../../database/tenancy.ts'
import { hashedForm, leafOf } from '../../policy/event-leaf.ts'
import { leafHash } from '../../policy/merkle-tree.ts'
import { part, sealingOf } from '../../policy/personal-data.ts'
import { listErasures } from '../../queries/audit-erasure.ts'
import { findLatestCheckpoint } from '../../queries/audit-integrity.ts'
import { listTombstonesOf } from '../../queries/audit-tombstones.ts'
import type { PlacedRow } from '../../queries/audit-verification.ts'
import { BUNDLE_FORMAT } from '../../types/audit-bundle.ts'
import type { BundleLine } from '../../types/audit-bundle.ts'
import type { StoredEvent } from '../../types/written-event.ts'
import { erasureText, headText } from './trail-trees.ts'
import { headsOf, headsOfOrganization, organizationsOf, placesOf } from './walk-trail.ts'

/** Leaves in one line. */
const LEAVES = 1000

interface Options {
  readonly trail: Pick<Tenancy, 'run'>
  readonly trailKey: TrailKey
  readonly now: Date
  /** One organization instead of all. */
  readonly only?: string | undefined
}

/** The trail up to its latest checkpoint, as lines that can be verified with the public key alone; none where nothing is sealed. */
export async function* exportBundle(options: Options): AsyncGenerator<string> {
  const sum = createHash('sha256')
  let events = 0
  let any = false
  for await (const line of linesOf(options)) {
    const text = `${JSON.stringify(line)}\n`
    if (line.type === 'event') events++
    sum.update(text)
    any = true
    yield text
  }
  if (any) yield `${JSON.stringify({ type: 'end', events, sha256: sum.digest('hex') } satisfies BundleLine)}\n`
}

async function* linesOf({ trail, trailKey, now, only }: Options): AsyncGenerator<BundleLine> {
  const latest = await trail.run(findLatestCheckpoint())
  if (!latest) return
  const organizations = only === undefined ? null : [only]
  const { verifierKey, name } = trailKey
  yield { type: 'bundle', format: BUNDLE_FORMAT, verifierKey, exportedAt: now.toISOString(), organizations }
  yield { type: 'checkpoint', id: latest.id, note: latest.note }
  yield* treeLines(trail, { name, size: latest.treeSize })
  for await (const orgId of only === undefined ? organizationsOf(trail) : [only]) {
    yield { type: 'organization', id: orgId }
    for (const { note } of await trail.run(listTombstonesOf(orgId))) yield { type: 'removal', note }
    let sealed = 0
    for await (const { position, size, root, signature } of headsOfOrganization(trail, orgId)) {
      if (position >= latest.treeSize) continue
      yield { type: 'head', position, size, root: base64(root), signature: base64(signature) }
      sealed = size
    }
    for await (const page of placesOf(trail, orgId)) {
      for (const place of page) if (place.sequence < sealed) yield eventLine(place)
    }
    // After the events: what is erased from them by then is explained, whether or not the sealer has come to it.
    yield* erasureLines(trail, { trailKey, orgId, sealed })
  }
}

function eventLine({ sequence, eventId: id, leaf, event }: PlacedRow): BundleLine {
  const personal = event && personalOf(event)
  return { type: 'event', sequence, id, leaf: base64(leaf), event: event && hashedForm(event), personal }
}

function personalOf(event: StoredEvent): NonNullable<Extract<BundleLine, { type: 'event' }>['personal']> {
  const parted = part(event)
  const kept = (group: keyof typeof parted.personal) => {
    const { nonce } = sealingOf(event, parted, group)
    return nonce && { nonce: base64(nonce), members: parted.personal[group] }
  }
  return { actor: kept('actor'), description: kept('description'), content: kept('content') }
}

async function* erasureLines(
  trail: Options['trail'],
  { trailKey, orgId, sealed }: { trailKey: TrailKey; orgId: string; sealed: number },
): AsyncGenerator<BundleLine> {
  for (const { sequence, leaf, writtenMark, event } of await trail.run(listErasures(orgId))) {
    if (sequence !== null && sequence < sealed) continue
    const byServer = leaf && leafOf(event).equals(leaf) && writtenMark?.equals(trailKey.markOfEvent(leaf))
    if (!byServer) continue
    yield {
      type: 'erasure',
      event: hashedForm(event),
      signature: base64(trailKey.sign(erasureText(trailKey.name, leaf))),
    }
  }
}

async function* treeLines(
  trail: Options['trail'],
  { name, size }: { name: string; size: number },
): AsyncGenerator<BundleLine> {
  let leaves: string[] = []
  let from = 0
  for await (const { position, ...head } of headsOf(trail)) {
    if (position >= size) break
    leaves.push(base64(leafHash(headText(name, head))))
    if (leaves.length < LEAVES) continue
    yield { type: 'tree', from, leaves }
    from += leaves.length
    leaves = []
  }
  if (leaves.length > 0) yield { type: 'tree', from, leaves }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64')
