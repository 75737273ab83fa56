import { list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { GrantFacts } from '../policy/grant-rules.ts'

/** What decides whether a technician may reach a customer. */
export interface AccessFacts {
  /** Whether there are such a technician and such a customer at all, whatever became of them. */
  readonly known: boolean
  readonly customerActive: boolean
  readonly technicianActive: boolean
  /** The live grants of the pair first, then the newest dead ones, which tell why there is none. */
  readonly grants: GrantFacts[]
}

interface GrantFactsRow extends Omit<GrantFacts, 'startsAt' | 'expiresAt'> {
  startsAt: string
  expiresAt: string | null
}

interface PartiesRow {
  customerOrgId: string
  customerActive: boolean
  technicianActive: boolean
}

type AccessFactsRow = PartiesRow & GrantFactsRow
/** A pair without a grant has one row, and no grant in it. */
type PossibleFactsRow = PartiesRow & (GrantFactsRow | { id: null })

const facts = sql`
  g.id, g.access_level as "accessLevel", g.status, g.starts_at as "startsAt", g.expires_at as "expiresAt",
  g.allowed_services as "allowedServices", g.ip_restrictions as "ipRestrictions", g.time_restrictions as "timeRestrictions",
  o.id as "customerOrgId", o.status = 'active' as "customerActive", u.status = 'active' as "technicianActive"`

export function listAccessFacts(pair: { technicianId: string; customerOrgId: string }): Statement<AccessFacts> {
  const query = list(sql<PossibleFactsRow>`
    select ${facts}
      from users u
      join organizations o on o.id = ${pair.customerOrgId} and o.type = 'customer'
      left join technician_customer_access g on g.technician_id = u.id and g.customer_org_id = o.id
     where u.id = ${pair.technicianId} and u.org_type = 'mss_provider'
     order by g.status in ('scheduled', 'active') desc, g.granted_at desc
     limit 5`)
  return { ...query, read: (answer) => toAccessFacts(query.read(answer)) }
}

const toAccessFacts = (rows: readonly PossibleFactsRow[]): AccessFacts => ({
  known: rows.length > 0,
  customerActive: rows[0]?.customerActive ?? false,
  technicianActive: rows[0]?.technicianActive ?? false,
  grants: rows.filter(hasGrant).map(toGrantFacts),
})

const hasGrant = (row: PossibleFactsRow): row is AccessFactsRow => row.id !== null

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
