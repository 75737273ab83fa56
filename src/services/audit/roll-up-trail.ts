import type { Tick } from '../../context.ts'
import { bePatient, rollUp } from '../../queries/audit-rollups.ts'

/** Adds up what transactions that are over have written since the last time. */
export async function rollUpTrail({ db }: Tick): Promise<boolean> {
  await db.transaction(async (tx) => {
    await tx.run(bePatient())
    await tx.run(rollUp())
  })
  return false
}
