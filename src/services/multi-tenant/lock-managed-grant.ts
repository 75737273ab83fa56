import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { mayDecideAbout } from '../../policy/grant-duties.ts'
import { isLive } from '../../policy/grant-rules.ts'
import { lockGrant } from '../../queries/access-grants.ts'
import type { Grant } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'
import { requireVersion } from './require-version.ts'

/** A live grant that the caller may decide about, kept as it is until the transaction ends. */
export async function lockManagedGrant(tx: Transaction, ctx: Context, accessId: string): Promise<Versioned<Grant>> {
  const grant = found(await tx.run(lockGrant(accessId, ctx.now)))
  if (!mayDecideAbout(ctx.principal, grant.technician)) throw new Refusal('forbidden')
  requireVersion(ctx, grant)
  if (!isLive(grant.status)) throw new Refusal('grant_not_active')
  return grant
}
