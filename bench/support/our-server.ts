import { createCredentials } from '../../src/credentials/credentials.ts'
import { MASTER_KEY } from './master-key.ts'
import type { Platform } from './platform.ts'
import { startServer } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'

const PUBLIC_URL = 'http://localhost'
export const POOL_SIZE = '10'

export interface Ground {
  readonly platform: Pick<Platform, 'ownerUrl'>
  readonly dataDir: string
  /** `src/main.ts` where none is given. */
  readonly entry?: URL
  readonly env?: Readonly<Record<string, string>>
  readonly pinned?: boolean | undefined
}

/** Our server as it is deployed, with limits that nobody reaches. */
export const startOurs = ({ platform, dataDir, entry, env, pinned }: Ground): Promise<ServerProcess> =>
  startServer({
    entry: entry ?? new URL('../../src/main.ts', import.meta.url),
    pinned,
    env: {
      DATABASE_URL: platform.ownerUrl,
      DATABASE_POOL_SIZE: POOL_SIZE,
      DATA_DIR: dataDir,
      MASTER_KEY: MASTER_KEY.toString('base64'),
      PUBLIC_URL,
      RATE_LIMIT_PER_MINUTE: '100000000',
      LOG_LEVEL: 'warn',
      ...env,
    },
  })

/** Gives tokens of sessions that stand in the database, one for each session. */
export function tokenOffice(): (session: { sub: string; sid: string }) => string {
  const { signer } = createCredentials({ masterKey: MASTER_KEY, issuer: PUBLIC_URL, accessTokenTtlSeconds: 3600 })
  const tokens = new Map<string, string>()
  return ({ sub, sid }) => {
    const token = tokens.get(sid) ?? signer.sign({ sub, sid }, new Date()).token
    tokens.set(sid, token)
    return token
  }
}
