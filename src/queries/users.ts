import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { Paging } from '../types/page.ts'
import type { Tenant } from '../types/tenant.ts'
import type { User } from '../types/user.ts'
import type { Versioned } from '../types/versioned.ts'
import type { OrganizationStatus, OrganizationType } from '../types/vocabulary.ts'
import { assignments } from './assignments.ts'
import { contains, MOST_NAMED, oneOf } from './search.ts'

export const userColumns = sql`
  u.id, u.org_id as "organizationId", u.email, u.first_name as "firstName", u.last_name as "lastName", u.role, u.status,
  u.mfa_enabled as "mfaEnabled", u.timezone, u.last_login_at as "lastLoginAt", u.created_at as "createdAt", u.updated_at as "updatedAt"`

/** Deleted ones too. */
export const findUser = (id: string): Statement<Versioned<User> | null> =>
  find(sql<Versioned<User>>`select ${userColumns}, u.version from users u where u.id = ${id}`)

/** Of a deleted person too. */
export const findTenantOfUser = (id: string): Statement<Tenant | null> =>
  find(sql<Tenant>`select org_id as "orgId", org_type as "orgType", id as "userId" from users where id = ${id}`)

export interface UserFilter {
  /** Null: of every organization that the scope shows. */
  readonly orgId: string | null
  /** Null or absent: whoever they are. */
  readonly ids?: readonly string[] | null
  readonly role?: string | undefined
  readonly status?: string | undefined
  readonly search?: string | undefined
  /** Whether asking for the deleted ones finds them; who does not ask never gets them. */
  readonly mayFindDeleted: boolean
  /** Whether the search leaves e-mail addresses alone. */
  readonly namesOnly?: boolean
}

const matching = ({ orgId, ids, role, status, search, mayFindDeleted, namesOnly }: UserFilter): Sql<unknown> => sql`
  ${orgId === null ? sql`true` : sql`u.org_id = ${orgId}`}
  and ${ids ? oneOf(sql`u.id`, ids) : sql`true`}
  and ${role === undefined ? sql`true` : sql`u.role = ${role}`}
  and ${status === undefined ? sql`true` : sql`u.status = ${status}`}
  and ${mayFindDeleted && status !== undefined ? sql`true` : sql`u.status <> 'deleted'`}
  and ${search === undefined ? sql`true` : saying(search, namesOnly)}`

const saying = (words: string, namesOnly = false): Sql<boolean> =>
  namesOnly
    ? contains(sql`u.name_normal`, words)
    : sql`(${contains(sql`u.name_normal`, words)} or ${contains(sql`u.email_normal`, words)})`

/** Who has never signed in comes before all who have. */
const userOrder = {
  name: sql`u.name_normal, u.email_normal, u.id`,
  '-name': sql`u.name_normal desc, u.email_normal desc, u.id desc`,
  email: sql`u.email_normal, u.id`,
  '-email': sql`u.email_normal desc, u.id desc`,
  createdAt: sql`u.created_at, u.id`,
  '-createdAt': sql`u.created_at desc, u.id desc`,
  lastLoginAt: sql`u.last_login_at nulls first, u.id`,
  '-lastLoginAt': sql`u.last_login_at desc nulls last, u.id desc`,
} as const

export type UserSort = keyof typeof userOrder

export const listUsers = (filter: UserFilter, sort: UserSort, { limit, offset }: Paging): Statement<User[]> =>
  list(sql<User>`
    select ${userColumns} from users u
     where ${matching(filter)}
     order by ${userOrder[sort]}
     limit ${limit} offset ${offset}`)

export const countUsers = (filter: UserFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select count(*) as total from users u where ${matching(filter)}`)

/** For staff: those who have the words in name or address; null when there are too many to name. */
export const findUsersSaying = (words: string): Statement<{ ids: string[] | null }> =>
  one(sql<{ ids: string[] | null }>`select find_users(${words}, ${MOST_NAMED}) as ids`)

/** The accepted account that holds the address: in one organization, or in any that the scope shows. */
export const findAccountByEmail = (email: string, orgId: string | null): Statement<{ id: string } | null> =>
  find(sql<{ id: string }>`
    select u.id from users u
     where u.email_normal = lower(btrim(${email}::text)) and u.status in ('active', 'suspended')
       and ${orgId === null ? sql`true` : sql`u.org_id = ${orgId}`}`)

/** Whoever has the address in an organization, also who has not accepted yet. */
export const findMemberByEmail = (email: string, orgId: string): Statement<User | null> =>
  find(sql<User>`
    select ${userColumns} from users u
     where u.org_id = ${orgId} and u.email_normal = lower(btrim(${email}::text)) and u.status <> 'deleted'`)

export interface NewUser extends User {
  readonly orgType: OrganizationType
  readonly createdBy: string | null
}

/** @throws the constraint `users_email_in_organization` */
export const insertUser = (user: NewUser): Statement<number> =>
  execute(sql`
    insert into users (id, org_id, org_type, email, first_name, last_name, role, status, timezone, created_by, created_at, updated_at)
    values (${user.id}, ${user.organizationId}, ${user.orgType}, ${user.email}, ${user.firstName}, ${user.lastName}, ${user.role},
            ${user.status}, ${user.timezone}, ${user.createdBy}, ${user.createdAt}, ${user.updatedAt})`)

export interface ManagedUser extends User {
  readonly orgType: OrganizationType
  readonly orgStatus: OrganizationStatus
  readonly organizationName: string
}

/** As it is and stays until the transaction ends; a deleted person is not there. */
export const lockUser = (id: string): Statement<Versioned<ManagedUser> | null> =>
  find(sql<Versioned<ManagedUser>>`
    select ${userColumns}, u.version, u.org_type as "orgType", o.status as "orgStatus", o.name as "organizationName"
      from users u join organizations o on o.id = u.org_id
     where u.id = ${id} and u.status <> 'deleted'
       for no key update of u`)

/**
 * The active administrators of a person's organization. Whoever may take one away locks them first, in order: one at a time, so that
 * the last one stays.
 */
export const lockAdministratorsAround = (userId: string): Statement<{ id: string }[]> =>
  list(sql<{ id: string }>`
    select id from users
     where org_id = (select org_id from users where id = ${userId}) and role in ('admin', 'super_admin') and status = 'active'
     order by id
       for no key update`)

export type UserChange = Partial<Pick<User, 'email' | 'firstName' | 'lastName' | 'timezone' | 'role' | 'status'>>

/** @throws the constraints `users_email_accepted`, `users_email_in_organization` */
export const changeUser = (
  id: string,
  { firstName, lastName, ...rest }: UserChange,
  now: Date,
): Statement<{ version: number }> =>
  one(sql<{ version: number }>`
    update users set ${assignments({ ...rest, first_name: firstName, last_name: lastName })}, updated_at = ${now}
     where id = ${id}
    returning version`)

export const deleteUsersOf = (orgId: string, now: Date): Statement<number> =>
  execute(sql`update users set status = 'deleted', updated_at = ${now} where org_id = ${orgId} and status <> 'deleted'`)
