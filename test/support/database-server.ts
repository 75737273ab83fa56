import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { prepareDatabase } from '../../src/database/open-database.ts'
import { deriveKey } from '../../src/credentials/master-key.ts'
import { startDebian, startShipped, SUPERUSER } from './clusters.ts'

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
  const cluster = await (process.env['TEST_POSTGRES'] === 'debian' ? startDebian() : startShipped())
  const url = cluster.url({ ...SUPERUSER, database: 'postgres' })
  await makeTemplate(url)
  project.provide('databaseServer', url)
  return cluster.stop
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
