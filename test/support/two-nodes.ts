import { setTimeout as sleep } from 'node:timers/promises'
import { callerAt } from './caller.ts'
import type { Caller } from './caller.ts'
import { MASTER_KEY } from './database-server.ts'
import { freePort } from './free-port.ts'
import { openFrontProxy } from './front-proxy.ts'
import type { FrontProxy } from './front-proxy.ts'
import { makeDataDir, startServer } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'
import type { World } from './world.ts'

/** As everywhere but in the processes themselves: the world makes the tokens. */
export const PUBLIC_URL = 'https://soc.example.com'

/** Two servers on a world's database, each a process of its own, behind haproxy. */
export interface TwoNodes {
  /** Where people arrive. */
  readonly front: FrontProxy
  /** Each node itself. */
  readonly nodes: readonly [NodeProcess, NodeProcess]
  /** What its operator's tool needs as well. */
  readonly environment: Record<string, string>
  close(): Promise<void>
}

export interface NodeProcess extends Caller {
  /** As `systemctl restart` does it. @returns how it ended */
  restart(): Promise<number | null>
  /** To its operator. */
  said(): string
  stop(): Promise<void>
}

export async function openTwoNodes(world: World, given: Record<string, string>): Promise<TwoNodes> {
  const environment = {
    DATABASE_URL: world.databaseUrl,
    MASTER_KEY,
    PUBLIC_URL,
    TRUSTED_PROXIES: '127.0.0.1',
    RATE_LIMIT_PER_MINUTE: '1000000',
    // Lines without end would only fill a pipe.
    LOG_LEVEL: 'silent',
    ...given,
  }
  const ports = [await freePort(), await freePort()] as const
  const opening = await Promise.allSettled(ports.map((port) => openNodeProcess(port, environment)))
  const [one, two] = opening.map((node) => (node.status === 'fulfilled' ? node.value : null))
  const stopBoth = async (): Promise<void> => void (await Promise.all([one?.stop(), two?.stop()]))
  if (!one || !two) {
    await stopBoth()
    throw new Error('the nodes did not start', { cause: opening })
  }
  const front = await openFrontProxy(...ports)
  return {
    front,
    nodes: [one, two],
    environment,
    async close() {
      await front.stop()
      await stopBoth()
    },
  }
}

async function openNodeProcess(port: number, environment: Record<string, string>): Promise<NodeProcess> {
  const dataDir = await makeDataDir()
  const caller = callerAt(port)
  const start = (): ServerProcess => startServer({ ...environment, PORT: String(port), DATA_DIR: dataDir.path })
  let server = start()

  async function ready(): Promise<void> {
    let ended: string | null = null
    void server.ended.then(({ stderr }) => (ended = stderr))
    while ((await caller.ask('/readyz')).status !== 200) {
      if (ended !== null) throw new Error(`the node ended: ${ended}`)
      await sleep(50)
    }
  }

  await ready()
  return {
    ...caller,
    async restart() {
      server.process.kill('SIGTERM')
      const { code } = await server.ended
      server = start()
      await ready()
      return code
    },
    said: () => server.said(),
    async stop() {
      caller.close()
      server.process.kill('SIGKILL')
      await server.ended
      await dataDir.remove()
    },
  }
}
