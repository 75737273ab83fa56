import { createSender } from '../src/database/tenancy.ts'
import { createPool } from '../src/database/pool.ts'
import { findOrganization } from '../src/queries/organizations.ts'
import type { Answer, Question, Report } from './question.ts'
import { CONTEXT, READ } from './support/plain-read.ts'
import { openPlatform } from './support/platform.ts'
import type { Platform } from './support/platform.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const CONNECTIONS = 4
const MILLISECONDS = 1000

/** Reads the row of an organization, and says how many it found. */
type Reader = (organizationId: string) => Promise<number>

export const oneFlight: Question = {
  id: 'one-flight',
  question:
    'How much of a plain prepared query without row security is left when context and query go in one flight, as a member with row security?',
  goal: 0.85,
  run: async (report) => compare(await openPlatform(report), report),
}

async function compare({ owner, runtime }: Platform, report: Report): Promise<Answer> {
  const ids = await listCustomers(owner)
  const pool = createPool(runtime, { max: CONNECTIONS, statementTimeoutMs: 5000 })
  const sender = createSender(pool, { pipeline: true })
  const member: Reader = async (orgId) =>
    (await sender.within({ as: 'member', orgId, userId: orgId }).run(findOrganization(orgId))) ? 1 : 0
  const plain: Reader = async (id) => (await owner.query({ ...READ, values: [id] })).rows.length
  try {
    const { ours, against, awaited } = await interleave(
      {
        ours: () => rate(member, ids),
        against: () => rate(plain, ids),
        awaited: () => rate(awaitedBy(pool), ids),
      },
      report,
    )
    return {
      ours: median(ours),
      against: median(against),
      ratio: medianRatio(ours, against),
      unit: 'queries/s',
      details: { awaited: median(awaited), timesAwaited: medianRatio(ours, awaited) },
    }
  } finally {
    await pool.end()
  }
}

/** The usual way: begin, context, query and commit, each waited for. */
const awaitedBy =
  (pool: ReturnType<typeof createPool>): Reader =>
  async (id) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query({ ...CONTEXT, values: ['castellan_member', id, id] })
      const { rows } = await client.query({ ...READ, values: [id] })
      await client.query('commit')
      return rows.length
    } finally {
      client.release()
    }
  }

/** Queries a second over all connections, four callers waiting for each. */
async function rate(read: Reader, ids: readonly string[]): Promise<number> {
  const startedAt = performance.now()
  let count = 0
  const keepReading = async (): Promise<void> => {
    while (performance.now() - startedAt < MILLISECONDS) {
      const found = await read(ids[count++ % ids.length] ?? '')
      if (found !== 1) throw new Error('a row was not found')
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS * 4 }, keepReading))
  return (count / (performance.now() - startedAt)) * 1000
}

async function listCustomers(owner: Platform['owner']): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `select id from organizations where type = 'customer' order by md5(id::text)`,
  )
  return rows.map(({ id }) => id)
}
