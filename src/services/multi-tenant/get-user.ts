import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { findUser } from '../../queries/users.ts'
import type { User } from '../../types/user.ts'
import type { Versioned } from '../../types/versioned.ts'

/** A deleted person is found by who sees everybody, as in the lists. */
export async function getUser(ctx: Context, id: string): Promise<Versioned<User>> {
  const user = found(await ctx.db.run(findUser(id)))
  if (user.status === 'deleted' && !ctx.reach.includes('any')) throw new Refusal('not_found')
  return user
}
