import { find, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { OrganizationStatus, OrganizationType, Role, UserStatus } from '../types/vocabulary.ts'

export interface PossibleGrantee {
  readonly id: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly role: Role
  readonly status: UserStatus
  readonly orgType: OrganizationType
}

const people = sql`
  select u.id, u.first_name as "firstName", u.last_name as "lastName", u.email, u.role, u.status, u.org_type as "orgType"
    from users u`

/** Whom a grant is for, as they stay until the transaction ends. */
export const lockGrantee = (id: string): Statement<PossibleGrantee | null> =>
  find(sql<PossibleGrantee>`${people} where u.id = ${id} for share`)

/** Whose grants are moved, as they stay until the transaction ends; nobody else moves or adds any meanwhile. */
export const lockHolders = (ids: readonly string[]): Statement<PossibleGrantee[]> =>
  list(sql<PossibleGrantee>`${people} where u.id = any (${ids}::uuid[]) order by u.id for no key update`)

export interface GrantCustomer {
  readonly id: string
  readonly name: string
  readonly status: OrganizationStatus
}

/** What a grant is on, as it stays until the transaction ends. */
export const lockCustomer = (id: string): Statement<GrantCustomer | null> =>
  find(sql<GrantCustomer>`
    select o.id, o.name, o.status
      from organizations o
     where o.id = ${id} and o.type = 'customer'
       for share`)

/** Where this person holds what was live when last written, as far as asked; as it stays until the transaction ends. */
export const lockCustomersOf = (
  technicianId: string,
  among: readonly string[] | undefined,
): Statement<{ id: string }[]> =>
  list(sql<{ id: string }>`
    select o.id from organizations o
     where o.type = 'customer' and o.status <> 'deleted'
       and o.id in (select g.customer_org_id from technician_customer_access g
                     where g.technician_id = ${technicianId} and g.status in ('scheduled', 'active'))
       and ${among === undefined ? sql`true` : sql`o.id = any (${among}::uuid[])`}
     order by o.id
       for share of o`)

/** Somebody of the provider, whatever became of them. */
export const findProviderPerson = (id: string): Statement<{ id: string } | null> =>
  find(sql<{ id: string }>`select u.id from users u where u.id = ${id} and u.org_type = 'mss_provider'`)

/** The same as they stay until the transaction ends; whoever gives them access waits. */
export const lockProviderPerson = (id: string): Statement<{ id: string } | null> =>
  find(sql<{ id: string }>`
    select u.id from users u where u.id = ${id} and u.org_type = 'mss_provider' for no key update`)

/** A customer, whatever became of it. */
export const findCustomer = (id: string): Statement<{ id: string } | null> =>
  find(sql<{ id: string }>`select o.id from organizations o where o.id = ${id} and o.type = 'customer'`)

/** The same as it stays until the transaction ends; whoever gives access to it waits. */
export const lockWholeCustomer = (id: string): Statement<{ id: string } | null> =>
  find(
    sql<{ id: string }>`select o.id from organizations o where o.id = ${id} and o.type = 'customer' for no key update`,
  )
