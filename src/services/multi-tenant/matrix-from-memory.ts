import type { Context } from '../../context.ts'
import type { AccessMatrix, AccessMatrixQuery } from '../../types/access-matrix.ts'
import { pagingOf } from '../../types/page.ts'
import { windowCells } from '../../policy/matrix-cells.ts'
import { matrixAxes } from './matrix-axes.ts'

/** Staff's window on live grants. What is over, and names that are searched, only the tables know. */
export const isInMemory = ({ reach }: Context, { status, search }: AccessMatrixQuery): boolean =>
  !reach.includes('self') && search === undefined && (status === 'active' || status === 'scheduled')

export async function matrixFromMemory(ctx: Context, query: AccessMatrixQuery): Promise<AccessMatrix> {
  const known = await ctx.standing.grants.known(0)
  const axes = await matrixAxes(ctx, known)
  const rows = among(axes.technicians, query.technicianId)
  const columns = among(axes.customers, query.customerOrgId)
  const technicians = pageOf(rows, { page: query.technicianPage, limit: query.technicianLimit })
  const customers = pageOf(columns, { page: query.customerPage, limit: query.customerLimit })
  const numbered = customers.map(({ id }) => ({ id, number: known.numberOf(id) }))
  const grants = technicians
    .flatMap(({ id }) => windowCells({ technicianId: id, grants: known.grantsOf(id) }, numbered, ctx.now))
    .filter(({ status, accessLevel }) => status === query.status && accessLevel === (query.accessLevel ?? accessLevel))
  const totals = { technicians: rows.length, customers: columns.length, grants: grants.length }
  return { technicians, customers, grants, totals }
}

function among<T extends { readonly id: string }>(
  axis: readonly T[],
  ids: readonly string[] | undefined,
): readonly T[] {
  if (ids === undefined) return axis
  const wanted = new Set(ids)
  return axis.filter(({ id }) => wanted.has(id))
}

function pageOf<T>(axis: readonly T[], page: Parameters<typeof pagingOf>[0]): T[] {
  const { limit, offset } = pagingOf(page)
  return axis.slice(offset, offset + limit)
}
