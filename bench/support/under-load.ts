import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCredentials } from '../../src/credentials/credentials.ts'
import { startLoadGenerator } from './load.ts'
import type { Asking, Load, LoadGenerator } from './load.ts'
import { MASTER_KEY } from './platform.ts'
import type { Platform } from './platform.ts'
import { median } from './rounds.ts'
import { startServer } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'

const PUBLIC_URL = 'http://localhost'
const SECONDS = 2
const CONNECTIONS = 32
const POOL_SIZE = '10'

/** How a server fared under the load, and what CPU it used for one request. */
export interface Sample extends Load {
  readonly cpuUs: number
}

interface Contest {
  readonly requests: readonly Asking[]
  /** The peer's program. */
  readonly peer: URL
}

/** Our server and its peer as processes of their own, to be put under the load in turn. */
export async function withServers<T>(
  platform: Platform,
  { requests, peer }: Contest,
  work: (measure: Readonly<Record<'ours' | 'peer', (path?: string) => Promise<Sample>>>) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const load = await startLoadGenerator(requests)
  const servers = await Promise.all([startOurs(platform, dataDir), startPeer(platform, peer)])
  const [ours, other] = servers
  try {
    return await work({ ours: (path) => measure(load, ours, path), peer: (path) => measure(load, other, path) })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
    await rm(dataDir, { recursive: true, force: true })
  }
}

const startOurs = ({ ownerUrl }: Platform, dataDir: string): Promise<ServerProcess> =>
  startServer({
    entry: new URL('../../src/main.ts', import.meta.url),
    env: {
      DATABASE_URL: ownerUrl,
      DATABASE_POOL_SIZE: POOL_SIZE,
      DATA_DIR: dataDir,
      MASTER_KEY: MASTER_KEY.toString('base64'),
      PUBLIC_URL,
      RATE_LIMIT_PER_MINUTE: '100000000',
      LOG_LEVEL: 'warn',
    },
  })

const startPeer = ({ ownerUrl }: Platform, entry: URL): Promise<ServerProcess> =>
  startServer({ entry, env: { DATABASE_URL: ownerUrl, DATABASE_POOL_SIZE: POOL_SIZE } })

async function measure(load: LoadGenerator, server: ServerProcess, path = ''): Promise<Sample> {
  const before = await server.cpuSeconds()
  const answered = await load.run({ port: server.port, connections: CONNECTIONS, seconds: SECONDS, path })
  const cpu = (await server.cpuSeconds()) - before
  return { ...answered, cpuUs: (cpu / answered.requests) * 1e6 }
}

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

export const ratesOf = (samples: readonly Sample[]): number[] =>
  samples.map(({ requests, seconds }) => requests / seconds)

/** What is told beside the rates. */
export function detailsOf({ ours, bare }: Readonly<Record<'ours' | 'bare', readonly Sample[]>>) {
  const of = (samples: readonly Sample[], what: 'cpuUs' | 'p50Ms' | 'p99Ms'): number =>
    median(samples.map((sample) => sample[what]))
  return {
    cpuUs: of(ours, 'cpuUs'),
    bareCpuUs: of(bare, 'cpuUs'),
    cpuRatio: of(bare, 'cpuUs') / of(ours, 'cpuUs'),
    p50Ms: of(ours, 'p50Ms'),
    p99Ms: of(ours, 'p99Ms'),
    bareP50Ms: of(bare, 'p50Ms'),
    bareP99Ms: of(bare, 'p99Ms'),
  }
}
