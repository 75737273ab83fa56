import { find, list, one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Grant } from '../types/grant.ts'
import type { Versioned } from '../types/versioned.ts'
import type { AccessLevel } from '../types/vocabulary.ts'
import { grantColumns, grantWithParties } from './access-shape.ts'
import type { Viewer } from './access-shape.ts'

/** The grant as it stays until the transaction ends. */
export const lockGrant = (id: string, now: Date): Statement<Versioned<Grant> | null> =>
  find(sql<Versioned<Grant>>`
    select ${grantColumns('staff', now)}, g.version from ${grantWithParties('staff')}
     where g.id = ${id}
       for update of g`)

export interface HeldGrant extends Grant {
  readonly technicianActive: boolean
  readonly customerActive: boolean
}

/** The same for its holder, with the state of both parties. */
export const lockHeldGrant = (
  { id, technicianId }: { id: string; technicianId: string },
  viewer: Viewer,
  now: Date,
): Statement<HeldGrant | null> =>
  find(sql<HeldGrant>`
    select ${grantColumns(viewer, now)},
           coalesce(t.status = 'active', false) as "technicianActive", c.status = 'active' as "customerActive"
      from ${grantWithParties(viewer)}
     where g.id = ${id} and g.technician_id = ${technicianId}
       for update of g`)

/** @throws the constraints `access_one_live`, `access_never_to_oneself` */
export const insertGrant = (grant: Omit<Grant, 'technician' | 'customer'>): Statement<{ version: number }> =>
  one(sql<{ version: number }>`
    insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, allowed_services, ip_restrictions,
                                            time_restrictions, granted_by, granted_at, starts_at, expires_at, reason, notes, updated_at)
    values (${grant.id}, ${grant.technicianId}, ${grant.customerOrgId}, ${grant.accessLevel}, ${grant.status},
            ${grant.allowedServices}, ${grant.ipRestrictions}, ${json(grant.timeRestrictions)}, ${grant.grantedBy},
            ${grant.grantedAt}, ${grant.startsAt}, ${grant.expiresAt}, ${grant.reason}, ${grant.notes}, ${grant.grantedAt})
    returning version`)

export interface ExpiredGrant {
  readonly id: string
  readonly expiresAt: string
}

/** Writes down that the pair's grants of that kind have expired, so that a new one finds room. */
export const markExpired = (
  { technicianId, customerOrgId, accessLevel }: Pick<Grant, 'technicianId' | 'customerOrgId' | 'accessLevel'>,
  now: Date,
): Statement<ExpiredGrant[]> =>
  list(sql<ExpiredGrant>`
    update technician_customer_access set status = 'expired', updated_at = ${now}
     where technician_id = ${technicianId} and customer_org_id = ${customerOrgId} and kind = ${kindOf(accessLevel)}
       and status in ('scheduled', 'active') and expires_at <= ${now}
    returning id, expires_at as "expiresAt"`)

export const updateGrant = (grant: Grant, now: Date): Statement<{ version: number }> =>
  one(sql<{ version: number }>`
    update technician_customer_access
       set access_level = ${grant.accessLevel}, expires_at = ${grant.expiresAt}, allowed_services = ${grant.allowedServices},
           ip_restrictions = ${grant.ipRestrictions}, time_restrictions = ${json(grant.timeRestrictions)},
           notes = ${grant.notes}, updated_at = ${now}
     where id = ${grant.id}
    returning version`)

export const markRevoked = ({ id, revokedAt, revokedBy, revokedReason }: Grant): Statement<{ version: number }> =>
  one(sql<{ version: number }>`
    update technician_customer_access
       set status = 'revoked', revoked_at = ${revokedAt}, revoked_by = ${revokedBy}, revoked_reason = ${revokedReason},
           updated_at = ${revokedAt}
     where id = ${id}
    returning version`)

/** A mark of use; the use itself is an event of the trail. */
export const markUsed = (id: string, now: Date): Statement<{ lastUsedAt: string; usageCount: number }> =>
  one(sql<{ lastUsedAt: string; usageCount: number }>`
    update technician_customer_access set last_used_at = greatest(last_used_at, ${now}), usage_count = usage_count + 1
     where id = ${id}
    returning last_used_at as "lastUsedAt", usage_count as "usageCount"`)

const kindOf = (level: AccessLevel): string => (level === 'emergency' ? 'emergency' : 'standing')
const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
