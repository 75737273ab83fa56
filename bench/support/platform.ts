import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts'
import { prepareDatabase } from '../../src/database/open-database.ts'
import { createPool } from '../../src/database/pool.ts'
import type { Connection } from '../../src/database/pool.ts'
import { deriveKey } from '../../src/credentials/master-key.ts'
import type { Report } from '../question.ts'
import { fill } from './fill.ts'
import { MASTER_KEY } from './master-key.ts'

export { MASTER_KEY } from './master-key.ts'

/** A PostgreSQL of our own with a provider at work in it, shared by the questions of one run. */
export interface Platform {
  /** As the superuser, whom no row security binds. */
  readonly ownerUrl: string
  readonly owner: pg.Pool
  /** As the login that serves requests. */
  readonly runtime: Connection
}

let opened: Promise<Platform & { close(): Promise<void> }> | null = null

export const openPlatform = (report: Report): Promise<Platform> => (opened ??= open(report))

export async function closePlatform(): Promise<void> {
  await (await opened)?.close()
}

async function open(report: Report): Promise<Platform & { close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const password = 'for-the-benchmark-alone'
  const settings = { shared_buffers: '512MB', max_wal_size: '4GB' }
  const { connection, stop } = await startEmbeddedPostgres({ dataDir, password, settings })
  const runtime = await prepareDatabase({
    connection,
    runtimePassword: deriveKey(MASTER_KEY, 'database runtime login 1').toString('base64url'),
    report,
  })
  const owner = createPool(connection, { max: 4, statementTimeoutMs: 600_000 })
  await fill(owner, report)
  return {
    ownerUrl: urlOf({ ...connection, password }),
    owner,
    runtime,
    close: async () => {
      await owner.end()
      await stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function urlOf(parts: { host: string; port: number; user: string; password: string; database: string }): string {
  const url = new URL(`postgresql:///${parts.database}`)
  for (const name of ['host', 'port', 'user', 'password'] as const) url.searchParams.set(name, String(parts[name]))
  return url.href
}
