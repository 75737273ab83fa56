import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { expireAllOf, revokeAllOf } from '../../queries/access-endings.ts'
import type { GrantsOf } from '../../queries/access-endings.ts'
import { recordAll } from '../audit/record.ts'
import type { Happening } from '../audit/record.ts'
import { expiryOf } from './tell-of-grant.ts'

/** Revokes every live grant of a person or on a customer who goes. @returns how many */
export async function endAllAccess(
  tx: Transaction,
  ctx: Context,
  { of, reason }: { of: GrantsOf; reason: string },
): Promise<number> {
  const by = ctx.principal.userId
  const [expired, revoked] = await tx.batch([expireAllOf(of, ctx.now), revokeAllOf(of, { by, reason, now: ctx.now })])
  const happened: Happening[] = [
    ...expired.map(expiryOf),
    ...revoked.map(({ id, customerOrgId, technicianId }) => ({
      action: 'access.revoked' as const,
      orgId: customerOrgId,
      resource: { type: 'grant', id },
      description: `Revoked access: ${reason}`,
      details: { technicianId },
    })),
  ]
  if (happened.length > 0) await tx.run(recordAll(ctx, happened))
  return revoked.length
}
