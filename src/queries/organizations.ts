import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { Organization } from '../types/organization.ts'
import type { Paging } from '../types/page.ts'
import type { Tenant } from '../types/tenant.ts'
import type { Versioned } from '../types/versioned.ts'
import { assignments } from './assignments.ts'
import { contains, MOST_NAMED, oneOf } from './search.ts'

const columns = sql`o.id, o.name, o.type, o.domain, o.status, o.settings, o.created_at as "createdAt", o.updated_at as "updatedAt",
  o.created_by as "createdBy"`

export const findOrganization = (id: string): Statement<Versioned<Organization> | null> =>
  find(sql<Versioned<Organization>>`select ${columns}, o.version from organizations o where o.id = ${id}`)

export const findTenantOfOrganization = (id: string): Statement<Tenant | null> =>
  find(
    sql<Tenant>`select id as "orgId", type as "orgType", null as "userId" from organizations where id = ${id} and status <> 'deleted'`,
  )

export type OrganizationStanding = Pick<Organization, 'id' | 'name' | 'type' | 'status'>

/** As it is and stays until the transaction ends: nobody suspends or deletes it meanwhile. */
export const lockOrganization = (id: string): Statement<OrganizationStanding | null> =>
  find(sql<OrganizationStanding>`select id, name, type, status from organizations where id = ${id} for share`)

/** For whoever changes it: one at a time, and nobody adds people to it meanwhile. */
export const lockOrganizationToChange = (id: string): Statement<Versioned<Organization> | null> =>
  find(sql<Versioned<Organization>>`
    select ${columns}, o.version from organizations o where o.id = ${id} and o.status <> 'deleted' for no key update`)

export type OrganizationChange = Partial<Pick<Organization, 'name' | 'domain' | 'settings' | 'status'>>

/** @throws the constraints `organizations_name`, `organizations_provider_stays` */
export const changeOrganization = (
  id: string,
  { settings, ...rest }: OrganizationChange,
  now: Date,
): Statement<{ version: number }> =>
  one(sql<{ version: number }>`
    update organizations set ${assignments({ ...rest, settings: settings && JSON.stringify(settings) })}, updated_at = ${now}
     where id = ${id}
    returning version`)

export interface OrganizationFilter {
  /** Null: all that the scope shows. */
  readonly ids: readonly string[] | null
  readonly type?: string | undefined
  readonly status?: string | undefined
  readonly search?: string | undefined
}

/** From so many on, a page is found sooner by walking the sorted index than by looking each of them up. */
const MANY = 1000

/** `is true` keeps the list a hash to look into, where it would become a join. */
const among = (ids: readonly string[]): Sql<unknown> =>
  ids.length < MANY ? oneOf(sql`o.id`, ids) : sql`(o.id in (select unnest(${ids}::uuid[]))) is true`

const matching = ({ ids, type, status, search }: OrganizationFilter): Sql<unknown> => sql`
  ${ids === null ? sql`true` : among(ids)}
  and ${type === undefined ? sql`true` : sql`o.type = ${type}`}
  and ${status === undefined ? sql`o.status <> 'deleted'` : sql`o.status = ${status}`}
  and ${search === undefined ? sql`true` : contains(sql`o.name_normal`, search)}`

const organizationOrder = {
  name: sql`o.name_normal, o.id`,
  '-name': sql`o.name_normal desc, o.id desc`,
  createdAt: sql`o.created_at, o.id`,
  '-createdAt': sql`o.created_at desc, o.id desc`,
} as const

export type OrganizationSort = keyof typeof organizationOrder

export const listOrganizations = (
  filter: OrganizationFilter,
  sort: OrganizationSort,
  { limit, offset }: Paging,
): Statement<Organization[]> =>
  list(sql<Organization>`
    select ${columns} from organizations o
     where ${matching(filter)}
     order by ${organizationOrder[sort]}
     limit ${limit} offset ${offset}`)

/** Of all that the scope shows, the deleted too, in the order of a list by name. */
export const listIdsByName = (): Statement<{ ids: string[] }> =>
  one(sql<{ ids: string[] }>`
    select coalesce(json_agg(o.id order by ${organizationOrder.name}), '[]') as ids from organizations o`)

export const countOrganizations = (filter: OrganizationFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select count(*) as total from organizations o where ${matching(filter)}`)

/** For staff: those that have the words in their name; null when there are too many to name. */
export const findOrganizationsSaying = (words: string): Statement<{ ids: string[] | null }> =>
  one(sql<{ ids: string[] | null }>`select find_organizations(${words}, ${MOST_NAMED}) as ids`)

/** @throws the constraint `organizations_name` */
export const insertOrganization = (organization: Organization): Statement<number> =>
  execute(sql`
    insert into organizations (id, name, type, domain, status, settings, created_by, created_at, updated_at)
    values (${organization.id}, ${organization.name}, ${organization.type}, ${organization.domain}, ${organization.status},
            ${JSON.stringify(organization.settings)}, ${organization.createdBy}, ${organization.createdAt}, ${organization.updatedAt})`)

/** There is one, or none yet. */
export const findProvider = (): Statement<{ id: string } | null> =>
  find(sql<{ id: string }>`select id from organizations where type = 'mss_provider'`)

/** Changes nothing where there is one already, also when another server makes it at this moment. */
export const insertProvider = (provider: Organization): Statement<number> =>
  execute(sql`
    insert into organizations (id, name, type, status, settings, created_by, created_at, updated_at)
    values (${provider.id}, ${provider.name}, 'mss_provider', 'active', '{}', ${provider.createdBy}, ${provider.createdAt},
            ${provider.updatedAt})
        on conflict do nothing`)
