import type { GrantFacts } from '../../policy/grant-rules.ts'
import type { Grant } from '../../types/grant.ts'

/** The grant as the rules look at it. */
export const factsOf = (grant: Grant): GrantFacts => ({
  id: grant.id,
  status: grant.status,
  accessLevel: grant.accessLevel,
  startsAt: new Date(grant.startsAt),
  expiresAt: grant.expiresAt === null ? null : new Date(grant.expiresAt),
  allowedServices: grant.allowedServices,
  ipRestrictions: grant.ipRestrictions,
  timeRestrictions: grant.timeRestrictions,
})
