import { Refusal } from '../../errors/refusal.ts'
import type { Asked } from './question.ts'

/** Does a grant hold, now and from here? Asked of technicians about customers, at each request. */
export async function checkGrant(asked: Asked): Promise<void> {
  const { principal, tenant, reach, now, address } = asked
  if (principal === null || tenant === null || !reach.includes('seen')) return
  if (tenant.orgId === principal.orgId || tenant.userId === principal.userId) return
  const pair = { technicianId: principal.userId, customerOrgId: tenant.orgId }
  const { allowed, live, reasons } = await asked.standing.judge(pair, { now, address, level: 'read_only' })
  if (!live) throw new Refusal('not_found')
  if (!allowed) throw new Refusal('access_restricted', { reasons })
}
