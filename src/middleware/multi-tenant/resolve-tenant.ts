import { found, Refusal } from '../../errors/refusal.ts'
import { reaches } from '../../policy/reach.ts'
import type { Tenant } from '../../types/tenant.ts'
import type { Asked } from './question.ts'

/** Whose data? Outside what the caller may see the answer is the same as for what does not exist. */
export async function resolveTenant(asked: Asked): Promise<void> {
  const { principal, target, reach } = asked
  if (principal === null || target === null) return
  const tenant = await lookUp(asked)
  if (!reaches(principal, reach, tenant)) throw new Refusal('not_found')
  asked.tenant = tenant
}

/** An organization's id is its tenant; it is looked up only where its type decides. A person's has to be found. */
async function lookUp({ target, params, reach, standing }: Asked): Promise<Tenant> {
  if (target && 'user' in target) return found(await standing.tenantOfUser(params[target.user] ?? ''))
  const orgId = (target && params[target.organization]) ?? ''
  if (reach.includes('customers')) return found(await standing.tenantOfOrganization(orgId))
  return { orgId, orgType: null, userId: null }
}
