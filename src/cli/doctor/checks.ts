import { ConfigError } from '../../config.ts'
import type { Config } from '../../config.ts'
import { reachMailServer } from '../../mail/reach-mail-server.ts'
import { reachRedis } from '../../stores/reach-redis.ts'
import { databaseChecks } from './database-checks.ts'
import { reasonOf } from './finding.ts'
import type { Finding } from './finding.ts'
import { keyChecks } from './key-checks.ts'

/** The oldest that runs the source as it is written; `engines` in package.json says the same. */
const OLDEST_NODE = [24, 12] as const
const OLDEST_REDIS = 7

/** In order, each as soon as it is known. Nothing else can be looked at without a configuration. */
export async function* checksOf(read: () => Config): AsyncGenerator<Finding> {
  const config = yield* configuration(read)
  if (config === null) return
  yield node()
  const masterKey = yield* keyChecks(config)
  if (masterKey !== null) yield* databaseChecks(config, masterKey)
  yield await mail(config)
  yield await redis(config)
}

function* configuration(read: () => Config): Generator<Finding, Config | null> {
  try {
    const config = read()
    const { PUBLIC_URL: url, REQUIRE_MFA: mfa } = config
    const isPlain = url.startsWith('http:') && !['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
    const check = 'configuration'
    if (isPlain) {
      yield { check, state: 'wrong', told: `${url} is not encrypted`, mend: 'serve it by https, and set PUBLIC_URL' }
    } else if (mfa === 'none') {
      yield { check, state: 'wrong', told: 'nobody has to have a second factor', mend: 'unset REQUIRE_MFA' }
    } else yield { check, state: 'well', told: `${url}, data in ${config.DATA_DIR}` }
    return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const told of error.message.split('\n')) {
      yield { check: 'configuration', state: 'wrong', told, mend: 'see Configuration in README.md' }
    }
    return null
  }
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [least, leastMinor] = OLDEST_NODE
  const isNew = major > least || (major === least && minor >= leastMinor)
  const told = `Node ${process.versions.node}`
  if (isNew) return { check: 'program', state: 'well', told }
  return { check: 'program', state: 'wrong', told, mend: `run it with Node ${OLDEST_NODE.join('.')} or newer` }
}

async function mail({ SMTP_URL: url }: Config): Promise<Finding> {
  const check = 'mail'
  if (url === undefined) return { check, state: 'well', told: 'none set up: inviters pass links on by hand' }
  const { host } = new URL(url)
  try {
    await reachMailServer(url)
    return { check, state: 'well', told: `${host} takes mail from us` }
  } catch (error) {
    return { check, state: 'wrong', told: `${host}: ${reasonOf(error)}`, mend: 'check SMTP_URL; mails wait for a day' }
  }
}

async function redis({ REDIS_URL: url }: Config): Promise<Finding> {
  const check = 'redis'
  if (url === undefined) return { check, state: 'well', told: 'none set up: right for one node' }
  const { host } = new URL(url)
  try {
    const version = await reachRedis(url)
    if (Number.parseInt(version, 10) >= OLDEST_REDIS) return { check, state: 'well', told: `${host}, ${version}` }
    return { check, state: 'wrong', told: `${host} is of version ${version}`, mend: 'use Redis 7 or newer, or Valkey' }
  } catch (error) {
    const mend = 'check REDIS_URL; until then each node counts and remembers for itself'
    return { check, state: 'wrong', told: `${host}: ${reasonOf(error)}`, mend }
  }
}
