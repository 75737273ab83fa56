import type { Context } from '../../context.ts'
import { granteeRoles } from '../../policy/grant-duties.ts'
import { scopeOf } from '../../policy/scope-of.ts'
import { readMatrixAxes } from '../../queries/access-matrix-axes.ts'
import { placeAxes } from '../../stores/matrix-memory.ts'
import type { GrantTable } from '../../stores/grant-table.ts'
import type { PlacedAxes } from '../../stores/matrix-memory.ts'

/** Who and what is in the matrix for whom the grants are known: staff see all, a technician what they reach. */
export async function matrixAxes(ctx: Context, grants: GrantTable): Promise<PlacedAxes> {
  const { principal, reach, now } = ctx
  const own = reach.includes('self')
  const whole = {
    viewer: scopeOf(principal, null).as,
    now,
    granteeRoles,
    technicianIds: own ? [principal.userId] : undefined,
    status: 'active',
  } as const
  const read = () => ctx.db.run(readMatrixAxes(whole))
  return own ? placeAxes(await read(), grants) : ctx.standing.matrix.axes(grants, read)
}
