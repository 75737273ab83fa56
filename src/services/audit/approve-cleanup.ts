import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { countOf, removalsIn, tombstoneText } from '../../policy/tombstone.ts'
import { findCleanup, removeEvents } from '../../queries/audit-cleanups.ts'
import type { Removal, RemovedEvents, StoredCleanup } from '../../queries/audit-cleanups.ts'
import { bePatient } from '../../queries/audit-rollups.ts'
import { insertTombstones } from '../../queries/audit-tombstones.ts'
import type { NewTombstone } from '../../queries/audit-tombstones.ts'
import { record } from './record.ts'

/** Organizations that the event names, with what was removed of each; the tombstones name all. */
const NAMED = 100

/** Removal, tombstones and event are one transaction. Who may approve, until when, and what may be removed, the database decides. */
export async function approveCleanup(ctx: Context, cleanupId: string): Promise<{ removed: number }> {
  return ctx.retention().transaction(async (tx) => {
    await tx.run(bePatient())
    const cleanup = found(await tx.run(findCleanup(cleanupId, ctx.now)))
    const removal = found(await tx.run(removeEvents(cleanupId, ctx.now)))
    const tombstones = removal.organizations.map((removed) => tombstoneOf(ctx, cleanup, removed))
    await tx.batch([insertTombstones(cleanupId, tombstones, ctx.now), recordApproved(ctx, cleanup, removal)])
    return { removed: removal.events }
  })
}

function tombstoneOf(
  { principal, now, credentials: { trailKey } }: Context,
  { id: cleanupId, requestedBy }: StoredCleanup,
  { organizationId: orgId, stretches, headSize, headRoot }: RemovedEvents,
): NewTombstone {
  const verifier = trailKey.within(removalsIn(orgId))
  const text = tombstoneText({
    origin: verifier.name,
    ...{ cleanupId, requestedBy, approvedBy: principal.userId, removedAt: now.toISOString() },
    head: { size: headSize, root: Buffer.from(headRoot, 'base64') },
    stretches,
  })
  return { orgId, note: verifier.note(text, trailKey.sign(text)), events: countOf(stretches) }
}

const recordApproved = (ctx: Context, cleanup: StoredCleanup, { events, organizations }: Removal) =>
  record(ctx, {
    action: 'audit.cleanup_approved',
    orgId: cleanup.orgId,
    resource: { type: 'audit_cleanup', id: cleanup.id },
    description: `Removed ${events} events that are older than ${cleanup.olderThanDays} days`,
    changes: { before: { status: 'awaiting_approval' }, after: { status: 'approved', removed: events } },
    details: {
      ...{ organizationId: cleanup.organizationId, olderThanDays: cleanup.olderThanDays, planHash: cleanup.planHash },
      ...{ requestedBy: cleanup.requestedBy, organizations: organizations.length },
      removed: organizations
        .slice(0, NAMED)
        .map(({ organizationId, stretches }) => ({ organizationId, events: countOf(stretches) })),
    },
  })
