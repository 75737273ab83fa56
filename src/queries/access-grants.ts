import { find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { Grant } from '../types/grant.ts'
import type { Versioned } from '../types/versioned.ts'
import type { AccessLevel } from '../types/vocabulary.ts'
import { grantColumns, grantWithParties } from './access-shape.ts'
import type { Viewer } from './access-shape.ts'

const byId = (id: string, now: Date): Sql<Versioned<Grant>> => sql<Versioned<Grant>>`
  select ${grantColumns('staff', now)}, g.version from ${grantWithParties('staff')} where g.id = ${id}`

/** For staff. */
export const findGrant = (id: string, now: Date): Statement<Versioned<Grant> | null> => find(byId(id, now))

/** The grant as it stays until the transaction ends. */
export const lockGrant = (id: string, now: Date): Statement<Versioned<Grant> | null> =>
  find(sql<Versioned<Grant>>`${byId(id, now)} for update of g`)

export interface HeldGrant extends Grant {
  readonly technicianActive: boolean
  readonly customerActive: boolean
}

/** The same for its holder, with the state of both parties. Null as well when it is not waited for, and somebody has it. */
export const lockHeldGrant = (
  { id, technicianId, waits }: { id: string; technicianId: string; waits: boolean },
  viewer: Viewer,
  now: Date,
): Statement<HeldGrant | null> =>
  find(sql<HeldGrant>`
    select ${grantColumns(viewer, now)},
           coalesce(t.status = 'active', false) as "technicianActive", c.status = 'active' as "customerActive"
      from ${grantWithParties(viewer)}
     where g.id = ${id} and g.technician_id = ${technicianId}
       for update of g ${waits ? sql`` : sql`skip locked`}`)

/** What a written row has become; its version is the database's to count. */
export type Written = Versioned<{ readonly id: string }>

/** @throws the constraints `access_one_live`, `access_never_to_oneself` */
export const insertGrants = (grants: readonly Terms[]): Statement<Written[]> =>
  list(sql<Written>`
    insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, allowed_services, ip_restrictions,
                                            time_restrictions, granted_by, granted_at, starts_at, expires_at, reason, notes, updated_at)
    select n.*, n."grantedAt"
      from jsonb_to_recordset(${JSON.stringify(grants)}::jsonb) as n (
             "id" uuid, "technicianId" uuid, "customerOrgId" uuid, "accessLevel" text, "status" text, "allowedServices" text[],
             "ipRestrictions" text[], "timeRestrictions" jsonb, "grantedBy" uuid, "grantedAt" timestamptz, "startsAt" timestamptz,
             "expiresAt" timestamptz, "reason" text, "notes" text)
    returning id, version`)

type Terms = Omit<Grant, 'technician' | 'customer'>

export type ExpiredGrant = Pick<Grant, 'id' | 'customerOrgId' | 'technicianId' | 'expiresAt'>

/** Writes down that the pair's grants of that kind have expired, so that a new one finds room. */
export const markExpired = (
  { technicianId, customerOrgId, accessLevel }: Pick<Grant, 'technicianId' | 'customerOrgId' | 'accessLevel'>,
  now: Date,
): Statement<ExpiredGrant[]> =>
  list(sql<ExpiredGrant>`
    update technician_customer_access set status = 'expired', updated_at = ${now}
     where technician_id = ${technicianId} and customer_org_id = ${customerOrgId} and kind = ${kindOf(accessLevel)}
       and status in ('scheduled', 'active') and expires_at <= ${now}
    returning id, customer_org_id as "customerOrgId", technician_id as "technicianId", expires_at as "expiresAt"`)

/** Their terms and notes; who holds them, on what and since when they were granted is for good. */
export const updateGrants = (grants: readonly Terms[], now: Date): Statement<Written[]> =>
  list(sql<Written>`
    update technician_customer_access g
       set access_level = n."accessLevel", status = n."status", starts_at = n."startsAt", expires_at = n."expiresAt",
           allowed_services = n."allowedServices", ip_restrictions = n."ipRestrictions", time_restrictions = n."timeRestrictions",
           notes = n."notes", updated_at = ${now}
      from jsonb_to_recordset(${JSON.stringify(grants)}::jsonb) as n (
             "id" uuid, "accessLevel" text, "status" text, "startsAt" timestamptz, "expiresAt" timestamptz, "allowedServices" text[],
             "ipRestrictions" text[], "timeRestrictions" jsonb, "notes" text)
     where g.id = n.id
    returning g.id, g.version`)

export type Revocation = Pick<Grant, 'revokedAt' | 'revokedBy' | 'revokedReason'>

export const markRevoked = (
  ids: readonly string[],
  { revokedAt, revokedBy, revokedReason }: Revocation,
): Statement<Written[]> =>
  list(sql<Written>`
    update technician_customer_access
       set status = 'revoked', revoked_at = ${revokedAt}, revoked_by = ${revokedBy}, revoked_reason = ${revokedReason},
           updated_at = ${revokedAt}
     where id = any (${ids}::uuid[])
    returning id, version`)

/** A mark of use; the use itself is an event of the trail. */
export const markUsed = (id: string, now: Date): Statement<{ lastUsedAt: string; usageCount: number }> =>
  one(sql<{ lastUsedAt: string; usageCount: number }>`
    update technician_customer_access set last_used_at = greatest(last_used_at, ${now}), usage_count = usage_count + 1
     where id = ${id}
    returning last_used_at as "lastUsedAt", usage_count as "usageCount"`)

const kindOf = (level: AccessLevel): string => (level === 'emergency' ? 'emergency' : 'standing')
