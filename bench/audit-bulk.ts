import { v7 as uuidv7 } from 'uuid'
import type { Answer, Question, Report } from './question.ts'
import { customersOf } from './audit-write.ts'
import { openAuditWriter } from './support/audit-writer.ts'
import type { AuditWriter } from './support/audit-writer.ts'
import { copyIn } from './support/copy-in.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const EVENTS = 20_000
const A_COMMIT = 1000
/** Flights under way at once. */
const WRITERS = 2

export const auditBulk: Question = {
  id: 'audit-bulk',
  question:
    'How much of the rate of COPY has bulk ingest of events with their hashes, sealed and signed when the clock stops?',
  goal: 0.8,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const writer = openAuditWriter(platform)
  const ids = await customersOf(platform)
  try {
    const { ours, against, unsealed } = await interleave(
      {
        ours: () => rateOf(() => ingest(writer, ids, { sealed: true })),
        unsealed: () => rateOf(() => ingest(writer, ids, { sealed: false })).finally(() => writer.sealAll()),
        against: () => rateOf(() => copy(platform, ids)),
      },
      report,
    )
    return {
      ours: median(ours),
      against: median(against),
      ratio: medianRatio(ours, against),
      unit: 'events/s',
      details: { unsealed: median(unsealed), unsealedRatio: medianRatio(unsealed, against) },
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

async function ingest(writer: AuditWriter, ids: readonly string[], { sealed }: { sealed: boolean }): Promise<void> {
  let left = EVENTS / A_COMMIT
  const write = async (): Promise<void> => {
    while (left-- > 0) await writer.staff.run(writer.events(ids[left] ?? '', A_COMMIT))
  }
  const writing = Promise.all(Array.from({ length: WRITERS }, write))
  if (!sealed) return void (await writing)
  let written = false
  void writing.finally(() => (written = true)).catch(() => undefined)
  while (!written) await writer.seal()
  await writing
  await writer.sealAll()
}

const columns = `org_id, occurred_at, id, action, category, resource_type, resource_id, description, outcome, risk_level, risk_factors,
  compliance_relevant, frameworks, ip_address, user_agent, request_id, changes, details, tx_id`

/** The same rows, without hashes; of a transaction that the sealer does not look at. */
async function copy({ owner }: Platform, ids: readonly string[]): Promise<void> {
  const client = await owner.connect()
  try {
    for (let part = 0; part < EVENTS / A_COMMIT; part++) {
      const rows = Array.from({ length: A_COMMIT }, () => rowOf(ids[part] ?? '')).join('')
      await copyIn(client, `copy audit_logs (${columns}) from stdin`, Buffer.from(rows))
    }
  } finally {
    client.release()
  }
}

const rowOf = (orgId: string): string =>
  `${[
    orgId,
    new Date().toISOString(),
    uuidv7(),
    'organization.updated',
    'organization',
    'organization',
    orgId,
    'Changed the settings of the customer',
    'success',
    'medium',
    '{}',
    't',
    '{soc2,iso27001,hipaa,pci_dss,gdpr}',
    '203.0.113.7',
    'bench',
    uuidv7(),
    '{"before":{"timezone":"UTC"},"after":{"timezone":"Europe/Berlin"}}',
    '{"service":"siem","ticket":"INC-4711","durationSeconds":300}',
    '3',
  ].join('\t')}\n`
