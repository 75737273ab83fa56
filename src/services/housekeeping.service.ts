import type { Tick } from '../context.ts'
import { deleteAccessChangesBefore } from '../queries/access-changes.ts'
import { deleteKeysBefore } from '../queries/idempotency-keys.ts'
import { deleteChallengesBefore, deleteInvitationsBefore, ensureAuditPartitions } from '../queries/jobs.ts'
import { deleteDevicesUnseenSince } from '../queries/known-devices.ts'
import { deleteLettersBefore } from '../queries/mail-outbox.ts'
import { deleteResetsBefore } from '../queries/password-resets.ts'
import { deleteFullTries } from '../queries/tries.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Removes what can no longer be used: answers kept for a day, and traces of signing in, inviting and mailing after some time to look. */
export async function forgetWhatIsOver({ db, now }: Tick): Promise<boolean> {
  const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS)
  await db.run(deleteAccessChangesBefore(new Date(now.getTime() - HOUR_MS)))
  await db.run(deleteKeysBefore(daysAgo(1)))
  await db.run(deleteChallengesBefore(daysAgo(1)))
  await db.run(deleteInvitationsBefore(daysAgo(30)))
  await db.run(deleteLettersBefore(daysAgo(30)))
  await db.run(deleteResetsBefore(daysAgo(30)))
  await db.run(deleteDevicesUnseenSince(daysAgo(365)))
  await db.run(deleteFullTries(now))
  return false
}

/** The months ahead have a place in the trail before they begin. */
export async function keepAuditPartitions({ db }: Tick): Promise<boolean> {
  await db.run(ensureAuditPartitions())
  return false
}
