import pg from 'pg'
import { parserOf } from './parsers.ts'

/** Where a PostgreSQL listens and who we are to it. */
export type Connection =
  | { readonly connectionString: string }
  | {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly password: string
      readonly database: string
    }

export interface PoolSettings {
  readonly max: number
  readonly statementTimeoutMs: number
}

/** Connections that speak UTC and ISO dates, find our schema first, and give up in time. */
export function createPool(connection: Connection, { max, statementTimeoutMs }: PoolSettings): pg.Pool {
  const settings = {
    search_path: 'castellan,pg_catalog',
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: String(statementTimeoutMs * 2),
  }
  const pool = new pg.Pool({
    ...connection,
    max,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 60_000,
    types: { getTypeParser: parserOf },
    application_name: 'castellan',
  })
  // Whoever waits for an answer is told that the connection has ended; said to nobody, it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
