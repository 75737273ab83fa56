import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts'
import { prepareDatabase } from '../../src/database/open-database.ts'
import { deriveKey } from '../../src/credentials/master-key.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the server; its path is to be replaced. */
    databaseServer: string
  }
}

/** One key for all tests, so that the runtime login has one password. */
export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')
export const TEMPLATE = 'castellan_template'

/** One PostgreSQL for the whole run, and a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await openServer()
  await makeTemplate(url)
  project.provide('databaseServer', url)
  return stop
}

async function openServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, stop: async () => undefined }
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-test-'))
  const password = 'for the tests alone'
  const settings = { fsync: 'off', max_connections: '200' }
  const { connection, stop } = await startEmbeddedPostgres({ dataDir, password, settings })
  const url = new URL('postgresql:///postgres')
  for (const [name, value] of Object.entries({
    host: connection.host,
    port: connection.port,
    user: connection.user,
    password,
  })) {
    url.searchParams.set(name, String(value))
  }
  return {
    url: url.href,
    stop: async () => {
      await stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function makeTemplate(server: string): Promise<void> {
  await administer(server, `drop database if exists ${TEMPLATE}`)
  await administer(server, `create database ${TEMPLATE}`)
  await prepareDatabase({
    connection: { connectionString: databaseUrl(server, TEMPLATE) },
    runtimePassword: deriveKey(Buffer.from(MASTER_KEY, 'base64'), 'database runtime login 1').toString('base64url'),
    report: () => undefined,
  })
}

export function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

export async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
