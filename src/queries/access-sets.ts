import { list, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { Grant } from '../types/grant.ts'
import { grantColumns, grantWithParties } from './access-shape.ts'

/** Which grants, of those that were live when last written. */
export type GrantSet =
  | { readonly ids: readonly string[] }
  | { readonly technicianId: string }
  | { readonly customerOrgId: string }
  | { readonly technicianIds: readonly string[]; readonly customerOrgIds: readonly string[] }

function inSet(set: GrantSet): Sql<unknown> {
  if ('ids' in set) return sql`g.id = any (${set.ids}::uuid[])`
  if ('technicianId' in set) return sql`g.technician_id = ${set.technicianId}`
  if ('customerOrgId' in set) return sql`g.customer_org_id = ${set.customerOrgId}`
  return sql`g.technician_id = any (${set.technicianIds}::uuid[]) and g.customer_org_id = any (${set.customerOrgIds}::uuid[])`
}

/** As they stay until the transaction ends. Whoever locks several does so in the order of their ids. */
export const lockGrants = (set: GrantSet, now: Date): Statement<Grant[]> =>
  list(sql<Grant>`
    select ${grantColumns('staff', now)} from ${grantWithParties('staff')}
     where ${inSet(set)} and ${'ids' in set ? sql`true` : sql`g.status in ('scheduled', 'active')`}
     order by g.id
       for update of g`)

/** Writes down that these have expired. */
export const markExpiredAll = (ids: readonly string[], now: Date): Statement<unknown[]> =>
  list(sql`
    update technician_customer_access set status = 'expired', updated_at = ${now} where id = any (${ids}::uuid[])`)
