import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLoadGenerator } from './load.ts'
import type { Asking, Load, LoadGenerator } from './load.ts'
import { POOL_SIZE, startOurs } from './our-server.ts'
import type { Platform } from './platform.ts'
import { median } from './rounds.ts'
import { startServer } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'

const SECONDS = 2
const CONNECTIONS = 32

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
  const servers = await Promise.all([startOurs({ platform, dataDir }), startPeer(platform, peer)])
  const [ours, other] = servers
  try {
    return await work({ ours: (path) => measure(load, ours, path), peer: (path) => measure(load, other, path) })
  } finally {
    load.stop()
    await Promise.all(servers.map((server) => server.stop()))
    await rm(dataDir, { recursive: true, force: true })
  }
}

const startPeer = ({ ownerUrl }: Platform, entry: URL): Promise<ServerProcess> =>
  startServer({ entry, env: { DATABASE_URL: ownerUrl, DATABASE_POOL_SIZE: POOL_SIZE } })

/** As much as the connections carry, for two seconds. */
export async function measure(load: LoadGenerator, server: ServerProcess, path = ''): Promise<Sample> {
  const before = await server.cpuSeconds()
  const answered = await load.run({ port: server.port, connections: CONNECTIONS, seconds: SECONDS, path })
  const cpu = (await server.cpuSeconds()) - before
  return { ...answered, cpuUs: (cpu / answered.requests) * 1e6 }
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
