import { setTimeout as sleep } from 'node:timers/promises'
import { Client, DatabaseError, escapeIdentifier } from 'pg'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

export interface Connection {
  /** A directory: the server listens on a unix socket only. */
  host: string
  port: number
  user: string
  password: string
  database: string
}

export interface StartingServer {
  isAlive(): boolean
  lastComplaint(): string
  report(message: string): void
}

const SLOW_START_MS = 5_000
const WRONG_PASSWORD = '28P01'
/** Starting up, or shutting down: then the end is near enough to wait for. */
const NOT_NOW = /^57P0/

/** Waits for the server, for as long as it lives: replaying a long log may take minutes. Then makes its database where missing. */
export async function makeDatabase(connection: Connection, server: StartingServer): Promise<void> {
  const slow = setTimeout(() => server.report('PostgreSQL is recovering from an unclean stop'), SLOW_START_MS)
  const client = await connectWhenReady(connection, server).finally(() => clearTimeout(slow))
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [connection.database])
    if (rowCount === 0) await client.query(`create database ${escapeIdentifier(connection.database)}`)
  } finally {
    await client.end()
  }
}

async function connectWhenReady(connection: Connection, server: StartingServer): Promise<Client> {
  while (server.isAlive()) {
    const client = new Client({ ...connection, database: 'postgres', ssl: false, connectionTimeoutMillis: 5_000 })
    // The end of a connection is also told to whoever waits for its answer.
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      if (error instanceof DatabaseError && !NOT_NOW.test(error.code ?? '')) throw refusal(error)
    }
    await sleep(15)
  }
  throw new EmbeddedPostgresError(`PostgreSQL did not start: ${server.lastComplaint()}`)
}

function refusal(error: DatabaseError): Error {
  if (error.code !== WRONG_PASSWORD) return error
  return new EmbeddedPostgresError(
    'the embedded PostgreSQL was made with another password; restore the key that DATA_DIR held when it was made',
    { cause: error },
  )
}
