import type { Principal } from '../types/principal.ts'
import type { Tenant } from '../types/tenant.ts'
import type { Reach } from './operations.ts'

/** Whether the tenant lies within the reach. `seen` is not refused here: for a customer it is the grant that decides. */
export function reaches(principal: Principal, reach: readonly Reach[], whose: Tenant): boolean {
  return reach.some((one) => within[one](principal, whose))
}

const within: Record<Reach, (principal: Principal, whose: Tenant) => boolean> = {
  any: () => true,
  own: (principal, { orgId }) => orgId === principal.orgId,
  self: (principal, { userId }) => userId === principal.userId,
  customers: (_, { orgType }) => orgType === 'customer',
  seen: () => true,
  grantee: () => true,
}
