import type { Context } from '../../context.ts'
import { countReviews } from '../../queries/access-reviews.ts'
import { countAllGrants, countReach, listTopTechnicians } from '../../queries/access-summary.ts'
import type { AccessSummary } from '../../types/access-summary.ts'

const TOP = 10

export async function accessSummary({ db, now }: Context): Promise<AccessSummary> {
  const [grants, reach, topTechnicians, reviews] = await db.batch([
    countAllGrants(now),
    countReach(now),
    listTopTechnicians(now, TOP),
    countReviews({ status: 'open' }),
  ])
  const { active, scheduled, expired, revoked, readOnly, fullAccess, emergency } = grants
  return {
    grants: { active, scheduled, expired, revoked, emergency, expiringWithin7Days: grants.soonExpired },
    techniciansWithAccess: reach.technicians,
    customersWithAccess: reach.customers,
    customersWithoutAccess: reach.allCustomers - reach.customers,
    byLevel: { read_only: readOnly, full_access: fullAccess, emergency },
    recentGrants24h: grants.recentlyGranted,
    recentRevocations24h: grants.recentlyRevoked,
    topTechnicians,
    unusedFor90Days: grants.longUnused,
    openEmergencyReviews: reviews.total,
  }
}
