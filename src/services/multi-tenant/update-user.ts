import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, invalid, Refusal } from '../../errors/refusal.ts'
import { mayBeGranted } from '../../policy/grant-duties.ts'
import { mayManage, roleFits } from '../../policy/role-ladder.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import { lockUser, updateProfile, updateUser as write } from '../../queries/users.ts'
import type { ManagedUser } from '../../queries/users.ts'
import type { UpdateUser, User } from '../../types/user.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import type { Happening } from '../audit/record.ts'
import { endAllAccess } from './end-all-access.ts'
import { lockManagedUser } from './lock-managed-user.ts'
import type { Managed } from './lock-managed-user.ts'
import { requireVersion } from './require-version.ts'

/** People change their own name and time zone; who manages them, also address, role and status. */
export async function updateUser(ctx: Context, userId: string, input: UpdateUser): Promise<Versioned<User>> {
  const isSelf = userId === ctx.principal.userId
  const updated = await ctx.db.transaction((tx) =>
    isSelf ? updateSelf(tx, ctx, input) : updateOther(tx, ctx, { userId, input }),
  )
  ctx.standing.changed()
  return updated
}

async function updateSelf(tx: Transaction, ctx: Context, input: UpdateUser): Promise<Versioned<User>> {
  if (input.role !== undefined || input.status !== undefined || input.email !== undefined)
    throw new Refusal('forbidden')
  const before = found(await tx.run(lockUser(ctx.principal.userId)))
  requireVersion(ctx, before)
  const after = changed(ctx, before, input)
  const [{ version }] = await tx.batch([updateProfile(after), record(ctx, eventOf({ before, after }))])
  return { ...after, version }
}

async function updateOther(
  tx: Transaction,
  ctx: Context,
  { userId, input }: { userId: string; input: UpdateUser },
): Promise<Versioned<User>> {
  const managed = await lockManagedUser(tx, ctx, userId)
  const before = managed.user
  const after = changed(ctx, before, input)
  checkMayBecome(ctx, managed, after)
  const [{ version }] = await tx.batch([write(after), record(ctx, eventOf({ before, after }))])
  await endWhatWasHeld(tx, ctx, { before, after })
  return { ...after, version }
}

const changed = <U extends User>({ now }: Context, before: U, input: UpdateUser): U => ({
  ...before,
  ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
  updatedAt: now.toISOString(),
})

function checkMayBecome(
  { principal }: Context,
  { user: before, isLastAdministrator }: Managed,
  after: ManagedUser,
): void {
  if (!roleFits(before.orgType, after.role)) throw invalid('role', 'Must be a role of the type of the organization')
  if (!mayManage(principal.role, after.role)) throw new Refusal('forbidden')
  if (before.status === 'invited' && after.status !== 'invited') throw new Refusal('invitation_pending')
  const staysAdministrator = after.role === before.role && after.status === 'active'
  if (isLastAdministrator && !staysAdministrator) throw new Refusal('last_admin')
}

interface Change {
  readonly before: User
  readonly after: User & Pick<ManagedUser, 'orgType'>
}

/** A new role or status ends the sessions; a role that no access can be granted to ends the access too. */
async function endWhatWasHeld(tx: Transaction, ctx: Context, { before, after }: Change): Promise<void> {
  if (before.role === after.role && before.status === after.status) return
  const { organizationId: orgId, id: userId, orgType, role } = after
  await tx.run(revokeAllSessions({ orgId, userId }, { reason: 'role_or_status_changed', now: ctx.now }))
  if (orgType === 'customer' || mayBeGranted({ status: 'active', orgType, role })) return
  await endAllAccess(tx, ctx, { of: { technicianId: userId }, reason: 'the role changed' })
}

type Field = keyof UpdateUser
const fields: readonly Field[] = ['firstName', 'lastName', 'timezone', 'email', 'role', 'status']

function eventOf({ before, after }: { before: User; after: User }): Happening {
  const changedFields = fields.filter((field) => before[field] !== after[field])
  const only = (user: User) => Object.fromEntries(changedFields.map((field) => [field, user[field]]))
  return {
    action: actionOf(before, after),
    orgId: after.organizationId,
    resource: { type: 'user', id: after.id },
    description: `Changed ${changedFields.join(', ') || 'nothing'} of ${before.email}`,
    changes: { before: only(before), after: only(after) },
  }
}

function actionOf(before: User, after: User): Happening['action'] {
  if (before.role !== after.role) return 'user.role_changed'
  if (before.status === after.status) return 'user.updated'
  return after.status === 'suspended' ? 'user.suspended' : 'user.reactivated'
}
