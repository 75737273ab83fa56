import { mkdir } from 'node:fs/promises'
import type { House } from './app.ts'
import type { Config } from './config.ts'
import { createCredentials } from './credentials/credentials.ts'
import { deriveKey, loadMasterKey } from './credentials/master-key.ts'
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.ts'
import { openDatabase } from './database/open-database.ts'
import type { Database } from './database/open-database.ts'
import type { Connection } from './database/pool.ts'
import { createRateLimits } from './stores/rate-limits.ts'
import { createStanding } from './stores/standing.ts'

export interface OpenHouse extends House {
  close(): Promise<void>
  /** Resolves with the reason when something it stands on is gone for good. */
  readonly failed: Promise<string>
}

/** Opens what the server is made of, in order. What was opened before a failure is closed again. */
export async function openHouse(config: Config, report: (message: string) => void): Promise<OpenHouse> {
  await mkdir(config.DATA_DIR, { recursive: true })
  const { key: masterKey } = loadMasterKey({ dataDir: config.DATA_DIR, masterKey: config.MASTER_KEY })
  const server = await postgresOf(config, masterKey, report)
  try {
    const database = await openDatabase({
      connection: server.connection,
      runtimePassword: deriveKey(masterKey, 'database runtime login 1').toString('base64url'),
      pipeline: config.DATABASE_PIPELINE === 'on',
      poolSize: config.DATABASE_POOL_SIZE,
      report,
    })
    return furnish(config, masterKey, database, server)
  } catch (error) {
    await server.stop()
    throw error
  }
}

interface Server {
  connection: Connection
  stop(): Promise<void>
  failed: Promise<string>
}

async function postgresOf(
  { DATABASE_URL, DATA_DIR }: Config,
  masterKey: Buffer,
  report: (message: string) => void,
): Promise<Server> {
  if (DATABASE_URL !== undefined)
    return {
      connection: { connectionString: DATABASE_URL },
      stop: async () => undefined,
      failed: new Promise(() => undefined),
    }
  const password = deriveKey(masterKey, 'database superuser 1').toString('base64url')
  const { connection, stop, exited } = await startEmbeddedPostgres({ dataDir: DATA_DIR, password, report })
  return { connection, stop, failed: exited.then(() => 'the embedded PostgreSQL has stopped; see its log in DATA_DIR') }
}

function furnish(config: Config, masterKey: Buffer, database: Database, server: Server): OpenHouse {
  return {
    database,
    identity: database.within({ as: 'identity' }),
    credentials: createCredentials({
      masterKey,
      issuer: config.PUBLIC_URL,
      accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    }),
    standing: createStanding(database),
    limits: createRateLimits(config.RATE_LIMIT_PER_MINUTE),
    settings: { publicUrl: config.PUBLIC_URL, requireMfa: config.REQUIRE_MFA },
    trustedProxies: config.TRUSTED_PROXIES,
    clock: () => new Date(),
    logLevel: config.LOG_LEVEL,
    close: async () => {
      await database.close()
      await server.stop()
    },
    failed: server.failed,
  }
}
