import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { listUsesUnder, lockReview, markClosed } from '../../queries/access-reviews.ts'
import type { Review } from '../../queries/access-reviews.ts'
import type { AccessReview, CloseReview } from '../../types/access-review.ts'
import { record } from '../audit/record.ts'
import { nameOf } from './tell-of-grant.ts'
import { withUses } from './uses-of-review.ts'

/** Once, and by neither the grantee nor the granter, which the database keeps too. */
export async function closeAccessReview(ctx: Context, reviewId: string, input: CloseReview): Promise<AccessReview> {
  const { userId } = ctx.principal
  return ctx.db.transaction(async (tx) => {
    const review = found(await tx.run(lockReview(reviewId, ctx.now)))
    const { technicianId, grantedBy } = review.grant
    if (userId === technicianId || userId === grantedBy) throw new Refusal('forbidden')
    if (review.status === 'closed') throw new Refusal('review_closed')
    const closed: Review = { ...review, ...input, status: 'closed', closedAt: ctx.now.toISOString(), closedBy: userId }
    const [, , uses] = await tx.batch([markClosed(closed), recordClosed(ctx, closed), listUsesUnder([closed.grant])])
    return withUses(closed, uses)
  })
}

function recordClosed(ctx: Context, { id, grant, verdict, notes }: Review): Statement<number> {
  const misused = verdict === 'misused'
  return record(ctx, {
    action: 'access.review_closed',
    orgId: grant.customerOrgId,
    resource: { type: 'access_review', id },
    description: `Found ${nameOf(grant.technician)}'s emergency access to ${grant.customer.name} ${verdict ?? ''}`,
    ...(misused && { riskLevel: 'critical', riskFactors: ['emergency_misused'] }),
    changes: { before: { status: 'open' }, after: { status: 'closed', verdict, notes } },
    details: { accessId: grant.id, technicianId: grant.technicianId, grantedBy: grant.grantedBy },
  })
}
