import { list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { GrantFacts } from '../policy/grant-rules.ts'

/** What decides whether a technician may reach a customer. */
export interface AccessFacts {
  readonly customerActive: boolean
  readonly technicianActive: boolean
  /** The live grants of the pair first, then the newest dead ones, which tell why there is none. */
  readonly grants: GrantFacts[]
}

interface AccessFactsRow extends Omit<GrantFacts, 'startsAt' | 'expiresAt'> {
  startsAt: string
  expiresAt: string | null
  customerOrgId: string
  customerActive: boolean
  technicianActive: boolean
}

const facts = sql`
  g.id, g.access_level as "accessLevel", g.status, g.starts_at as "startsAt", g.expires_at as "expiresAt",
  g.allowed_services as "allowedServices", g.ip_restrictions as "ipRestrictions", g.time_restrictions as "timeRestrictions",
  g.customer_org_id as "customerOrgId", o.status = 'active' as "customerActive", u.status = 'active' as "technicianActive"`

export function listAccessFacts(pair: { technicianId: string; customerOrgId: string }): Statement<AccessFacts> {
  const query = list(sql<AccessFactsRow>`
    select ${facts}
      from technician_customer_access g
      join organizations o on o.id = g.customer_org_id
      join users u on u.id = g.technician_id
     where g.technician_id = ${pair.technicianId} and g.customer_org_id = ${pair.customerOrgId}
     order by g.status in ('scheduled', 'active') desc, g.granted_at desc
     limit 5`)
  return { ...query, read: (answer) => toAccessFacts(query.read(answer)) }
}

/** The same for each customer that the technician has a live grant on. */
export function listAccessFactsOfTechnician(
  technicianId: string,
): Statement<(AccessFacts & { customerOrgId: string })[]> {
  const query = list(sql<AccessFactsRow>`
    select ${facts}
      from technician_customer_access g
      join organizations o on o.id = g.customer_org_id
      join users u on u.id = g.technician_id
     where g.technician_id = ${technicianId} and g.status in ('scheduled', 'active')`)
  return {
    ...query,
    read: (answer) =>
      [...Map.groupBy(query.read(answer), ({ customerOrgId }) => customerOrgId)].map(([customerOrgId, rows]) => ({
        customerOrgId,
        ...toAccessFacts(rows),
      })),
  }
}

const toAccessFacts = (rows: AccessFactsRow[]): AccessFacts => ({
  customerActive: rows[0]?.customerActive ?? false,
  technicianActive: rows[0]?.technicianActive ?? false,
  grants: rows.map(toGrantFacts),
})

const toGrantFacts = (row: AccessFactsRow): GrantFacts => ({
  id: row.id,
  accessLevel: row.accessLevel,
  status: row.status,
  startsAt: new Date(row.startsAt),
  expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt),
  allowedServices: row.allowedServices,
  ipRestrictions: row.ipRestrictions,
  timeRestrictions: row.timeRestrictions,
})
