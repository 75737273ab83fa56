import type { Principal } from '../types/principal.ts'
import type { Scope } from '../types/scope.ts'
import type { Tenant } from '../types/tenant.ts'

/** As whom the database answers: members see their organization, technicians what their grants reach, staff what their role may. */
export function scopeOf({ userId, orgId, orgType, role }: Principal, tenant: Tenant | null): Scope {
  if (orgType === 'customer') return { as: 'member', orgId, userId }
  if (role === 'technician') return { as: 'technician', orgId: tenant?.orgId ?? null, userId }
  return { as: 'staff', userId }
}
