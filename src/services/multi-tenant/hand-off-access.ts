import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, invalid, Refusal } from '../../errors/refusal.ts'
import { mayBeGranted, mayDecideAbout } from '../../policy/grant-duties.ts'
import { insertGrants, markRevoked, updateGrants } from '../../queries/access-grants.ts'
import { lockCustomersOf, lockHolders } from '../../queries/access-parties.ts'
import type { PossibleGrantee } from '../../queries/access-parties.ts'
import { lockGrants, markExpiredAll } from '../../queries/access-sets.ts'
import type { Grantee } from '../../types/grant.ts'
import type { HandOff, HandOffAccess } from '../../types/hand-off.ts'
import { recordAll } from '../audit/record.ts'
import { planHandOff } from './plan-hand-off.ts'
import type { HandOffPlan, Move } from './plan-hand-off.ts'
import { expiryOf } from './tell-of-grant.ts'
import { handOffOf } from './tell-of-hand-off.ts'

/**
 * All of it or nothing. Everybody locks people first, then customers, then grants, each in the order of their ids: of several who
 * hand over the same grants one does, and the others find nothing left.
 */
export async function handOffAccess(ctx: Context, asked: HandOffAccess): Promise<HandOff> {
  if (asked.fromTechnicianId === asked.toTechnicianId) throw invalid('toTechnicianId', 'Must be somebody else')
  if (asked.toTechnicianId === ctx.principal.userId) throw new Refusal('forbidden')
  const plan = await ctx.db.transaction(async (tx) => {
    const made = await planned(tx, ctx, asked)
    if (!asked.dryRun && made.moves.length > 0) await tx.batch(changes(ctx, made, asked))
    return made
  })
  if (!asked.dryRun) ctx.standing.changed()
  return {
    transferred: plan.moves.map((move) => toldOf(move, asked)),
    skipped: [...plan.skipped],
    dryRun: asked.dryRun,
  }
}

async function planned(tx: Transaction, ctx: Context, asked: HandOffAccess): Promise<HandOffPlan> {
  const { fromTechnicianId, toTechnicianId, customerOrgIds } = asked
  const technicianIds = [fromTechnicianId, toTechnicianId]
  const [people, customers] = await tx.batch([
    lockHolders(technicianIds),
    lockCustomersOf(fromTechnicianId, customerOrgIds),
  ])
  const receiver = receiverOf(ctx, people, asked)
  const grants = await tx.run(lockGrants({ technicianIds, customerOrgIds: customers.map(({ id }) => id) }, ctx.now))
  return planHandOff(ctx, { grants, receiver }, asked)
}

function receiverOf({ principal }: Context, people: readonly PossibleGrantee[], asked: HandOffAccess): Grantee {
  const [from, to] = [asked.fromTechnicianId, asked.toTechnicianId].map((id) =>
    found(people.find((person) => person.id === id) ?? null),
  ) as [PossibleGrantee, PossibleGrantee]
  if (from.orgType !== 'mss_provider') throw new Refusal('not_found')
  const { status, orgType, ...receiver } = to
  if (!mayBeGranted({ status, orgType, role: receiver.role })) throw new Refusal('grantee_not_eligible')
  if (![from, receiver].every((person) => mayDecideAbout(principal, person))) throw new Refusal('forbidden')
  return receiver as Grantee
}

function changes(ctx: Context, { moves, overtaken }: HandOffPlan, asked: HandOffAccess): Statement<unknown>[] {
  const created = moves.filter(({ held }) => held === null)
  const widened = moves.filter(({ held, target }) => held !== null && held !== target)
  const revocation = {
    revokedAt: ctx.now.toISOString(),
    revokedBy: ctx.principal.userId,
    revokedReason: asked.reason,
  }
  const given = asked.maintainOriginalAccess ? [] : moves.map(({ source }) => source.id)
  return [
    markRevoked(given, revocation),
    markExpiredAll(
      overtaken.map(({ id }) => id),
      ctx.now,
    ),
    insertGrants(created.map(({ target }) => target)),
    updateGrants(
      widened.map(({ target }) => target),
      ctx.now,
    ),
    recordAll(ctx, [...overtaken.map(expiryOf), ...moves.flatMap((move) => handOffOf(move, asked))]),
  ]
}

const toldOf = ({ source, held, target }: Move, { dryRun }: HandOffAccess): HandOff['transferred'][number] => ({
  customerOrgId: source.customerOrgId,
  fromGrantId: source.id,
  toGrantId: held === null && dryRun ? null : target.id,
  outcome: held === null ? 'created' : 'merged',
})
