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

const ROW = 2 ** 32

/** `rowOffsets[n]` is how many cells the rows before it have. */
function compressed({ cells, technicians, customers, version }: MatrixCells): CompactMatrix {
  const sorted = Float64Array.from(cells).sort()
  const rowOffsets: number[] = []
  for (let row = 0, before = 0; row <= technicians.length; row++) {
    while (before < sorted.length && (sorted[before] ?? 0) < row * ROW) before++
    rowOffsets.push(before)
  }
  const marks = Array.from(sorted, (cell) => cell % ROW)
  return {
    technicians,
    customers,
    rowOffsets,
    customerIndex: marks.map((mark) => mark >>> 6),
    level: marks.map((mark) => (mark >>> 4) & 3),
    flags: marks.map((mark) => mark & 15),
    version,
  }
}
