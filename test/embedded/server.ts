import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../src/database/embedded/embedded-postgres.ts'

export const PASSWORD = 'correct horse battery staple'

export async function start(
  dataDir: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, password: PASSWORD, ...options })
  onTestFinished(() => server.stop())
  return server
}

export type Connection = EmbeddedPostgres['connection']

/** The rows of the last statement, each as an array. */
export async function query(connection: Connection, sql: string): Promise<unknown[][]> {
  const client = new Client({ ...connection, ssl: false })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' })
    return rows
  } finally {
    await client.end()
  }
}

export const remember = (connection: Connection, word: string) =>
  query(connection, `create table memory as select '${word}'::text as word`)

export const recall = (connection: Connection) => query(connection, 'select word from memory')
