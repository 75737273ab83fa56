import type { Tick } from '../../context.ts'
import type { TrailKey } from '../../credentials/trail-key.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { checkpointText, readCheckpoint } from '../../policy/checkpoint.ts'
import { leafOf } from '../../policy/event-leaf.ts'
import { append, emptyTree, leafHash, rootOf } from '../../policy/merkle-tree.ts'
import type { Frontier } from '../../policy/merkle-tree.ts'
import { cutAt, seenIn } from '../../policy/seen-transactions.ts'
import {
  currentView,
  findLastCheckpoint,
  insertCheckpoint,
  insertHeads,
  insertNodes,
  insertSeals,
  insertUnaccounted,
  listLastHeads,
  listPendingEvents,
  lockSealing,
} from '../../queries/audit-seals.ts'
import { listStoredEvents } from '../../queries/audit-verification.ts'
import type { LastCheckpoint, NewHead, NewNode, NewSeal, PendingEvent, Unsealed } from '../../queries/audit-seals.ts'
import { headText, packPeaks, STORED_LEVELS, TREE_OF_ALL, unpackPeaks } from './trail-trees.ts'

/** At most so many events a run: a second's worth of a busy provider, and well within what a statement may take. */
const AT_ONCE = 5000
/** What the database writes by itself: it cannot hash as we do, so the sealer does. */
const WRITTEN_BY_DATABASE = 'database.row_changed'

/**
 * Gives the events that have none their place in their organization's tree, and signs a checkpoint over all of them: one
 * transaction, that leaves everything or nothing. Writers are not waited for, nor do they wait.
 */
export async function sealTrail({ trail, credentials: { trailKey }, now, log }: Tick): Promise<boolean> {
  return trail.transaction(async (tx) => {
    const [{ mine }, last, view] = await tx.batch([lockSealing(), findLastCheckpoint(), currentView()])
    if (!mine) return false
    const tree = last ? treeOf(last, trailKey) : emptyTree
    const known = last?.cluster === view.cluster && last.seen !== null
    const pending = await tx.run(
      listPendingEvents(known ? { of: 'unseen', seen: seenIn(last.seen) } : afterRestore(last), AT_ONCE),
    )
    const { ours, foreign } = await tellApart(tx, pending, trailKey)
    if (foreign.length > 0) {
      log.error({ events: foreign.slice(0, 20), count: foreign.length }, 'the trail has events that no server wrote')
      await tx.run(insertUnaccounted(foreign, now))
    }
    if (ours.length === 0) return pending.length === AT_ONCE
    const drained = pending.length < AT_ONCE
    const grown = await growTrees(tx, ours, { tree, trailKey })
    const checkpoint = {
      id: (last?.id ?? 0) + 1,
      ...signedTree(grown.tree, trailKey, now),
      seen: drained ? view.snapshot : cutAt(view.snapshot, pending.at(-1)?.txId ?? '0'),
      // After a restore the numbers of transactions start anew: until all is sealed, nothing is taken for seen.
      cluster: drained || known || !last ? view.cluster : last.cluster,
    }
    await tx.batch([
      insertSeals(grown.seals),
      insertCheckpoint(checkpoint, now),
      insertHeads(checkpoint.id, grown.heads),
      insertNodes(grown.nodes),
    ])
    return !drained
  })
}

/** No transaction is open for so long before its event is sealed. */
const LONGEST_MS = 24 * 3_600_000

/** In another cluster than that of the last checkpoint: all that is old enough was sealed there. */
const afterRestore = (last: { createdAt: string } | null): Unsealed =>
  last ? { of: 'late', since: new Date(Date.parse(last.createdAt) - LONGEST_MS) } : { of: 'all' }

/** @throws Error rather than going on from what was changed */
function treeOf({ id, treeSize, root, peaks, note }: LastCheckpoint, trailKey: TrailKey): Frontier {
  const tree = { size: treeSize, peaks: unpackPeaks(peaks) }
  const signed = readCheckpoint(trailKey.open(note) ?? '')
  if (signed?.size === treeSize && signed.root.equals(root) && rootOf(tree).equals(root)) return tree
  throw new Error(`checkpoint ${id} of the trail is not as it was signed: nothing is sealed until this is looked into`)
}

interface Ours extends PendingEvent {
  readonly leafHash: Buffer
}

/** Events that a server wrote or the database itself, with their leaves, and events that neither did. */
async function tellApart(
  tx: Transaction,
  pending: readonly PendingEvent[],
  trailKey: TrailKey,
): Promise<{ ours: Ours[]; foreign: PendingEvent[] }> {
  const bare = pending.filter(({ leafHash: leaf, action }) => leaf === null && action === WRITTEN_BY_DATABASE)
  const stored = bare.length === 0 ? [] : await tx.run(listStoredEvents(bare))
  const leaves = new Map(stored.map((event) => [event.id, leafOf(event)]))
  const ours: Ours[] = []
  const foreign: PendingEvent[] = []
  for (const event of pending) {
    const leaf = event.leafHash ?? leaves.get(event.id)
    const marked = event.leafHash && event.writtenMark?.equals(trailKey.markOfEvent(event.leafHash))
    if (leaf && (marked || !event.leafHash)) ours.push({ ...event, leafHash: leaf })
    else foreign.push(event)
  }
  return { ours, foreign }
}

interface Grown {
  readonly tree: Frontier
  readonly seals: NewSeal[]
  readonly heads: NewHead[]
  readonly nodes: NewNode[]
}

async function growTrees(
  tx: Transaction,
  events: readonly Ours[],
  { tree, trailKey }: { tree: Frontier; trailKey: TrailKey },
): Promise<Grown> {
  const byOrganization = Map.groupBy(events, ({ orgId }) => orgId)
  const found = await tx.run(listLastHeads([...byOrganization.keys()]))
  const lastHeads = new Map(found.map((head) => [head.orgId, head]))
  const seals: NewSeal[] = []
  const heads: NewHead[] = []
  const nodes: NewNode[] = []
  const keep = (orgId: string) => (place: { level: number; index: number }, hash: Buffer) => {
    if (place.level > 0 && place.level % STORED_LEVELS === 0) nodes.push({ orgId, ...place, hash })
  }
  const leaves: Buffer[] = []
  for (const [orgId, added] of byOrganization) {
    const last = lastHeads.get(orgId)
    const before = last ? { size: last.size, peaks: unpackPeaks(last.peaks) } : emptyTree
    for (const [i, { id: eventId, occurredAt, leafHash: leaf }] of added.entries()) {
      const sequence = before.size + i
      const mark = trailKey.markOfSeal({ orgId, sequence, eventId, leaf })
      seals.push({ orgId, sequence, eventId, occurredAt, leafHash: leaf, mark })
    }
    const grown = append(
      before,
      added.map((event) => event.leafHash),
      keep(orgId),
    )
    const head = { orgId, size: grown.size, root: rootOf(grown), peaks: packPeaks(grown.peaks) }
    const text = headText(trailKey.name, head)
    heads.push({ ...head, signature: trailKey.sign(text), position: tree.size + leaves.length })
    leaves.push(leafHash(text))
  }
  return { tree: append(tree, leaves, keep(TREE_OF_ALL)), seals, heads, nodes }
}

function signedTree(tree: Frontier, trailKey: TrailKey, now: Date) {
  const root = rootOf(tree)
  const extensions = [`time ${now.toISOString()}`]
  const text = checkpointText({ origin: trailKey.name, size: tree.size, root, extensions })
  const note = trailKey.note(text, trailKey.sign(text))
  return { treeSize: tree.size, root, peaks: packPeaks(tree.peaks), note }
}
