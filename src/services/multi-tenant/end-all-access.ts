import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { isLive } from '../../policy/grant-rules.ts'
import { markRevoked } from '../../queries/access-grants.ts'
import { lockGrants, markExpiredAll } from '../../queries/access-sets.ts'
import type { GrantSet } from '../../queries/access-sets.ts'
import type { Grant } from '../../types/grant.ts'
import { recordAll } from '../audit/record.ts'
import { expiryOf, revocationOf } from './tell-of-grant.ts'

interface Ending {
  /** Whose party is locked by then, so that no other grant is made meanwhile. */
  readonly of: GrantSet
  readonly reason: string
}

/** Revokes every live grant of a person or on a customer who goes, and writes down which were over. @returns how many it revoked */
export async function endAllAccess(tx: Transaction, ctx: Context, { of, reason }: Ending): Promise<number> {
  const grants = await tx.run(lockGrants(of, ctx.now))
  if (grants.length === 0) return 0
  const { live = [], over = [] } = Object.groupBy(grants, ({ status }) => (isLive(status) ? 'live' : 'over'))
  const revocation = {
    status: 'revoked',
    revokedAt: ctx.now.toISOString(),
    revokedBy: ctx.principal.userId,
    revokedReason: reason,
  } as const
  await tx.batch([
    markExpiredAll(idsOf(over), ctx.now),
    markRevoked(idsOf(live), revocation),
    recordAll(ctx, [...over.map(expiryOf), ...live.map((grant) => revocationOf(grant, revocation))]),
  ])
  return live.length
}

const idsOf = (grants: readonly Grant[]): string[] => grants.map(({ id }) => id)
