import pg from 'pg'
import { findOpenWalls } from './catalog-check.ts'
import { isMigrated } from './migrate.ts'
import { asRuntime } from './open-database.ts'
import type { PrepareOptions } from './open-database.ts'
import type { Connection } from './pool.ts'

/** What a look at a database shows, without a change to it. */
export interface Sight {
  /** As `server_version` and `server_version_num` tell it. */
  readonly version: string
  readonly versionNumber: number
  /** By how much its clock is ahead of ours, give or take half of what an answer takes. */
  readonly aheadMs: number
  readonly isMigrated: boolean
  /** By whom requests would be served, and what that login could do that it must not; null when there is no such login yet. */
  readonly serving: { readonly login: string; readonly openWalls: readonly string[] } | null
}

type Place = Pick<PrepareOptions, 'connection' | 'runtimePassword'>

/** @throws Error of the driver when it cannot be reached */
export async function lookAtDatabase({ connection, runtimePassword }: Place): Promise<Sight> {
  const about = await withClient(connection, async (client) => ({
    ...(await clockOf(client)),
    isMigrated: await isMigrated(client),
  }))
  if (!about.isMigrated) return { ...about, serving: null }
  const serving = await withClient(asRuntime(connection, runtimePassword), wallsAround).catch(() =>
    withClient(connection, wallsAround),
  )
  return { ...about, serving }
}

async function clockOf(client: pg.Client): Promise<Pick<Sight, 'version' | 'versionNumber' | 'aheadMs'>> {
  const asked = Date.now()
  const { rows } = await client.query<{ version: string; versionNumber: number; now: number }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
            (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  )
  const answered = Date.now()
  const { version = '', versionNumber = 0, now = 0 } = rows[0] ?? {}
  return { version, versionNumber, aheadMs: Math.round(now - (asked + answered) / 2) }
}

async function wallsAround(client: pg.Client): Promise<NonNullable<Sight['serving']>> {
  const { rows } = await client.query<{ login: string }>('select session_user as login')
  return { login: rows[0]?.login ?? '', openWalls: await findOpenWalls(client) }
}

async function withClient<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5000, application_name: 'castellan-doctor' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
