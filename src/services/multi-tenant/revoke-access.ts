import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { invalid } from '../../errors/refusal.ts'
import { markRevoked } from '../../queries/access-grants.ts'
import type { Grant } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { lockManagedGrant } from './lock-managed-grant.ts'
import { nameOf } from './tell-of-grant.ts'

/** The reason may be given in more than one place, as long as it is one. */
export async function revokeAccess(
  ctx: Context,
  accessId: string,
  reasons: readonly (string | undefined)[],
): Promise<Versioned<Grant>> {
  const revokedReason = onlyOne(reasons)
  const revoked = await ctx.db.transaction(async (tx) => {
    const before = await lockManagedGrant(tx, ctx, accessId)
    const after: Grant = {
      ...before,
      status: 'revoked',
      revokedAt: ctx.now.toISOString(),
      revokedBy: ctx.principal.userId,
      revokedReason,
    }
    const [written] = await tx.batch([markRevoked(after), recordRevoked(ctx, before, after)])
    return { ...after, ...written }
  })
  ctx.standing.changed()
  return revoked
}

function onlyOne(reasons: readonly (string | undefined)[]): string | null {
  const [reason = null, ...others] = new Set(reasons.filter((given) => given !== undefined))
  if (others.length > 0) throw invalid('reason', 'Must be the same in the body and the query')
  return reason
}

const recordRevoked = (ctx: Context, before: Grant, after: Grant): Statement<number> =>
  record(ctx, {
    action: 'access.revoked',
    orgId: after.customerOrgId,
    resource: { type: 'grant', id: after.id },
    description: `Revoked ${nameOf(after.technician)}'s ${after.accessLevel} access to ${after.customer.name}`,
    changes: {
      before: { status: before.status },
      after: { status: after.status, revokedReason: after.revokedReason },
    },
    details: { technicianId: after.technicianId },
  })
