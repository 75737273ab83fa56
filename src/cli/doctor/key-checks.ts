import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { loadMasterKey, MasterKeyError } from '../../credentials/master-key.ts'
import type { Finding } from './finding.ts'

const check = 'keys'

/** Whether the master key is there and nobody else's to read. @returns it, where it can be used */
export function* keyChecks({ DATA_DIR: dataDir, MASTER_KEY: masterKey }: Config): Generator<Finding, Buffer | null> {
  const directory = join(dataDir, 'keys')
  const file = join(directory, 'master.key')
  if (masterKey === undefined && modeOf(file) === null) {
    yield {
      check,
      state: 'unknown',
      told: `${file} is not there`,
      mend: 'the first start makes it; a restore brings it back',
    }
    return null
  }
  try {
    const { key, origin } = loadMasterKey({ dataDir, masterKey })
    const mode = modeOf(directory) ?? 0
    if (origin === 'file' && (mode & 0o077) !== 0) {
      yield { check, state: 'wrong', told: `${directory} is open to other users`, mend: `chmod 700 ${directory}` }
    } else {
      yield { check, state: 'well', told: origin === 'file' ? `${file}, for its owner alone` : 'MASTER_KEY is set' }
    }
    return key
  } catch (error) {
    if (!(error instanceof MasterKeyError)) throw error
    yield { check, state: 'wrong', told: error.message, mend: 'without the right key the server does not start' }
    return null
  }
}

const modeOf = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.mode ?? null
