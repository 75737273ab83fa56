import type { Context } from '../../context.ts'
import { granteeRoles } from '../../policy/grant-duties.ts'
import { scopeOf } from '../../policy/scope-of.ts'
import {
  countMatrixAxes,
  listMatrixCells,
  listMatrixCustomers,
  listMatrixTechnicians,
} from '../../queries/access-matrix.ts'
import { findOrganizationsSaying } from '../../queries/organizations.ts'
import type { AccessMatrix, AccessMatrixQuery } from '../../types/access-matrix.ts'
import { pagingOf } from '../../types/page.ts'

/** Any window: axes and cells in one flight, after the look for words that staff search for. */
export async function matrixFromTables(ctx: Context, query: AccessMatrixQuery): Promise<AccessMatrix> {
  const window = {
    viewer: scopeOf(ctx.principal, null).as,
    now: ctx.now,
    granteeRoles,
    technicianIds: rowsFor(ctx, query),
    customerOrgIds: query.customerOrgId,
    accessLevel: query.accessLevel,
    status: query.status,
    search: query.search,
    customersSaying: await customersSaying(ctx, query),
    technicianPaging: pagingOf({ page: query.technicianPage, limit: query.technicianLimit }),
    customerPaging: pagingOf({ page: query.customerPage, limit: query.customerLimit }),
  }
  const [technicians, customers, grants, axes] = await ctx.db.batch([
    listMatrixTechnicians(window),
    listMatrixCustomers(window),
    listMatrixCells(window),
    countMatrixAxes(window),
  ])
  return { technicians, customers, grants, totals: { ...axes, grants: grants.length } }
}

/** Who sees only themselves has one row at most. */
function rowsFor({ principal, reach }: Context, { technicianId }: AccessMatrixQuery): string[] | undefined {
  if (!reach.includes('self')) return technicianId
  return technicianId === undefined || technicianId.includes(principal.userId) ? [principal.userId] : []
}

async function customersSaying({ db, reach }: Context, { search }: AccessMatrixQuery): Promise<string[] | null> {
  if (search === undefined || !reach.includes('any')) return null
  const { ids } = await db.run(findOrganizationsSaying(search))
  return ids
}
