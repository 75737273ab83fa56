import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { House } from '../../src/app.ts'
import type { CustomerRole, ProviderRole, Role } from '../../src/types/vocabulary.ts'

export interface Person {
  id: string
  orgId: string
  email: string
  role: Role
  sessionId: string
  token: string
}

export interface Customer {
  id: string
  name: string
}

export interface GrantFields {
  accessLevel?: 'read_only' | 'full_access' | 'emergency'
  status?: 'scheduled' | 'active' | 'expired' | 'revoked'
  startsAt?: Date
  expiresAt?: Date | null
  allowedServices?: string[] | null
  ipRestrictions?: string[] | null
  timeRestrictions?: unknown
}

/** Rows made directly, so that a test can start where its story starts. Everyone has a session and a second factor. */
export interface Factories {
  provider(): Promise<Customer>
  customer(fields?: { name?: string; status?: string; settings?: object }): Promise<Customer>
  staff(role: ProviderRole, fields?: PersonFields): Promise<Person>
  member(customer: { id: string }, role: CustomerRole, fields?: PersonFields): Promise<Person>
  /** A grant made by somebody else of the provider. @returns its id */
  grant(technician: Person, customer: { id: string }, fields?: GrantFields): Promise<string>
  signIn(person: { id: string; orgId: string }): Promise<{ sessionId: string; token: string }>
}

interface PersonFields {
  status?: string
  mfaEnabled?: boolean
  email?: string
}

export function createFactories(house: House, admin: pg.Pool): Factories {
  let made = 0
  let provider: Promise<Customer> | null = null

  async function organization(
    type: string,
    fields: { name?: string; status?: string; settings?: object } = {},
  ): Promise<Customer> {
    const id = uuidv7()
    const name = fields.name ?? `${type === 'customer' ? 'Customer' : 'Provider'} ${++made}`
    await admin.query(
      `insert into organizations (id, name, type, status, settings, created_at, updated_at) values ($1, $2, $3, $4, $5, now(), now())`,
      [id, name, type, fields.status ?? 'active', JSON.stringify(fields.settings ?? {})],
    )
    return { id, name }
  }

  async function person(org: { id: string }, orgType: string, role: Role, fields: PersonFields = {}): Promise<Person> {
    const id = uuidv7()
    const email = fields.email ?? `${role}.${++made}@example.com`
    await admin.query(
      `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), now())`,
      [
        id,
        org.id,
        orgType,
        email,
        `First${made}`,
        `Last${made}`,
        role,
        fields.status ?? 'active',
        fields.mfaEnabled ?? true,
      ],
    )
    return { id, orgId: org.id, email, role, ...(await signIn({ id, orgId: org.id })) }
  }

  async function signIn({ id, orgId }: { id: string; orgId: string }): Promise<{ sessionId: string; token: string }> {
    const sessionId = uuidv7()
    await admin.query(
      `insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, mfa_at, refresh_salt, refresh_rotated_at)
       values ($1, $2, $3, now(), now(), now() + interval '12 hours', now(), $4, now())`,
      [orgId, sessionId, id, randomBytes(32)],
    )
    return { sessionId, token: house.credentials.signer.sign({ sub: id, sid: sessionId }, house.clock()).token }
  }

  const theProvider = (): Promise<Customer> => (provider ??= organization('mss_provider'))

  return {
    provider: theProvider,
    customer: (fields) => organization('customer', fields),
    staff: async (role, fields) => person(await theProvider(), 'mss_provider', role, fields),
    member: (customer, role, fields) => person(customer, 'customer', role, fields),
    signIn,
    async grant(technician, customer, fields = {}) {
      const id = uuidv7()
      const granter = await person(await theProvider(), 'mss_provider', 'account_manager')
      const status = fields.status ?? 'active'
      const startsAt = fields.startsAt ?? new Date(Date.now() - 60_000)
      const emergency = fields.accessLevel === 'emergency'
      await admin.query(
        `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, allowed_services, ip_restrictions,
           time_restrictions, granted_by, granted_at, starts_at, expires_at, reason, revoked_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), $10, $11, $12, case when $5 = 'revoked' then now() end, now())`,
        [
          id,
          technician.id,
          customer.id,
          fields.accessLevel ?? 'read_only',
          status,
          fields.allowedServices ?? null,
          fields.ipRestrictions ?? null,
          fields.timeRestrictions ? JSON.stringify(fields.timeRestrictions) : null,
          granter.id,
          startsAt,
          fields.expiresAt ?? (emergency ? new Date(startsAt.getTime() + 3_600_000) : null),
          emergency ? 'an emergency in a test' : null,
        ],
      )
      return id
    },
  }
}
