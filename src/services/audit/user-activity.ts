import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { asSeenBy } from '../../policy/audit-sight.ts'
import { countDeeds, listCustomersAccessed, listDeeds, listLogins } from '../../queries/audit-activity.ts'
import { findUser } from '../../queries/users.ts'
import type { ActivityQuery, UserActivity } from '../../types/audit-stats.ts'
import { periodOf } from './period.ts'

const LOGINS = 10
const RECENT = 20

/** What somebody did, as far as the caller sees the trail: account managers see that of customers. */
export async function userActivity(ctx: Context, userId: string, query: ActivityQuery): Promise<UserActivity> {
  const { role, orgId } = ctx.principal
  const period = periodOf(query, ctx.now)
  const deeds = { userId, ...period, exceptIn: role === 'account_manager' ? orgId : null }
  const [user, figures, lastLogins, customersAccessed, recent] = await ctx.db.batch([
    findUser(userId),
    countDeeds(deeds),
    listLogins(deeds, LOGINS),
    listCustomersAccessed(deeds),
    listDeeds(deeds, RECENT),
  ])
  if (found(user).status === 'deleted' && !ctx.reach.includes('any')) throw new Refusal('not_found')
  return {
    user: found(user),
    ...period,
    ...figures,
    lastLogins,
    customersAccessed,
    recent: recent.map((event) => asSeenBy(ctx.principal, event)),
  }
}
