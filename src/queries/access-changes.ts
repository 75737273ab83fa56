import { execute, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { TimeRestrictions } from '../types/restrictions.ts'
import type { AccessLevel } from '../types/vocabulary.ts'

/** A grant that is live as far as is written down; instants in milliseconds. */
export interface LiveGrantRow {
  readonly technicianId: string
  readonly customerOrgId: string
  readonly id: string
  readonly accessLevel: AccessLevel
  /** Null for one that never comes. */
  readonly startsAt: number | null
  readonly expiresAt: number | null
  readonly grantedAt: number | null
  readonly lastUsedAt: number | null
  readonly allowedServices: string[] | null
  readonly ipRestrictions: string[] | null
  readonly timeRestrictions: TimeRestrictions | null
}

export interface PartyState {
  readonly id: string
  readonly active: boolean
}

export interface AccessParties {
  readonly technicians: readonly PartyState[]
  readonly customers: readonly PartyState[]
}

interface News {
  readonly snapshot: string
  /** Nobody can say what has changed: it was removed meanwhile, or this is another database. */
  readonly lost: boolean
}

/** Whether anything has become visible since a snapshot. */
export interface AccessNews extends News {
  readonly changed: boolean
}

/** What it has led to, as it is now. */
export interface AccessChanges extends AccessParties, News {
  readonly pairs: readonly (readonly [technicianId: string, customerOrgId: string])[]
  /** The live grants of these pairs. */
  readonly grants: readonly LiveGrantRow[]
}

const live = sql`g.status in ('scheduled', 'active')`

const milliseconds = (column: Sql<unknown>): Sql<number | null> =>
  sql<number | null>`case when isfinite(${column}) then (extract(epoch from ${column}) * 1000)::bigint end`

const grantColumns = sql`
  g.technician_id as "technicianId", g.customer_org_id as "customerOrgId", g.id, g.access_level as "accessLevel",
  ${milliseconds(sql`g.starts_at`)} as "startsAt", ${milliseconds(sql`g.expires_at`)} as "expiresAt",
  ${milliseconds(sql`g.granted_at`)} as "grantedAt", ${milliseconds(sql`g.last_used_at`)} as "lastUsedAt",
  g.allowed_services as "allowedServices", g.ip_restrictions as "ipRestrictions", g.time_restrictions as "timeRestrictions"`

const all = (rows: Sql<unknown>): Sql<unknown> => sql`(select coalesce(json_agg(r), '[]') from (${rows}) r)`

const technicians = sql`select u.id, u.status = 'active' as active from users u where u.org_type = 'mss_provider'`
const customers = sql`select o.id, o.status = 'active' as active from organizations o where o.type = 'customer'`

export interface PartiesAt extends AccessParties {
  readonly snapshot: string
}

/** Everybody, and the snapshot since which changes are to be asked for. */
export const readAccessParties = (): Statement<PartiesAt> =>
  one(sql<PartiesAt>`
    select pg_current_snapshot()::text as snapshot, ${all(technicians)} as technicians, ${all(customers)} as customers`)

/** Of all live grants in the order of `access_one_live` about so many, from the pair after the given one; a pair is never divided. */
export const listLiveGrants = (
  after: Pick<LiveGrantRow, 'technicianId' | 'customerOrgId'> | null,
  about: number,
): Statement<LiveGrantRow[]> => {
  const { technicianId, customerOrgId } = after ?? { technicianId: NIL, customerOrgId: NIL }
  const query = one(sql<{ grants: LiveGrantRow[] }>`
    select ${all(sql`
      select ${grantColumns} from technician_customer_access g
       where ${live} and (g.technician_id, g.customer_org_id) > (${technicianId}, ${customerOrgId})
       order by g.technician_id, g.customer_org_id
       fetch first ${about} rows with ties`)} as grants`)
  return { ...query, read: (answer) => query.read(answer).grants }
}

const NIL = '00000000-0000-0000-0000-000000000000'

const isNew = (since: string): Sql<boolean> =>
  sql<boolean>`c.tx >= pg_snapshot_xmin(${since}::pg_snapshot) and not pg_visible_in_snapshot(c.tx, ${since}::pg_snapshot)`

const isLost = (since: string): Sql<boolean> => sql<boolean>`
  coalesce(bool_or(c.removed_until >= pg_snapshot_xmin(${since}::pg_snapshot)), false)
  or pg_snapshot_xmax(${since}::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())`

/** Hardly more than a round trip, as mostly nothing has changed. */
export const findAccessNews = (since: string): Statement<AccessNews> =>
  one(sql<AccessNews>`
    select pg_current_snapshot()::text as snapshot, count(*) > 0 as changed, ${isLost(since)} as lost
      from access_changes c where ${isNew(since)}`)

/** In one statement, so that the changes and what they have led to are of one snapshot, which is told with them. */
export const readAccessChanges = (since: string): Statement<AccessChanges> =>
  one(sql<AccessChanges>`
    with changes as materialized (
      select c.technician_id, c.customer_org_id, c.removed_until from access_changes c where ${isNew(since)}
    ), pairs as materialized (
      select distinct technician_id, customer_org_id from changes where technician_id is not null and customer_org_id is not null
    )
    select pg_current_snapshot()::text as snapshot, (select ${isLost(since)} from changes c) as lost,
           (select coalesce(json_agg(json_build_array(technician_id, customer_org_id)), '[]') from pairs) as pairs,
           ${all(sql`
             select ${grantColumns} from pairs p
               join technician_customer_access g on g.technician_id = p.technician_id and g.customer_org_id = p.customer_org_id
              where ${live}`)} as grants,
           ${all(sql`
             select distinct c.technician_id as id, coalesce(t.active, false) as active
               from changes c left join (${technicians}) t on t.id = c.technician_id
              where c.technician_id is not null and c.customer_org_id is null`)} as technicians,
           ${all(sql`
             select distinct c.customer_org_id as id, coalesce(t.active, false) as active
               from changes c left join (${customers}) t on t.id = c.customer_org_id
              where c.customer_org_id is not null and c.technician_id is null`)} as customers`)

/** Removes what everybody has read who reads at all, and says up to where. */
export const deleteAccessChangesBefore = (before: Date): Statement<number> =>
  execute(sql`
    with removed as (
      delete from access_changes
       where recorded_at < ${before} and tx < pg_snapshot_xmin(pg_current_snapshot())
      returning tx
    )
    insert into access_changes (removed_until) select tx from removed order by tx desc limit 1`)
