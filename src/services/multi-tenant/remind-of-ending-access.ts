import type { Tick } from '../../context.ts'
import { minute } from '../../mail/letters.ts'
import { accessInWords } from '../../policy/grant-terms.ts'
import { listEndingGrants } from '../../queries/jobs.ts'
import type { EndingGrant } from '../../queries/jobs.ts'
import { tell } from '../notification/tell.ts'

const BATCH = 100
/** Only the nearest one is told: after a long silence nobody needs last week's reminder too. */
const REMINDERS = [
  { days: 7, but: 1 },
  { days: 1, but: 0 },
] as const

/**
 * Tells the technician and whoever granted it, before the access ends.
 * @returns whether there may be more to tell
 */
export async function remindOfEndingAccess(tick: Tick): Promise<boolean> {
  let more = false
  for (const reminder of REMINDERS) {
    const ending = await tick.db.run(listEndingGrants(reminder, tick.now, BATCH))
    if (ending.length > 0) await tick.db.batch(ending.map((grant) => tellOfEnd(tick, grant)))
    more ||= ending.length === BATCH
  }
  return more
}

const tellOfEnd = (tick: Tick, grant: EndingGrant) =>
  tell(
    tick,
    { people: [grant.technicianId, grant.grantedBy] },
    {
      kind: 'access_expiring',
      title: `Access to ${grant.customerName} ends soon`,
      body:
        `${grant.technicianName}'s ${accessInWords[grant.accessLevel]} to ${grant.customerName} ` +
        `ends at ${minute(new Date(grant.expiresAt))}.`,
      link: `/customers/${grant.customerOrgId}`,
      onceKey: grant.onceKey,
    },
  )
