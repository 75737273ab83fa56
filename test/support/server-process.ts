import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { deriveKey, loadMasterKey } from '../../src/credentials/master-key.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stderr: string
}

/** The server as its operator starts it: a process of its own. */
export interface ServerProcess {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  /** The port that it listens on. Rejects when it ends before. */
  readonly listening: Promise<number>
  readonly log: () => Record<string, unknown>[]
  /** What it has said to its operator up to now. */
  readonly said: () => string
}

export function startServer(environment: Record<string, string>): ServerProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  let stdout = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => void (stderr += part))
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }))
  })
  const listening = new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part
      const [, port] = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(stdout) ?? []
      if (port) resolve(Number(port))
    })
    void ended.then(() => reject(new Error(`the server ended before it listened: ${stderr}`)))
  })
  listening.catch(() => undefined)
  const log = () =>
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { process: child, ended, listening, log, said: () => stderr }
}

export async function makeDataDir(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'castellan-process-')))
  return {
    path,
    async remove() {
      // The database of a server that was killed may still be on its way out.
      const all = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }
      const home = await realpath(join(path, 'postgres')).catch(() => null)
      if (home?.startsWith('/var/lib/castellan/')) await rm(home, all)
      await rm(path, all)
    },
  }
}

/** To the embedded PostgreSQL of a running server, as its superuser. */
export async function connectToEmbedded(dataDir: string): Promise<pg.Client> {
  const { key } = loadMasterKey({ dataDir })
  const client = new pg.Client({
    host: await realpath(join(dataDir, 'postgres', 'socket')),
    port: 5432,
    user: 'postgres',
    password: deriveKey(key, 'database superuser 1').toString('base64url'),
    database: 'castellan',
    options: '-c search_path=castellan',
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
