import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCredentials } from '../../src/credentials/credentials.ts'
import type { Answer, Report } from '../question.ts'
import { startLoadGenerator } from './load.ts'
import type { Load, LoadGenerator, Read } from './load.ts'
import { MASTER_KEY } from './platform.ts'
import type { Platform } from './platform.ts'
import { interleave, median, medianRatio } from './rounds.ts'
import { startServer } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'

const PUBLIC_URL = 'http://localhost'
const SECONDS = 2
const CONNECTIONS = 32
const POOL_SIZE = '10'

interface Sample extends Load {
  readonly cpuUs: number
}

/** Our server and the bare one under the same reads, in turn. `choose` picks them, one row a read. */
export async function compareReads(platform: Platform, choose: string, report: Report): Promise<Answer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const load = await startLoadGenerator(await listReads(platform, choose))
  const servers = await Promise.all([startOurs(platform, dataDir), startBare(platform)])
  const [ours, bare] = servers
  try {
    return toAnswer(await interleave({ ours: () => measure(load, ours), bare: () => measure(load, bare) }, report))
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

const startBare = ({ ownerUrl }: Platform): Promise<ServerProcess> =>
  startServer({
    entry: new URL('bare-server.ts', import.meta.url),
    env: { DATABASE_URL: ownerUrl, DATABASE_POOL_SIZE: POOL_SIZE },
  })

async function measure(load: LoadGenerator, server: ServerProcess): Promise<Sample> {
  const before = await server.cpuSeconds()
  const answered = await load.run({ port: server.port, connections: CONNECTIONS, seconds: SECONDS })
  const cpu = (await server.cpuSeconds()) - before
  return { ...answered, cpuUs: (cpu / answered.requests) * 1e6 }
}

async function listReads({ owner }: Platform, choose: string): Promise<Read[]> {
  const { rows } = await owner.query<{ sid: string; sub: string; organizationId: string }>(choose)
  const { signer } = createCredentials({ masterKey: MASTER_KEY, issuer: PUBLIC_URL, accessTokenTtlSeconds: 3600 })
  const tokens = new Map<string, string>()
  return rows.map(({ sub, sid, organizationId }) => {
    const token = tokens.get(sid) ?? signer.sign({ sub, sid }, new Date()).token
    tokens.set(sid, token)
    return { token, organizationId }
  })
}

function toAnswer({ ours, bare }: { ours: Sample[]; bare: Sample[] }): Answer {
  const rate = (samples: Sample[]): number[] => samples.map(({ requests, seconds }) => requests / seconds)
  const of = (samples: Sample[], what: 'cpuUs' | 'p50Ms' | 'p99Ms'): number => median(samples.map((s) => s[what]))
  return {
    ours: median(rate(ours)),
    against: median(rate(bare)),
    ratio: medianRatio(rate(ours), rate(bare)),
    unit: 'requests/s',
    details: {
      cpuUs: of(ours, 'cpuUs'),
      bareCpuUs: of(bare, 'cpuUs'),
      cpuRatio: of(bare, 'cpuUs') / of(ours, 'cpuUs'),
      p50Ms: of(ours, 'p50Ms'),
      p99Ms: of(ours, 'p99Ms'),
      bareP50Ms: of(bare, 'p50Ms'),
      bareP99Ms: of(bare, 'p99Ms'),
    },
  }
}
