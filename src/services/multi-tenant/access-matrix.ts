import type { Context } from '../../context.ts'
import type { AccessMatrix, AccessMatrixQuery, EncodedMatrix } from '../../types/access-matrix.ts'
import { compactMatrix } from './compact-matrix.ts'
import { isInMemory, matrixFromMemory } from './matrix-from-memory.ts'
import { matrixFromTables } from './matrix-from-tables.ts'

/** A window of it, or the whole in the compact view. */
export function accessMatrix(ctx: Context, query: AccessMatrixQuery): Promise<AccessMatrix | EncodedMatrix> {
  if (query.view === 'compact') return compactMatrix(ctx)
  return isInMemory(ctx, query) ? matrixFromMemory(ctx, query) : matrixFromTables(ctx, query)
}
