import type { Tick } from '../../context.ts'
import type { CheckpointCarrier } from '../../mail/checkpoint-carriers.ts'
import { insertAnchor, leaseAnchor, listHeadsSince, markAnchored, releaseAnchor } from '../../queries/audit-anchors.ts'
import { findLatestCheckpoint } from '../../queries/audit-integrity.ts'
import { headText } from './trail-trees.ts'

/** Longer than any carrier takes. After a crash another node takes over so much later. */
const LEASE_MS = 120_000

/** Sends the latest checkpoint to every place outside where it is due. It arrives at least once; it has been committed before. */
export async function anchorCheckpoints(tick: Tick): Promise<boolean> {
  await Promise.all(tick.carriers.map((carrier) => anchorAt(tick, carrier)))
  return false
}

async function anchorAt(tick: Tick, carrier: CheckpointCarrier): Promise<void> {
  const { trail, now, log } = tick
  const { name, everySeconds } = carrier
  const [, lease, latest] = await trail.batch([
    insertAnchor(name),
    leaseAnchor(name, {
      now,
      dueBefore: new Date(now.getTime() - everySeconds * 1000),
      until: new Date(now.getTime() + LEASE_MS),
    }),
    findLatestCheckpoint(),
  ])
  if (lease === null) return
  if (latest === null || latest.id <= lease.checkpointId) return void (await trail.run(releaseAnchor(name, null)))
  try {
    const heads = await trail.run(listHeadsSince({ from: lease.treeSize, to: latest.treeSize }))
    await carrier.send({ id: latest.id, note: latest.note, heads: heads.map((head) => noteOf(tick, head)) })
    await trail.run(markAnchored(name, { checkpointId: latest.id, treeSize: latest.treeSize }, now))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.error({ anchor: name, checkpoint: latest.id, reason }, 'a checkpoint of the trail could not be kept outside')
    await trail.run(releaseAnchor(name, reason))
  }
}

function noteOf(
  { credentials: { trailKey } }: Tick,
  head: { orgId: string; size: number; root: Buffer; signature: Buffer },
): string {
  return trailKey.within(head.orgId).note(headText(trailKey.name, head), head.signature)
}
