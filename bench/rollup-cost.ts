import { setTimeout as sleep } from 'node:timers/promises'
import { jobs } from '../src/jobs/jobs.ts'
import { createSender } from '../src/database/tenancy.ts'
import { createPool } from '../src/database/pool.ts'
import { rollUpTrail } from '../src/services/audit.service.ts'
import type { Answer, Question, Report } from './question.ts'
import { customersOf } from './audit-write.ts'
import { openAuditWriter } from './support/audit-writer.ts'
import type { AuditWriter } from './support/audit-writer.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const A_COMMIT = 1000
/** Flights under way at once. */
const WRITERS = 2
/** As the clock has it. */
const PERIOD_MS = (jobs.find(({ name }) => name === 'roll-up-trail')?.everySeconds ?? NaN) * 1000

export const rollupCost: Question = {
  id: 'rollup-cost',
  question:
    'How much of the rate of bulk ingest, hashed and sealed, is left while what is written is added up for statistics?',
  goal: 0.95,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare(platform: Platform, report: Report): Promise<Answer> {
  const writer = openAuditWriter(platform)
  const pool = createPool(platform.runtime, { max: 1, statementTimeoutMs: 600_000 })
  const clock = createSender(pool, { pipeline: true }).within({ as: 'clock' })
  const rollUp = (): Promise<unknown> => rollUpTrail({ db: clock } as Parameters<typeof rollUpTrail>[0])
  const ids = await customersOf(platform)
  const lags: number[] = []
  try {
    report('adding up what is there')
    await rollUp()
    const { ours, against } = await interleave(
      {
        ours: () => ingest(writer, ids, async () => lags.push(...(await lagsOf(rollUp)))),
        against: () => ingest(writer, ids, () => sleep(PERIOD_MS)).finally(rollUp),
      },
      report,
    )
    return {
      ours: median(ours),
      against: median(against),
      ratio: medianRatio(ours, against),
      unit: 'events/s',
      details: {
        lagP50Ms: median(lags),
        lagP99Ms: lags.toSorted((a, b) => a - b)[Math.floor(lags.length * 0.99)] ?? NaN,
      },
    }
  } finally {
    await Promise.all([writer.close(), pool.end()])
  }
}

/** Writes and seals for as long as something else takes; how many events a second. */
async function ingest(writer: AuditWriter, ids: readonly string[], meanwhile: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  let over = false
  let written = 0
  const keepWriting = async (): Promise<void> => {
    while (!over) {
      const n = written++
      await writer.staff.run(writer.events(ids[n % ids.length] ?? '', A_COMMIT))
    }
  }
  const keepSealing = async (): Promise<void> => {
    while (!over) if (!(await writer.seal())) await sleep(100)
  }
  const working = Promise.all([keepSealing(), ...Array.from({ length: WRITERS }, keepWriting)])
  await Promise.race([working, meanwhile()])
  over = true
  await working
  return ((written * A_COMMIT) / (performance.now() - startedAt)) * 1000
}

/** A period of the clock with its run at the end: how old what was written at each moment of it is when it is counted. */
async function lagsOf(rollUp: () => Promise<unknown>): Promise<number[]> {
  const waiting = performance.now()
  await sleep(PERIOD_MS)
  const begun = performance.now()
  await rollUp()
  const ended = performance.now()
  return Array.from({ length: 100 }, (_, i) => ended - waiting - ((begun - waiting) * i) / 100)
}
