import { mkdir } from 'node:fs/promises'
import type { House } from './app.ts'
import type { Config } from './config.ts'
import { createCredentials } from './credentials/credentials.ts'
import { deriveKey, loadMasterKey } from './credentials/master-key.ts'
import { answers, findBeside } from './database/embedded/beside.ts'
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.ts'
import { openDatabase } from './database/open-database.ts'
import type { Database, PrepareOptions } from './database/open-database.ts'
import { createCheckpointCarriers } from './mail/checkpoint-carriers.ts'
import { createMailer } from './mail/mailer.ts'
import { claimInstallation } from './services/installation.service.ts'
import { watchKeys } from './services/keys.service.ts'
import { createRateLimits } from './stores/rate-limits.ts'
import { openRedis } from './stores/redis.ts'
import type { Redis } from './stores/redis.ts'
import { shareChanges } from './stores/shared-standing.ts'
import { createStanding } from './stores/standing.ts'

export interface OpenHouse extends House {
  close(): Promise<void>
  /** Resolves with the reason when something it stands on is gone for good. */
  readonly failed: Promise<string>
}

/** The ground: keys, and a PostgreSQL that listens. */
export interface Ground {
  readonly masterKey: Buffer
  readonly preparation: Required<PrepareOptions>
  stop(): Promise<void>
  readonly failed: Promise<string>
}

type Report = (message: string) => void

/** Opens what the server is made of, in order. What was opened before a failure is closed again. */
export const openHouse = async (config: Config, report: Report): Promise<OpenHouse> =>
  openHouseOn(await openGround(config, report), config)

/** The ground goes with it when it cannot be opened, and when it is closed. */
export async function openHouseOn(ground: Ground, config: Config): Promise<OpenHouse> {
  const database = await openDatabase({
    ...ground.preparation,
    pipeline: config.DATABASE_PIPELINE === 'on',
    poolSize: config.DATABASE_POOL_SIZE,
  }).catch(undo(() => ground.stop()))
  const redis = config.REDIS_URL === undefined ? null : await openRedis(config.REDIS_URL, ground.preparation.report)
  const house = furnish(config, ground, { database, redis })
  await claimInstallation(house.identity, ground.preparation.keyCheck).catch(undo(() => house.close()))
  const keys = await watchKeys(house).catch(undo(() => house.close()))
  const close = (): Promise<void> => (keys.stop(), house.close())
  return { ...house, close }
}

const undo =
  (step: () => Promise<void>) =>
  async (error: unknown): Promise<never> => {
    await step()
    throw error
  }

/** As it is while another process runs the embedded PostgreSQL, to look at it beside that; else the ground of one's own. */
export async function openGroundBeside(config: Config, report: Report): Promise<Ground> {
  if (config.DATABASE_URL !== undefined) return openGround(config, report)
  const { key: masterKey } = loadMasterKey({ dataDir: config.DATA_DIR, masterKey: config.MASTER_KEY })
  const connection = await findBeside(config.DATA_DIR, superuserPassword(masterKey))
  if (connection === null || !(await answers(connection))) return openGround(config, report)
  const preparation = {
    ...{ connection, runtimePassword: runtimePasswordOf(masterKey), keyCheck: keyCheckOf(masterKey), report },
  }
  return { masterKey, preparation, stop: async () => undefined, failed: new Promise(() => undefined) }
}

const runtimePasswordOf = (masterKey: Buffer): string =>
  deriveKey(masterKey, 'database runtime login 1').toString('base64url')
const keyCheckOf = (masterKey: Buffer): Buffer => deriveKey(masterKey, 'installation check 1')
const superuserPassword = (masterKey: Buffer): string =>
  deriveKey(masterKey, 'database superuser 1').toString('base64url')

/** Of the embedded PostgreSQL, settings can be given. */
export async function openGround(
  config: Config,
  report: Report,
  settings: Record<string, string> = {},
): Promise<Ground> {
  await mkdir(config.DATA_DIR, { recursive: true })
  const { key: masterKey } = loadMasterKey({ dataDir: config.DATA_DIR, masterKey: config.MASTER_KEY })
  const runtimePassword = runtimePasswordOf(masterKey)
  const keyCheck = keyCheckOf(masterKey)
  if (config.DATABASE_URL !== undefined) {
    const preparation = { connection: { connectionString: config.DATABASE_URL }, runtimePassword, keyCheck, report }
    return { masterKey, preparation, stop: async () => undefined, failed: new Promise(() => undefined) }
  }
  const password = superuserPassword(masterKey)
  const { connection, stop, exited } = await startEmbeddedPostgres({
    ...{ dataDir: config.DATA_DIR, password, settings, report },
  })
  let asked = false
  const failed = new Promise<string>((resolve) => {
    void exited.then(() => asked || resolve(`the embedded PostgreSQL has stopped; its log is in ${config.DATA_DIR}`))
  })
  const stopAsAsked = (): Promise<void> => ((asked = true), stop())
  return { masterKey, preparation: { connection, runtimePassword, keyCheck, report }, stop: stopAsAsked, failed }
}

function furnish(
  config: Config,
  { masterKey, stop, failed }: Ground,
  { database, redis }: { database: Database; redis: Redis | null },
): OpenHouse {
  const { SMTP_URL: url, MAIL_FROM: from } = config
  const mailer = url === undefined ? null : createMailer({ url, from })
  const standing = createStanding(database)
  return {
    database,
    identity: database.within({ as: 'identity' }),
    credentials: createCredentials({
      masterKey,
      issuer: config.PUBLIC_URL,
      accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    }),
    standing: redis ? shareChanges(standing, redis) : standing,
    limits: createRateLimits(config.RATE_LIMIT_PER_MINUTE, redis),
    settings: { publicUrl: config.PUBLIC_URL, sendsMail: mailer !== null, requireMfa: config.REQUIRE_MFA },
    mailer,
    carriers: createCheckpointCarriers({
      file: config.AUDIT_ANCHOR_FILE,
      mail: config.AUDIT_ANCHOR_MAIL,
      url: config.AUDIT_ANCHOR_URL,
      mailer,
    }),
    trustedProxies: config.TRUSTED_PROXIES,
    metrics: metricsOf(config),
    clock: () => new Date(),
    logLevel: config.LOG_LEVEL,
    failed,
    close: async () => {
      mailer?.close()
      redis?.close()
      await database.close()
      await stop()
    },
  }
}

function metricsOf({ HOST: host, METRICS_PORT: port, METRICS_TOKEN: token }: Config): OpenHouse['metrics'] {
  return port === undefined && token === undefined ? null : { host, port, token }
}
