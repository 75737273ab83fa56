import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { asSeenBy } from '../../policy/audit-sight.ts'
import { listAuditEvents } from '../../queries/audit-logs.ts'
import { findOrganization } from '../../queries/organizations.ts'
import type { AuditEvent } from '../../types/audit.ts'
import type { RecentQuery } from '../../types/audit-stats.ts'

/** The latest of an organization's trail. That of the provider is not for technicians, though they are of it. */
export async function recentEvents(ctx: Context, orgId: string, { limit }: RecentQuery): Promise<AuditEvent[]> {
  const { principal } = ctx
  if (principal.role === 'technician' && orgId === principal.orgId) throw new Refusal('not_found')
  const [organization, { events }] = await ctx.db.batch([
    findOrganization(orgId),
    listAuditEvents(
      { organizationId: orgId },
      { after: null, seen: null, late: null },
      { offset: 0, limit: Number(limit) },
    ),
  ])
  found(organization)
  return events.map((event) => asSeenBy(principal, event))
}
