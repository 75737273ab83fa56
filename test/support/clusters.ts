import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts'

/** A PostgreSQL of its own, where roles may be made and spoilt. */
export interface Cluster {
  url(login: { user: string; password: string; database: string }): string
  stop(): Promise<void>
}

export const SUPERUSER = { user: 'postgres', password: 'super' }
const DEBIAN_15 = '/usr/lib/postgresql/15/bin'

export const hasDebian = existsSync(join(DEBIAN_15, 'postgres'))

export const clusters: [name: string, start: () => Promise<Cluster>][] = [
  ['PostgreSQL as shipped', startShipped],
  ...(hasDebian ? [['PostgreSQL 15', startDebian] as [string, typeof startDebian]] : []),
]

const forTests = { fsync: 'off', max_connections: '200' }

export async function startShipped(): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-roles-'))
  const server = await startEmbeddedPostgres({ dataDir, password: SUPERUSER.password, settings: forTests })
  return {
    url: urlAt(server.connection.host),
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL does not run as root. */
const account: { uid: number; gid: number } | null = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null

export async function startDebian(): Promise<Cluster> {
  const home = await mkdtemp(join(tmpdir(), 'castellan-pg15-'))
  const data = join(home, 'data')
  await writeFile(join(home, 'password'), SUPERUSER.password)
  if (account) for (const path of [home, join(home, 'password')]) await chown(path, account.uid, account.gid)
  const options = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', join(home, 'password'), '--no-sync']
  await promisify(execFile)(
    join(DEBIAN_15, 'initdb'),
    [...options, '--locale', 'C.UTF-8', '--encoding', 'UTF8'],
    account,
  )
  const settings = { ...forTests, listen_addresses: '', unix_socket_directories: home }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(join(DEBIAN_15, 'postgres'), ['-D', data, ...flags], { ...account, stdio: 'ignore' })
  const url = urlAt(home)
  await untilReady(url({ ...SUPERUSER, database: 'postgres' }))
  return {
    url,
    async stop() {
      await ended(server, () => server.kill('SIGINT'))
      await rm(home, { recursive: true, force: true })
    },
  }
}

const urlAt =
  (host: string) =>
  ({ user, password, database }: { user: string; password: string; database: string }): string => {
    const url = new URL(`postgresql:///${database}`)
    for (const [name, value] of Object.entries({ host, port: '5432', user, password }))
      url.searchParams.set(name, value)
    return url.href
  }

async function untilReady(connectionString: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const client = new pg.Client({ connectionString })
    client.on('error', () => undefined)
    const ready = await client.connect().then(
      () => true,
      () => false,
    )
    if (ready) return client.end()
    await sleep(100)
  }
  throw new Error('PostgreSQL did not start')
}

function ended(server: ChildProcess, ask: () => unknown): Promise<unknown> {
  const over = new Promise((resolve) => server.once('exit', resolve))
  ask()
  return over
}
