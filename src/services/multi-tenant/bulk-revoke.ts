import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found } from '../../errors/refusal.ts'
import { isLive } from '../../policy/grant-rules.ts'
import { markRevoked } from '../../queries/access-grants.ts'
import { lockProviderPerson, lockWholeCustomer } from '../../queries/access-parties.ts'
import { lockGrants } from '../../queries/access-sets.ts'
import type { BulkRevocation, BulkRevoke } from '../../types/bulk-revocation.ts'
import type { Grant } from '../../types/grant.ts'
import { recordAll } from '../audit/record.ts'
import { revocationOf } from './tell-of-grant.ts'

/** One act however many there are, with an event for each. Of a person or a customer none slips through that is given meanwhile. */
export async function bulkRevoke(ctx: Context, asked: BulkRevoke): Promise<BulkRevocation> {
  const results = await ctx.db.transaction(async (tx) => {
    const grants = await lockAsked(tx, ctx, asked)
    const live = grants.filter(({ status }) => isLive(status))
    if (!asked.dryRun && live.length > 0) await tx.batch(revocations(ctx, live, asked))
    return asked.accessIds ? resultsFor(asked.accessIds, grants) : resultsFor(idsOf(live), live)
  })
  if (!asked.dryRun) ctx.standing.changed()
  const revoked = results.filter(({ status }) => status === 'revoked').length
  return { results, summary: { requested: results.length, revoked, failed: results.length - revoked } }
}

async function lockAsked(tx: Transaction, ctx: Context, asked: BulkRevoke): Promise<Grant[]> {
  const { accessIds: ids = [], technicianId, customerOrgId } = asked
  if (technicianId !== undefined)
    return allOf(tx, lockProviderPerson(technicianId), lockGrants({ technicianId }, ctx.now))
  if (customerOrgId !== undefined)
    return allOf(tx, lockWholeCustomer(customerOrgId), lockGrants({ customerOrgId }, ctx.now))
  return tx.run(lockGrants({ ids }, ctx.now))
}

async function allOf(
  tx: Transaction,
  party: Statement<{ id: string } | null>,
  grants: Statement<Grant[]>,
): Promise<Grant[]> {
  const [known, held] = await tx.batch([party, grants])
  found(known)
  return held
}

function revocations(ctx: Context, live: readonly Grant[], { reason }: BulkRevoke): Statement<unknown>[] {
  const revocation = {
    status: 'revoked',
    revokedAt: ctx.now.toISOString(),
    revokedBy: ctx.principal.userId,
    revokedReason: reason,
  } as const
  const events = live.map((grant) => ({ ...revocationOf(grant, revocation), riskFactors: ['bulk_revocation'] }))
  return [markRevoked(idsOf(live), revocation), recordAll(ctx, events)]
}

const idsOf = (grants: readonly Grant[]): string[] => grants.map(({ id }) => id)

function resultsFor(ids: readonly string[], grants: readonly Grant[]): BulkRevocation['results'] {
  const known = new Map(grants.map((grant) => [grant.id, grant]))
  return ids.map((accessId) => ({ accessId, status: resultOf(known.get(accessId)) }))
}

function resultOf(grant: Grant | undefined): BulkRevocation['results'][number]['status'] {
  if (grant === undefined) return 'not_found'
  return isLive(grant.status) ? 'revoked' : 'already_revoked'
}
