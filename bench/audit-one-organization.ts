import { execute, sql } from '../src/database/statement.ts'
import type { Answer, Question, Report } from './question.ts'
import { customersOf } from './audit-write.ts'
import { CONNECTIONS, openAuditWriter, rateOfCallers } from './support/audit-writer.ts'
import type { AuditWriter } from './support/audit-writer.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const MILLISECONDS = 1500
const SEAL_EVERY_MS = 1000

export const auditOneOrganization: Question = {
  id: 'audit-one-organization',
  question:
    'With a sealer at work, how much of the rate of events of 10,000 organizations is left when all are of one?',
  goal: 0.9,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const writer = openAuditWriter(platform)
  const ids = await customersOf(platform)
  const one = ids[0] ?? ''
  await platform.owner.query(
    `create table bench_chain (org_id uuid primary key, head bytea not null);
     insert into bench_chain values ('${one}', sha256(''));
     grant select, update on bench_chain to castellan_staff`,
  )
  let sealing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => void (sealing = sealing.then(() => writer.seal())), SEAL_EVERY_MS)
  const rate = (call: (n: number) => Promise<unknown>) => () => rateOfCallers(call, CONNECTIONS, MILLISECONDS)
  try {
    const { ours, against, chain } = await interleave(
      {
        ours: rate(() => writer.staff.run(writer.event(one))),
        against: rate((n) => writer.staff.run(writer.event(ids[n % ids.length] ?? ''))),
        chain: rate(() => writer.staff.batch([link(one), writer.event(one)])),
      },
      report,
    )
    clearInterval(timer)
    await sealing
    await allSealed(platform, writer)
    return {
      ours: median(ours),
      against: median(against),
      ratio: medianRatio(ours, against),
      unit: 'events/s',
      details: { chain: median(chain), timesChain: medianRatio(ours, chain) },
    }
  } finally {
    clearInterval(timer)
    await platform.owner.query('drop table bench_chain')
    await writer.close()
  }
}

/** What a hash chain does at least: it reads the head and leaves another, and nobody else does until the commit. */
const link = (orgId: string) =>
  execute(sql`update bench_chain set head = sha256(head || ${Buffer.alloc(32, 1)}::bytea) where org_id = ${orgId}`)

async function allSealed({ owner }: Platform, writer: AuditWriter): Promise<void> {
  await writer.sealAll()
  const { rows } = await owner.query(
    `select from audit_logs a where a.leaf is not null
        and not exists (select from audit_seals s where s.event_id = a.id and s.org_id = a.org_id) limit 1`,
  )
  if (rows.length > 0) throw new Error('an event was not sealed')
}
