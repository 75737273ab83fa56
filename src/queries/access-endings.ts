import { list, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { ExpiredGrant } from './access-grants.ts'

/** All grants of a person, or all on a customer. */
export type GrantsOf = { readonly technicianId: string } | { readonly customerOrgId: string }

const isOf = (of: GrantsOf): Sql<boolean> =>
  'technicianId' in of ? sql`technician_id = ${of.technicianId}` : sql`customer_org_id = ${of.customerOrgId}`

const ended = sql`id, customer_org_id as "customerOrgId", technician_id as "technicianId", expires_at as "expiresAt"`

/** Writes down which have expired; what is then still live can be revoked. */
export const expireAllOf = (of: GrantsOf, now: Date): Statement<ExpiredGrant[]> =>
  list(sql<ExpiredGrant>`
    update technician_customer_access set status = 'expired', updated_at = ${now}
     where ${isOf(of)} and status in ('scheduled', 'active') and expires_at <= ${now}
    returning ${ended}`)

export const revokeAllOf = (
  of: GrantsOf,
  { by, reason, now }: { by: string; reason: string; now: Date },
): Statement<ExpiredGrant[]> =>
  list(sql<ExpiredGrant>`
    update technician_customer_access
       set status = 'revoked', revoked_at = ${now}, revoked_by = ${by}, revoked_reason = ${reason}, updated_at = ${now}
     where ${isOf(of)} and status in ('scheduled', 'active')
    returning ${ended}`)
