import type { Context } from '../../context.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { mayManage } from '../../policy/role-ladder.ts'
import { lockAdministratorsAround, lockUser } from '../../queries/users.ts'
import type { ManagedUser } from '../../queries/users.ts'
import type { Versioned } from '../../types/versioned.ts'
import { requireVersion } from './require-version.ts'

export interface Managed {
  readonly user: Versioned<ManagedUser>
  /** Whether the organization would be without an active administrator, were it not for this person. */
  readonly isLastAdministrator: boolean
}

/** A person whom the caller manages, kept as they are until the transaction ends. Nobody manages themselves. */
export async function lockManagedUser(tx: Transaction, ctx: Context, userId: string): Promise<Managed> {
  if (userId === ctx.principal.userId) throw new Refusal('forbidden')
  const [administrators, locked] = await tx.batch([lockAdministratorsAround(userId), lockUser(userId)])
  const user = found(locked)
  if (!mayManage(ctx.principal.role, user.role)) throw new Refusal('forbidden')
  requireVersion(ctx, user)
  return { user, isLastAdministrator: administrators.length === 1 && administrators[0]?.id === userId }
}
