import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { findGrant } from '../../queries/access-grants.ts'
import type { Grant } from '../../types/grant.ts'
import type { Versioned } from '../../types/versioned.ts'

export const getAccess = async (ctx: Context, accessId: string): Promise<Versioned<Grant>> =>
  found(await ctx.db.run(findGrant(accessId, ctx.now)))
