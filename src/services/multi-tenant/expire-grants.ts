import type { Call, Tick } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { expireGrants as markExpired } from '../../queries/jobs.ts'
import { record } from '../audit/record.ts'

const BATCH = 100

/**
 * Writes down what has ended. Nobody waits for it: a grant is refused from its end on, marked or not.
 * @returns whether there may be more
 */
export async function expireGrants(tick: Tick): Promise<boolean> {
  const marked = await tick.db.transaction(async (tx) => {
    const ended = await tx.run(markExpired(tick.now, BATCH))
    if (ended.length > 0)
      await tx.batch(ended.map(({ customerOrgId, ...grant }) => recordExpiry(tick, customerOrgId, grant)))
    return ended.length
  })
  if (marked > 0) tick.standing.changed()
  return marked === BATCH
}

/** It expired by itself: nobody did it. */
export const recordExpiry = (
  call: Call,
  orgId: string,
  { id, expiresAt, technicianId }: { id: string; expiresAt: string; technicianId: string },
): Statement<number> =>
  record(call, {
    action: 'access.expired',
    orgId,
    resource: { type: 'grant', id },
    description: `Access expired at ${expiresAt}`,
    actor: null,
    details: { technicianId },
  })
