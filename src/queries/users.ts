import { find, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Tenant } from '../types/tenant.ts'
import type { User } from '../types/user.ts'

export const userColumns = sql`
  u.id, u.org_id as "organizationId", u.email, u.first_name as "firstName", u.last_name as "lastName", u.role, u.status,
  u.mfa_enabled as "mfaEnabled", u.timezone, u.last_login_at as "lastLoginAt", u.created_at as "createdAt", u.updated_at as "updatedAt"`

export const findUser = (id: string): Statement<User | null> =>
  find(sql<User>`select ${userColumns} from users u where u.id = ${id}`)

export const findTenantOfUser = (id: string): Statement<Tenant | null> =>
  find(
    sql<Tenant>`select org_id as "orgId", org_type as "orgType", id as "userId" from users where id = ${id} and status <> 'deleted'`,
  )
