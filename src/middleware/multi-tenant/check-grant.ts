import { Refusal } from '../../errors/refusal.ts'
import { decideAccess, effectiveStatus, isLive } from '../../policy/grant-rules.ts'
import type { Asked } from './question.ts'

/** Does a grant hold, now and from here? Asked of technicians about customers, at each request. */
export async function checkGrant(asked: Asked): Promise<void> {
  const { principal, tenant, reach, now, address } = asked
  if (principal === null || tenant === null || !reach.includes('seen')) return
  if (tenant.orgId === principal.orgId || tenant.userId === principal.userId) return
  const { grants, customerActive } = await asked.standing.access({
    technicianId: principal.userId,
    customerOrgId: tenant.orgId,
  })
  const live = grants.filter((grant) => isLive(effectiveStatus(grant, now)))
  if (live.length === 0) throw new Refusal('not_found')
  const question = { now, address, level: 'read_only', technicianActive: true, customerActive } as const
  const { allowed, reasons } = decideAccess(live, question)
  if (!allowed) throw new Refusal('access_restricted', { reasons })
}
