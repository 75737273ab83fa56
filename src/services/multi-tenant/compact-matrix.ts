import type { Context } from '../../context.ts'
import { granteeRoles } from '../../policy/grant-duties.ts'
import { isKnown } from '../../policy/preconditions.ts'
import { scopeOf } from '../../policy/scope-of.ts'
import { findMatrixVersion, readMatrix } from '../../queries/access-matrix-compact.ts'
import type { MatrixCells } from '../../queries/access-matrix-compact.ts'
import type { CompactMatrix } from '../../types/access-matrix.ts'

const nothing = { technicians: [], customers: [], rowOffsets: [], customerIndex: [], level: [], flags: [] }

/** The whole matrix as compressed sparse rows. To who has it already it names the version and nothing else. */
export async function compactMatrix(ctx: Context, known: string | undefined): Promise<CompactMatrix> {
  const { principal, reach, db, now } = ctx
  const whole = {
    viewer: scopeOf(principal, null).as,
    now,
    granteeRoles,
    technicianIds: reach.includes('self') ? [principal.userId] : undefined,
    status: 'active',
  } as const
  if (known !== undefined) {
    const { version } = await db.run(findMatrixVersion(whole))
    if (isKnown(known, version)) return { ...nothing, version }
  }
  return compressed(await db.run(readMatrix(whole)))
}

/** `rowOffsets[n]` is how many grants the rows before it have. */
function compressed({ rowIndex, ...matrix }: MatrixCells): CompactMatrix {
  const rowOffsets: number[] = []
  let before = 0
  for (let row = 0; row <= matrix.technicians.length; row++) {
    while ((rowIndex[before] ?? Infinity) < row) before++
    rowOffsets.push(before)
  }
  return { ...matrix, rowOffsets }
}
