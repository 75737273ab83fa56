import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chooseAccount } from './account.ts'
import { openHome } from './cluster-home.ts'
import { makeDatabase, type Connection } from './database.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { checkCluster } from './existing-cluster.ts'
import { lockHome } from './home-lock.ts'
import { findNativePackage } from './native-package.ts'
import { installNativeTree } from './native-tree.ts'
import { makeCluster, SUPERUSER } from './new-cluster.ts'
import type { ExitStatus } from './program.ts'
import { runServer, type RunningServer } from './running-server.ts'
import { PORT } from './settings.ts'
import { takeOver, type Report } from './take-over.ts'

export { EmbeddedPostgresError }

export interface EmbeddedPostgres {
  /** For the superuser of the embedded server. TLS must be off: a unix socket speaks none. */
  connection: Connection
  /** A fast shutdown, made harder after 10 s. May be called again. */
  stop(): Promise<void>
  /** Resolves when no process of the server is left, asked for or not. */
  exited: Promise<ExitStatus>
}

export interface EmbeddedPostgresOptions {
  dataDir: string
  /** The same for as long as the database lives. */
  password: string
  settings?: Record<string, string>
  report?: Report
}

/**
 * PostgreSQL as a part of this process: it ends when we end, also by `kill -9`. One process at a time may own a DATA_DIR.
 * @throws EmbeddedPostgresError
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start({ settings: {}, report: () => {}, ...options, dataDir: resolve(options.dataDir) })
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new EmbeddedPostgresError(`the embedded PostgreSQL in ${options.dataDir} cannot start: ${reason}`, {
      cause: error,
    })
  }
}

async function start(options: Required<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres> {
  const native = findNativePackage()
  const account = chooseAccount()
  const home = await openHome(options.dataDir, account)
  const lock = lockHome(home.path, options.dataDir)
  try {
    await takeOver(home, options.report)
    const tree = installNativeTree(native, home.path)
    const data = join(home.path, 'data')
    if (!existsSync(data)) await makeCluster({ home: home.path, tree, account, password: options.password })
    await checkCluster(data, native.major, account)
    const server = await runServer({ home: home.path, tree, account }, options.settings)
    const exited = server.exited.finally(lock.release)
    return { connection: await openDatabase(server, options), stop: server.stop, exited }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openDatabase(server: RunningServer, options: Required<EmbeddedPostgresOptions>): Promise<Connection> {
  const { password, report } = options
  const connection = { host: server.socketDirectory, port: PORT, user: SUPERUSER, password, database: 'castellan' }
  try {
    await makeDatabase(connection, { ...server, report })
    return connection
  } catch (error) {
    await server.stop()
    throw error
  }
}
