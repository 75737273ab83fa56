import { execute, sql } from '../src/database/statement.ts'
import type { Answer, Question, Report } from './question.ts'
import { CONNECTIONS, openAuditWriter, rateOfCallers } from './support/audit-writer.ts'
import type { AuditWriter } from './support/audit-writer.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const MILLISECONDS = 1500

export const auditWrite: Question = {
  id: 'audit-write',
  question:
    'How much of the rate of writing an event alone is left when a change is written with it, in one transaction?',
  goal: 0.85,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const writer = openAuditWriter(platform)
  const ids = await customersOf(platform)
  const idAt = (n: number): string => ids[n % ids.length] ?? ''
  const rate = (call: (orgId: string) => Promise<unknown>) => () =>
    rateOfCallers((n) => call(idAt(n)), CONNECTIONS, MILLISECONDS)
  try {
    const { ours, against, awaited } = await interleave(
      {
        ours: rate((id) => writer.staff.batch([change(id), writer.event(id)])),
        against: rate((id) => writer.staff.run(writer.event(id))),
        awaited: rate((id) => stepByStep(writer, id)),
      },
      report,
    )
    return {
      ours: median(ours),
      against: median(against),
      ratio: medianRatio(ours, against),
      unit: 'changes/s',
      details: { awaited: median(awaited), timesAwaited: medianRatio(ours, awaited) },
    }
  } finally {
    await writer.close()
  }
}

/** A change that the trail watches: without its event it would get another. */
const change = (id: string) =>
  execute(sql`
    update organizations
       set settings = settings || jsonb_build_object('timezone', case settings ->> 'timezone' when 'UTC' then 'Europe/Berlin' else 'UTC' end)
     where id = ${id}`)

const stepByStep = ({ staff, event }: AuditWriter, id: string): Promise<void> =>
  staff.transaction(async (tx) => {
    await tx.run(change(id))
    await tx.run(event(id))
  })

export async function customersOf({ owner }: Platform): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `select id from organizations where type = 'customer' order by md5(id::text)`,
  )
  return rows.map(({ id }) => id)
}
