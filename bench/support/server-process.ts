import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerProcess {
  readonly port: number
  readonly pid: number
  /** CPU that the process has used so far, in seconds. */
  cpuSeconds(): Promise<number>
  stop(): Promise<void>
}

interface Program {
  readonly entry: URL
  readonly env: Readonly<Record<string, string>>
  /** Whether it keeps to one CPU; it does when nothing is said. */
  readonly pinned?: boolean | undefined
}

const SERVER_CPU = 0
const LOAD_CPU = 1
const STARTING_MS = 120_000
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** Server and load keep off each other's CPU where the system lets us say so. */
function spawnPinned(
  cpu: number | null,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const command = canPin && cpu !== null ? ['taskset', '-c', String(cpu), process.execPath] : [process.execPath]
  const [program = process.execPath, ...before] = command
  return spawn(program, [...before, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
}

/** @returns once the program takes connections at PORT. */
export async function startServer({ entry, env, pinned = true }: Program): Promise<ServerProcess> {
  const port = await freePort()
  const preload = new URL('tell-usage.ts', import.meta.url).href
  const profile = process.env['BENCH_CPU_PROF'] === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir=.bench']
  const child = spawnPinned(pinned ? SERVER_CPU : null, [...profile, '--import', preload, fileURLToPath(entry)], {
    NODE_ENV: 'production',
    PORT: String(port),
    ...env,
  })
  const exited = once(child, 'exit')
  await untilListening(child, port)
  return {
    port,
    pid: child.pid ?? 0,
    async cpuSeconds() {
      child.send('usage')
      const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
      return (user + system) / 1e6
    },
    async stop() {
      child.kill()
      await exited
    },
  }
}

export const startLoad = (entry: URL): ChildProcess => spawnPinned(LOAD_CPU, [fileURLToPath(entry)])

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const giveUpAt = Date.now() + STARTING_MS
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error('a server of the benchmark did not start')
    await sleep(50)
  }
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
