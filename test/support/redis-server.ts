import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { redisPath } from '../../scripts/install-redis.ts'
import { freePort } from './free-port.ts'

/** For a hook that may have to install it first. */
export const INSTALL_MS = 600_000

/** A real Redis that keeps nothing, on a port that stays its own while it is down. */
export interface RedisServer {
  readonly url: string
  up(): Promise<void>
  /** As if its machine had lost power. */
  kill(): Promise<void>
  /** Connected, and silent. */
  freeze(): void
  thaw(): void
  /** @returns what redis-cli would */
  command(...words: string[]): Promise<unknown>
}

export async function openRedisServer(): Promise<RedisServer> {
  const path = await redisPath()
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child: ChildProcess | null = null

  async function command(...words: string[]): Promise<unknown> {
    const client = createClient({ url, socket: { reconnectStrategy: false } })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return await client.sendCommand(words)
    } finally {
      client.destroy()
    }
  }

  async function up(): Promise<void> {
    child = spawn(path, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    })
    while ((await command('PING').catch(() => null)) !== 'PONG') await sleep(20)
  }

  async function kill(): Promise<void> {
    const dying = child
    child = null
    if (!dying || dying.exitCode !== null) return
    const gone = new Promise((resolve) => dying.once('close', resolve))
    dying.kill('SIGKILL')
    await gone
  }

  await up()
  return { url, up, kill, freeze: () => child?.kill('SIGSTOP'), thaw: () => child?.kill('SIGCONT'), command }
}
