import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../context.ts'
import { invalid, Refusal } from '../../errors/refusal.ts'
import { widens } from '../../policy/grant-rules.ts'
import { changesKind, faultsOfTerms } from '../../policy/grant-terms.ts'
import { updateGrants } from '../../queries/access-grants.ts'
import type { Grant, UpdateAccess } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { asWritten } from './as-written.ts'
import { factsOf } from './facts-of-grant.ts'
import { lockManagedGrant } from './lock-managed-grant.ts'
import { changeOf } from './tell-of-grant.ts'

/** The grant is locked while it is read and changed, so that of two managers' changes neither is lost. */
export async function updateAccess(ctx: Context, accessId: string, input: UpdateAccess): Promise<Versioned<Grant>> {
  const updated = await ctx.db.transaction(async (tx) => {
    const before = await lockManagedGrant(tx, ctx, accessId)
    const after = { ...before, ...input }
    checkMayBecome(ctx, before, after)
    const changed = changedFields(before, after, input)
    if (changed.length === 0) return before
    const [written] = await tx.batch([updateGrants([after], ctx.now), record(ctx, changeOf(before, after, changed))])
    return asWritten(after, written)
  })
  ctx.standing.changed()
  return updated
}

function checkMayBecome(ctx: Context, before: Grant, after: Grant): void {
  if (changesKind(before.accessLevel, after.accessLevel)) {
    throw invalid('accessLevel', 'Must not make an emergency of another grant, nor another grant of an emergency')
  }
  const terms = factsOf(after)
  const faults = faultsOfTerms({ ...terms, reason: after.reason }, ctx.now)
  if (faults.length > 0) throw new Refusal('validation_failed', faults)
  const isOwn = before.technicianId === ctx.principal.userId
  if (isOwn && widens(factsOf(before), terms)) throw new Refusal('forbidden')
}

type Field = keyof UpdateAccess

const changedFields = (before: Grant, after: Grant, input: UpdateAccess): Field[] =>
  (Object.keys(input) as Field[]).filter((field) => !isDeepStrictEqual(before[field], after[field]))
