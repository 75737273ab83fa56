import { list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { MatrixCell, MatrixCustomer } from '../types/access-matrix.ts'
import type { Grantee } from '../types/grant.ts'
import type { Paging } from '../types/page.ts'
import type { AccessLevel, GrantStatus, Role } from '../types/vocabulary.ts'
import { inStatus, statusAt } from './access-shape.ts'
import type { Viewer } from './access-shape.ts'
import { contains, oneOf } from './search.ts'

export interface WholeMatrix {
  readonly viewer: Viewer
  readonly now: Date
  readonly granteeRoles: readonly Role[]
  readonly technicianIds?: readonly string[] | undefined
  readonly customerOrgIds?: readonly string[] | undefined
  readonly accessLevel?: AccessLevel | undefined
  readonly status: GrantStatus
  readonly search?: string | undefined
  /** Where they could be looked up: no other customer has the words. */
  readonly customersSaying?: readonly string[] | null
}

export interface MatrixWindow extends WholeMatrix {
  readonly technicianPaging: Paging
  readonly customerPaging: Paging
}

const among = (column: Sql<unknown>, ids: readonly string[] | undefined): Sql<unknown> =>
  ids === undefined ? sql`true` : sql`${column} = any (${ids}::uuid[])`

export const cellMatches = ({ accessLevel, status, now }: WholeMatrix): Sql<unknown> => sql`
  ${inStatus(status, now)} and ${accessLevel === undefined ? sql`true` : sql`g.access_level = ${accessLevel}`}`

const possibleTechnicians = ({ granteeRoles, technicianIds }: WholeMatrix): Sql<unknown> => sql`
  select u.id, u.first_name, u.last_name, u.email, u.role, u.name_normal
    from users u
   where u.org_type = 'mss_provider' and u.status = 'active' and u.role = any (${granteeRoles}::text[])
     and ${among(sql`u.id`, technicianIds)}`

/** Staff see every customer; a technician those of their own cells. */
function possibleCustomers(window: WholeMatrix): Sql<unknown> {
  const { viewer, customerOrgIds } = window
  if (viewer === 'staff') {
    return sql`
      select o.id, o.name, o.status, o.name_normal from organizations o
       where o.type = 'customer' and o.status <> 'deleted' and ${among(sql`o.id`, customerOrgIds)}`
  }
  return sql`
    select c.id, c.name, c.status, c.name_normal from granted_customers() c
     where c.status <> 'deleted' and ${among(sql`c.id`, customerOrgIds)}
       and exists (select from technician_customer_access g where g.customer_org_id = c.id and ${cellMatches(window)})`
}

interface Axis {
  readonly all: Sql<unknown>
  /** Those of them whose name has the words. */
  readonly saying: (words: string) => Sql<unknown>
}

const technicians = (window: WholeMatrix): Axis => ({
  all: possibleTechnicians(window),
  saying: (words) => sql`select * from (${possibleTechnicians(window)}) p where ${contains(sql`p.name_normal`, words)}`,
})

const customers = (window: WholeMatrix): Axis => ({
  all: possibleCustomers(window),
  saying: (words) => sql`
    select * from (${possibleCustomers(window)}) p
     where ${window.customersSaying ? oneOf(sql`p.id`, window.customersSaying) : sql`true`} and ${contains(sql`p.name_normal`, words)}`,
})

/** The words narrow the axis that has them; an axis without is left whole for the other's sake. */
const found = (axis: Axis, other: Axis, words: string | undefined): Sql<unknown> =>
  words === undefined
    ? axis.all
    : sql`
      with saying as (${axis.saying(words)})
      select * from saying
      union all
      select * from (${axis.all}) p where not exists (select from saying) and exists (select from (${other.saying(words)}) y)`

export const technicianAxis = (window: WholeMatrix): Sql<unknown> =>
  found(technicians(window), customers(window), window.search)
export const customerAxis = (window: WholeMatrix): Sql<unknown> =>
  found(customers(window), technicians(window), window.search)

const pageOf = (axis: Sql<unknown>, { limit, offset }: Paging): Sql<unknown> =>
  sql`select * from (${axis}) a order by a.name_normal, a.id limit ${limit} offset ${offset}`

export const listMatrixTechnicians = (window: MatrixWindow): Statement<Grantee[]> =>
  list(sql<Grantee>`
    select id, first_name as "firstName", last_name as "lastName", email, role
      from (${pageOf(technicianAxis(window), window.technicianPaging)}) t`)

export const listMatrixCustomers = (window: MatrixWindow): Statement<MatrixCustomer[]> =>
  list(sql<MatrixCustomer>`select id, name, status from (${pageOf(customerAxis(window), window.customerPaging)}) c`)

/** Only cells that exist are read: those of the window's technicians, of which the window's customers remain. */
export const listMatrixCells = (window: MatrixWindow): Statement<MatrixCell[]> =>
  list(sql<MatrixCell>`
    select g.id, g.technician_id as "technicianId", g.customer_org_id as "customerOrgId", g.access_level as "accessLevel",
           ${statusAt(window.now)} as status, g.starts_at as "startsAt", g.expires_at as "expiresAt", g.last_used_at as "lastUsedAt",
           num_nonnulls(g.allowed_services, g.ip_restrictions, g.time_restrictions) > 0 as restricted
      from technician_customer_access g
      join (${pageOf(technicianAxis(window), window.technicianPaging)}) t on t.id = g.technician_id
      join (${pageOf(customerAxis(window), window.customerPaging)}) c on c.id = g.customer_org_id
     where ${cellMatches(window)}
     order by t.name_normal, t.id, c.name_normal, c.id, g.granted_at desc, g.id`)

export const countMatrixAxes = (window: MatrixWindow): Statement<{ technicians: number; customers: number }> =>
  one(sql<{ technicians: number; customers: number }>`
    select (select count(*) from (${technicianAxis(window)}) t) as technicians,
           (select count(*) from (${customerAxis(window)}) c) as customers`)
