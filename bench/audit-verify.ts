import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { createTrailKey } from '../src/credentials/trail-key.ts'
import { copyOut } from '../src/database/copy-out.ts'
import { canonicalJson } from '../src/policy/canonical-json.ts'
import { hashedForm } from '../src/policy/event-leaf.ts'
import { verifyTrail } from '../src/services/audit.service.ts'
import { placesOf } from '../src/services/audit/walk-trail.ts'
import type { Answer, Question, Report } from './question.ts'
import { openAuditWriter } from './support/audit-writer.ts'
import type { AuditWriter } from './support/audit-writer.ts'
import { MASTER_KEY } from './support/master-key.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const EVENTS = 20_000

export const auditVerify: Question = {
  id: 'audit-verify',
  question:
    'How much of the rate of COPY TO STDOUT of the same events has their verification, from the row to the signed head?',
  goal: 0.5,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const writer = openAuditWriter(platform)
  // Of its own: where events were loaded in bulk, each of them would be told of, and looked into.
  const orgId = uuidv7()
  try {
    for (let n = 0; n < EVENTS; n += 1000) await writer.staff.run(writer.events(orgId, 1000))
    await writer.sealAll()
    // As autovacuum would have done long ago: without figures of the new rows the wrong index is as good as the right one.
    await platform.owner.query('analyze audit_logs, audit_seals, audit_heads')
    const texts = await canonicalTexts(writer, orgId)
    const { ours, against, hashed } = await interleave(
      {
        ours: () => rateOf(() => verify(writer, orgId)),
        against: () => rateOf(() => copy(platform, orgId)),
        hashed: () => rateOf(async () => texts.forEach((text) => createHash('sha256').update(text).digest())),
      },
      report,
    )
    return {
      ours: median(ours),
      against: median(against),
      ratio: medianRatio(ours, against),
      unit: 'events/s',
      details: { hashed: median(hashed) },
    }
  } finally {
    await writer.close()
  }
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (EVENTS / (performance.now() - startedAt)) * 1000
}

async function verify({ trail }: AuditWriter, only: string): Promise<void> {
  const { events } = await verifyTrail({ trail, trailKey: createTrailKey(MASTER_KEY), anchored: [], only })
  if (events !== EVENTS) throw new Error(`${events} events verify`)
}

async function copy({ owner }: Platform, orgId: string): Promise<void> {
  const client = await owner.connect()
  let rows = 0
  try {
    await copyOut(
      client,
      `copy (select * from audit_logs where org_id = '${orgId}' and leaf is not null) to stdout`,
      () => void rows++,
    )
  } finally {
    client.release()
  }
  if (rows < EVENTS) throw new Error(`${rows} rows`)
}

async function canonicalTexts({ trail }: AuditWriter, orgId: string): Promise<string[]> {
  const texts: string[] = []
  for await (const page of placesOf(trail, orgId))
    for (const { event } of page) if (event) texts.push(canonicalJson(hashedForm(event)))
  return texts
}
