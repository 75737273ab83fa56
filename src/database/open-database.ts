import pg from 'pg'
import { findOpenWalls } from './catalog-check.ts'
import { isMigrated, migrate } from './migrate.ts'
import { refuseOtherKey } from './other-master-key.ts'
import { createPool } from './pool.ts'
import type { Connection } from './pool.ts'
import { ensureRoles, RUNTIME, setRuntimePassword } from './roles.ts'
import { watchSilence } from './silence.ts'
import { createSender } from './tenancy.ts'
import type { Sender } from './tenancy.ts'

export interface Database extends Sender {
  /** Resolves when PostgreSQL answers, rejects when it does not. */
  ping(): Promise<void>
  figures(): PoolFigures
  close(): Promise<void>
}

/** Connections that there are, those of them that do nothing, and who waits for one. */
export interface PoolFigures {
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

export interface DatabaseOptions {
  readonly connection: Connection
  readonly runtimePassword: string
  /** What the database is claimed with; without it no claim is looked at. */
  readonly keyCheck?: Buffer
  readonly pipeline: boolean
  readonly poolSize: number
  readonly report: (message: string) => void
}

export type PrepareOptions = Pick<DatabaseOptions, 'connection' | 'runtimePassword' | 'keyCheck' | 'report'>

/** Any constant: nodes that start together on one database wait for each other under it. */
const STARTING = 7_316_420_551
const WRONG_PASSWORD = '28P01'

/** The message is for the operator. */
export class DatabaseNotReadyError extends Error {}

/**
 * Prepares roles and schema, checks the walls, and opens the pool that serves requests.
 * @throws RolesMissingError MigrationError OtherMasterKeyError DatabaseNotReadyError
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const runtime = await prepareDatabase(options)
  const pool = createPool(runtime, { max: options.poolSize, statementTimeoutMs: 5000 })
  try {
    const open = await findOpenWalls(pool)
    if (open.length > 0) throw new DatabaseNotReadyError(['the database is not safe to serve:', ...open].join('\n  '))
  } catch (error) {
    await pool.end()
    throw error
  }
  const stopWatching = watchSilence(pool, runtime)
  return {
    ...createSender(pool, options),
    ping: async () => void (await pool.query('select')),
    figures: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => (stopWatching(), pool.end()),
  }
}

/** Roles and migrations, as far as the given login may. @returns the connection that serves requests */
export async function prepareDatabase(options: PrepareOptions): Promise<Connection> {
  const client = new pg.Client({
    ...options.connection,
    connectionTimeoutMillis: 5000,
    application_name: 'castellan-migrate',
  })
  client.on('error', () => undefined)
  await client.connect().catch((error: Error) => {
    throw new DatabaseNotReadyError(`cannot reach PostgreSQL: ${error.message || 'no answer'}`)
  })
  try {
    await client.query('select pg_advisory_lock($1)', [STARTING])
    return await prepare(client, options)
  } finally {
    await client.end()
  }
}

async function prepare(
  client: pg.Client,
  { connection, runtimePassword, keyCheck, report }: PrepareOptions,
): Promise<Connection> {
  const { runtime, canMigrate } = await ensureRoles(client, runtimePassword)
  if (canMigrate) await migrate(client, report)
  else if (!(await isMigrated(client))) {
    throw new DatabaseNotReadyError(
      'migrations are pending and this login may not apply them: run `npm run castellan -- migrate` with one that may',
    )
  }
  await findSchemaByDefault(client)
  if (runtime === 'given') return connection
  const own = asRuntime(connection, runtimePassword)
  if (await signsIn(own)) return own
  if (keyCheck) await refuseOtherKey(client, keyCheck)
  await setRuntimePassword(client, runtimePassword)
  if (await signsIn(own)) return own
  throw new DatabaseNotReadyError(`PostgreSQL refuses the password of ${RUNTIME}: see its pg_hba.conf`)
}

/** @throws DatabaseNotReadyError when it is not for the password */
async function signsIn(connection: Connection): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === WRONG_PASSWORD) return false
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseNotReadyError(`cannot sign in to PostgreSQL as ${RUNTIME}: ${reason}`)
  }
  await client.end()
  return true
}

/** So that a person at `psql` finds the tables by their plain names. Only the database's owner may, and nothing depends on it. */
async function findSchemaByDefault(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; mine: boolean }>(
    `select datname as name, pg_has_role(session_user, datdba, 'usage') as mine from pg_database where datname = current_database()`,
  )
  const [database] = rows
  if (!database?.mine) return
  await client.query(`alter database ${client.escapeIdentifier(database.name)} set search_path = castellan, public`)
}

/** The login that serves requests, at the same place. */
export function asRuntime(connection: Connection, password: string): Connection {
  if (!('connectionString' in connection)) return { ...connection, user: RUNTIME, password }
  const url = new URL(connection.connectionString)
  url.searchParams.delete('user')
  url.searchParams.delete('password')
  if (!url.hostname) {
    // a socket directory: postgresql:///name?host=/run/postgresql
    const host = url.searchParams.get('host') ?? '/var/run/postgresql'
    const port = Number(url.searchParams.get('port') ?? url.port) || 5432
    return { host, port, user: RUNTIME, password, database: decodeURIComponent(url.pathname.slice(1)) }
  }
  url.username = RUNTIME
  url.password = encodeURIComponent(password)
  return { connectionString: url.href }
}
