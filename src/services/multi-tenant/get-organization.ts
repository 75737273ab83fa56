import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { findOrganization } from '../../queries/organizations.ts'
import type { Organization } from '../../types/organization.ts'
import type { Versioned } from '../../types/versioned.ts'

export const getOrganization = async (ctx: Context, id: string): Promise<Versioned<Organization>> =>
  found(await ctx.db.run(findOrganization(id)))
