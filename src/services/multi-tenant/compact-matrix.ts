import type { Context } from '../../context.ts'
import { encodeMatrix } from '../../stores/matrix-memory.ts'
import type { EncodedMatrix } from '../../types/access-matrix.ts'
import { matrixAxes } from './matrix-axes.ts'

/** The whole matrix as compressed sparse rows: names from the database when one has changed, grants from memory. */
export async function compactMatrix(ctx: Context): Promise<EncodedMatrix> {
  const { reach, standing, now } = ctx
  const grants = await standing.grants.known(0)
  const axes = await matrixAxes(ctx, grants)
  return reach.includes('self') ? encodeMatrix(grants, axes, now) : standing.matrix.encode(grants, axes, now)
}
