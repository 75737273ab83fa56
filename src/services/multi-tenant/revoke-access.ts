import type { Context } from '../../context.ts'
import { invalid } from '../../errors/refusal.ts'
import { markRevoked } from '../../queries/access-grants.ts'
import type { Grant } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { asWritten } from './as-written.ts'
import { lockManagedGrant } from './lock-managed-grant.ts'
import { revocationOf } from './tell-of-grant.ts'

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
    const [written] = await tx.batch([markRevoked([after.id], after), record(ctx, revocationOf(before, after))])
    return asWritten(after, written)
  })
  ctx.standing.changed()
  return revoked
}

function onlyOne(reasons: readonly (string | undefined)[]): string | null {
  const [reason = null, ...others] = new Set(reasons.filter((given) => given !== undefined))
  if (others.length > 0) throw invalid('reason', 'Must be the same in the body and the query')
  return reason
}
