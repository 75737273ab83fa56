import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { deriveKey } from '../../credentials/master-key.ts'
import { findBeside } from '../../database/embedded/beside.ts'
import { lookAtDatabase } from '../../database/look.ts'
import type { Sight } from '../../database/look.ts'
import { openGround } from '../../house.ts'
import { reasonOf } from './finding.ts'
import type { Finding } from './finding.ts'

/** The first of each major version in which row security has no known hole. */
const SAFE_MINOR: Readonly<Record<number, number>> = { 15: 14, 16: 10, 17: 6 }
const OLDEST = 15
const MOST_SKEW_MS = 1000

export async function* databaseChecks(config: Config, masterKey: Buffer): AsyncGenerator<Finding> {
  if (config.DATABASE_URL === undefined && !existsSync(join(config.DATA_DIR, 'postgres'))) {
    yield {
      check: 'database',
      state: 'unknown',
      told: 'the embedded one is not made yet',
      mend: 'the first start makes it',
    }
    return
  }
  try {
    const sight = await look(config, masterKey)
    yield* [version(sight), schema(sight), walls(sight), clock(sight)].filter((finding) => finding !== null)
  } catch (error) {
    const mend =
      config.DATABASE_URL === undefined ? `see postgres/postgres.log in ${config.DATA_DIR}` : 'check DATABASE_URL'
    yield { check: 'database', state: 'unknown', told: reasonOf(error), mend }
  }
}

/** An embedded database is looked at beside the server that runs on it, or started for the look. */
async function look(config: Config, masterKey: Buffer): Promise<Sight> {
  const runtimePassword = deriveKey(masterKey, 'database runtime login 1').toString('base64url')
  if (config.DATABASE_URL === undefined) {
    const password = deriveKey(masterKey, 'database superuser 1').toString('base64url')
    const connection = await findBeside(config.DATA_DIR, password)
    const seen = connection && (await lookAtDatabase({ connection, runtimePassword }).catch(() => null))
    if (seen) return seen
  }
  const ground = await openGround(config, () => undefined)
  try {
    return await lookAtDatabase(ground.preparation)
  } finally {
    await ground.stop()
  }
}

function version({ version: told, versionNumber }: Sight): Finding {
  const [major, minor] = [Math.floor(versionNumber / 10_000), versionNumber % 10_000]
  const check = 'database'
  if (major < OLDEST) {
    return { check, state: 'wrong', told: `PostgreSQL ${told}`, mend: `use PostgreSQL ${OLDEST} or newer` }
  }
  const safe = SAFE_MINOR[major] ?? 0
  if (minor >= safe) return { check, state: 'well', told: `PostgreSQL ${told}` }
  const mend = `update to ${major}.${safe} or newer: row security has known holes before`
  return { check, state: 'wrong', told: `PostgreSQL ${told}`, mend }
}

const schema = ({ isMigrated }: Sight): Finding =>
  isMigrated
    ? { check: 'schema', state: 'well', told: 'of this release' }
    : { check: 'schema', state: 'wrong', told: 'migrations are pending', mend: 'npm run castellan -- migrate' }

function walls({ serving }: Sight): Finding | null {
  if (serving === null) return null
  const { login, openWalls } = serving
  const check = 'row security'
  if (openWalls.length === 0) return { check, state: 'well', told: `no open wall as ${login}` }
  const mend = 'the server does not start like this: undo it, or restore'
  return { check, state: 'wrong', told: openWalls.join('; '), mend }
}

function clock({ aheadMs }: Sight): Finding {
  const check = 'clock'
  const by = Math.abs(aheadMs)
  if (by <= MOST_SKEW_MS) return { check, state: 'well', told: `${by} ms from the database's` }
  const told = `${by} ms ${aheadMs > 0 ? 'behind' : 'ahead of'} the database's`
  return { check, state: 'wrong', told, mend: 'synchronise both clocks (chrony): codes and grants go by them' }
}
