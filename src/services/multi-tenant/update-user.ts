import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, invalid, Refusal } from '../../errors/refusal.ts'
import { differences } from '../../policy/differences.ts'
import type { Differences } from '../../policy/differences.ts'
import { inWords } from '../../policy/fields-in-words.ts'
import { mayBeGranted } from '../../policy/grant-duties.ts'
import { mayManage, roleFits } from '../../policy/role-ladder.ts'
import { voidInvitations } from '../../queries/invitations.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import { changeUser, lockUser } from '../../queries/users.ts'
import type { ManagedUser, UserChange } from '../../queries/users.ts'
import type { UpdateUser, User } from '../../types/user.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import type { Happening } from '../audit/record.ts'
import { endAllAccess } from './end-all-access.ts'
import { lockManagedUser } from './lock-managed-user.ts'
import { requireVersion } from './require-version.ts'

/** People change their own name and time zone; who manages them, also address, role and status. */
export async function updateUser(ctx: Context, userId: string, input: UpdateUser): Promise<Versioned<User>> {
  const isSelf = userId === ctx.principal.userId
  const updated = await ctx.db.transaction(async (tx) => {
    const before = isSelf ? await lockSelf(tx, ctx, input) : await lockOther(tx, ctx, { userId, input })
    const changes = differences<UserChange>(before, input)
    if (Object.keys(changes.after).length === 0) return before
    const [{ version }] = await tx.batch([
      changeUser(userId, changes.after, ctx.now),
      record(ctx, eventOf(before, changes)),
    ])
    await endWhatWasHeld(tx, ctx, { before, change: changes.after })
    return { ...before, ...changes.after, updatedAt: ctx.now.toISOString(), version }
  })
  ctx.standing.changed()
  return updated
}

async function lockSelf(tx: Transaction, ctx: Context, input: UpdateUser): Promise<Versioned<ManagedUser>> {
  const { firstName: _first, lastName: _last, timezone: _zone, ...beyond } = input
  if (Object.keys(beyond).length > 0) throw new Refusal('forbidden')
  const self = found(await tx.run(lockUser(ctx.principal.userId)))
  requireVersion(ctx, self)
  return self
}

async function lockOther(
  tx: Transaction,
  ctx: Context,
  { userId, input }: { userId: string; input: UpdateUser },
): Promise<Versioned<ManagedUser>> {
  const { user, isLastAdministrator } = await lockManagedUser(tx, ctx, userId)
  const { role = user.role, status = user.status } = input
  if (!roleFits(user.orgType, role)) throw invalid('role', 'Must be a role of the type of the organization')
  if (!mayManage(ctx.principal.role, role)) throw new Refusal('forbidden')
  if (user.status === 'invited' && status !== 'invited') throw new Refusal('invitation_pending')
  const staysAdministrator = role === user.role && status === 'active'
  if (isLastAdministrator && !staysAdministrator) throw new Refusal('last_admin')
  return user
}

interface Change {
  readonly before: ManagedUser
  readonly change: UserChange
}

/**
 * A new role or status ends the sessions; a role that no access can be granted to ends the access too. Whoever was sent a link that
 * was meant for another address cannot use it.
 */
async function endWhatWasHeld(tx: Transaction, ctx: Context, { before, change }: Change): Promise<void> {
  const { organizationId: orgId, id: userId, orgType, status } = before
  if (status === 'invited' && change.email !== undefined) await tx.run(voidInvitations({ orgId, userId }))
  if (change.role === undefined && change.status === undefined) return
  await tx.run(revokeAllSessions({ orgId, userId }, { reason: 'role_or_status_changed', now: ctx.now }))
  const { role = before.role } = change
  if (orgType === 'customer' || mayBeGranted({ status: 'active', orgType, role })) return
  await endAllAccess(tx, ctx, { of: { technicianId: userId }, reason: 'the role changed' })
}

const eventOf = ({ organizationId, id, email }: User, changes: Differences<UserChange>): Happening => ({
  action: actionOf(changes.after),
  orgId: organizationId,
  resource: { type: 'user', id },
  description: `Changed ${inWords(changes.after)} of ${email}`,
  ...(changes.after.email !== undefined && { riskLevel: 'high', riskFactors: ['sign_in_address_changed'] }),
  changes,
})

function actionOf({ role, status }: UserChange): Happening['action'] {
  if (role !== undefined) return 'user.role_changed'
  if (status === undefined) return 'user.updated'
  return status === 'suspended' ? 'user.suspended' : 'user.reactivated'
}
