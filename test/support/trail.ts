import pg from 'pg'
import { encode } from '../../src/database/encode.ts'
import { parserOf } from '../../src/database/parsers.ts'
import type { Statement } from '../../src/database/statement.ts'
import { tickOf } from '../../src/jobs/tick.ts'
import type { Checkpoint } from '../../src/policy/checkpoint.ts'
import { record } from '../../src/services/audit/record.ts'
import { verifyTrail } from '../../src/services/audit/verify-trail.ts'
import type { Verification } from '../../src/services/audit/verify-trail.ts'
import { silent } from './nodes.ts'
import type { World } from './world.ts'

/** Writes events as a service does, in some runs of the sealer. @returns the organizations, in the order of their ids */
export async function fillTrail(
  world: World,
  { organizations, events, seals }: { organizations: number; events: number; seals: number },
): Promise<string[]> {
  const customers = await Promise.all(Array.from({ length: organizations }, () => world.customer()))
  // That they were made by hand is told by an event each.
  await world.runJob('seal-trail')
  for (let part = 0; part < seals; part++) {
    for (const { id: orgId } of customers) {
      const statements = Array.from({ length: events / seals }, (_, i) => {
        const n = part * (events / seals) + i
        const actor = { userId: orgId, email: `a${n}@example.com`, role: 'admin', orgId } as const
        return record(tickOf(world.house, silent), {
          action: n % 3 === 0 ? 'user.updated' : 'access.used',
          orgId,
          actor,
          resource: { type: 'user', id: `r${n}` },
          description: `Event ${n}`,
          changes: { before: { n }, after: { n: n + 1 } },
          details: { n, text: 'ä€😀' },
        })
      })
      world.travel(7)
      await world.house.identity.batch(statements)
    }
    await world.runJob('seal-trail')
  }
  return customers.map(({ id }) => id).toSorted()
}

/** A connection of a superuser with the triggers off, whose changes can be looked at and undone. */
export interface Tamperer {
  query(text: string, values?: unknown[]): Promise<any[]>
  verify(options?: { anchored?: Checkpoint[]; only?: string }): Promise<Verification>
  /** What is done in it did not happen. */
  undone<T>(work: () => Promise<T>): Promise<T>
  end(): Promise<void>
}

export async function openTamperer(world: World): Promise<Tamperer> {
  const client = new pg.Client({
    connectionString: world.databaseUrl,
    options: '-c search_path=castellan,pg_catalog -c TimeZone=UTC -c session_replication_role=replica',
    types: { getTypeParser: parserOf },
  })
  await client.connect()
  const query = async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows
  const run = async <T>({ text, values, read }: Statement<T>): Promise<T> => {
    const { rows, rowCount } = await client.query(text, values.map(encode))
    return read({ rows, affected: rowCount ?? 0 })
  }
  return {
    query,
    verify: ({ anchored = [], only } = {}) =>
      verifyTrail({ trail: { run }, trailKey: world.house.credentials.trailKey, anchored, only }),
    async undone(work) {
      await client.query('begin')
      try {
        return await work()
      } finally {
        await client.query('rollback')
      }
    },
    end: () => client.end(),
  }
}

/** The same every time (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
