import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { minute } from '../../mail/letters.ts'
import { insertCleanup, planCleanup } from '../../queries/audit-cleanups.ts'
import type { NewCleanup } from '../../queries/audit-cleanups.ts'
import { bePatient } from '../../queries/audit-rollups.ts'
import { findOrganization } from '../../queries/organizations.ts'
import type { AskCleanup, AskedCleanup, CleanupPlan } from '../../types/audit-cleanup.ts'
import { RETENTION_FLOOR_DAYS } from '../../types/organization.ts'
import { tell } from '../notification/tell.ts'
import { record } from './record.ts'

/** For so long another super admin can approve it. */
const PENDING_MS = 24 * 3_600_000

/** Without `dryRun`, what a dry run planned and nothing else waits for another super admin. Nothing is removed here. */
export async function askCleanup(ctx: Context, asked: AskCleanup): Promise<CleanupPlan | AskedCleanup> {
  const { olderThanDays, organizationId = null, dryRun, planHash } = asked
  if (olderThanDays < RETENTION_FLOOR_DAYS)
    throw new Refusal('below_retention_floor', { minimumDays: RETENTION_FLOOR_DAYS })
  if (organizationId !== null) found(await ctx.db.run(findOrganization(organizationId)))
  const terms = { asOf: ctx.now.toISOString().slice(0, 10), olderThanDays, organizationId }
  const plan = await ctx.db.transaction(async (tx) => {
    await tx.run(bePatient())
    return tx.run(planCleanup(terms))
  })
  const { eligible, legalHold, retention } = plan
  if (dryRun) return { planHash: plan.planHash, eligible, kept: { legalHold, retention }, dryRun }
  if (plan.planHash !== planHash) throw new Refusal('plan_stale')
  const cleanup: NewCleanup = {
    ...{ ...terms, ...plan, id: uuidv7(), orgId: organizationId ?? ctx.principal.orgId },
    ...{ requestedBy: ctx.principal.userId, requestedAt: ctx.now },
    expiresAt: new Date(ctx.now.getTime() + PENDING_MS),
  }
  await ctx.db.batch([insertCleanup(cleanup), recordAsked(ctx, cleanup), tellApprovers(ctx, cleanup)])
  return { cleanupId: cleanup.id, status: 'awaiting_approval' }
}

const tellApprovers = (ctx: Context, { eligible, olderThanDays, expiresAt }: NewCleanup) =>
  tell(
    ctx,
    { superAdmins: true },
    {
      kind: 'cleanup_requested',
      title: 'A cleanup of the trail waits for approval',
      body:
        `${ctx.principal.email} asks to remove ${eligible} events that are older than ${olderThanDays} days.` +
        ` Another super admin can approve it until ${minute(expiresAt)}.`,
      link: '/retention',
    },
  )

const recordAsked = (ctx: Context, { id, orgId, ...cleanup }: NewCleanup) =>
  record(ctx, {
    action: 'audit.cleanup_requested',
    orgId,
    resource: { type: 'audit_cleanup', id },
    description: `Asked to remove ${cleanup.eligible} events that are older than ${cleanup.olderThanDays} days`,
    changes: { before: null, after: { status: 'awaiting_approval' } },
    details: {
      ...{ organizationId: cleanup.organizationId, olderThanDays: cleanup.olderThanDays, planHash: cleanup.planHash },
      ...{ eligible: cleanup.eligible, kept: { legalHold: cleanup.legalHold, retention: cleanup.retention } },
    },
  })
