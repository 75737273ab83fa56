import type { Context } from '../../context.ts'
import { decideAccess } from '../../policy/grant-rules.ts'
import { listAccessFactsOfTechnician } from '../../queries/access.ts'

/** The customers whom the caller, a technician, may read now and from here. */
export async function customersInReach(ctx: Context): Promise<string[]> {
  const { now, address, principal } = ctx
  const customers = await ctx.db.run(listAccessFactsOfTechnician(principal.userId))
  return customers
    .filter(
      ({ grants, customerActive, technicianActive }) =>
        decideAccess(grants, { now, address, level: 'read_only', customerActive, technicianActive }).allowed,
    )
    .map(({ customerOrgId }) => customerOrgId)
}
