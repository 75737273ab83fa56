import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { inject } from 'vitest'
import { createApp } from '../../src/app.ts'
import type { House } from '../../src/app.ts'
import type { Log } from '../../src/context.ts'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/house.ts'
import { jobs } from '../../src/jobs/jobs.ts'
import type { JobName } from '../../src/jobs/jobs.ts'
import { tickOf } from '../../src/jobs/tick.ts'
import { administer, databaseUrl, MASTER_KEY, TEMPLATE } from './database-server.ts'
import { createFactories } from './factories.ts'
import type { Factories, Person } from './factories.ts'

export interface Answer {
  status: number
  headers: Record<string, unknown>
  body: { success: boolean; data: any; error?: string; message?: string; details?: any }
}

export interface Client {
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** A server on a database of its own, with the means to fill it and to call it as anybody. */
export interface World extends Factories {
  app: FastifyInstance
  house: House
  /** As the database's superuser: for looking, and for what happens around the application. */
  admin: pg.Pool
  databaseUrl: string
  nobody: Client
  as(person: Person, options?: { address?: string; forwardedFor?: string }): Client
  /** Moves the server's clock; the database keeps the real time. */
  travel(milliseconds: number): void
  /** Runs a job by hand until it has nothing more to do: no clock ticks here. */
  runJob(name: JobName): Promise<void>
  close(): Promise<void>
}

/** Not with another master key: the login that it derives is that of every world on the cluster. */
export async function createWorld(environment: Record<string, string> & { MASTER_KEY?: never } = {}): Promise<World> {
  const server = inject('databaseServer')
  const name = `castellan_${uuidv7().replaceAll('-', '')}`
  await administer(server, `create database ${name} template ${TEMPLATE}`)
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-world-'))
  const config = readConfig({
    DATABASE_URL: databaseUrl(server, name),
    DATABASE_PIPELINE: process.env['DATABASE_PIPELINE'],
    DATA_DIR: dataDir,
    MASTER_KEY,
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_MINUTE: '1000000',
    TRUSTED_PROXIES: '10.0.0.1',
    ...environment,
  })
  const opened = await openHouse(config, () => undefined)
  let ahead = 0
  const house = { ...opened, clock: () => new Date(Date.now() + ahead) }
  const app = await createApp(house)
  await app.ready()
  const admin = new pg.Pool({
    connectionString: databaseUrl(server, name),
    max: 4,
    options: '-c search_path=castellan',
  })
  admin.on('error', () => undefined)

  function clientOf(authorization: string | null, { address = '127.0.0.1', forwardedFor = '' } = {}): Client {
    const call =
      (method: 'GET' | 'POST' | 'PUT' | 'DELETE') =>
      async (url: string, body?: unknown, headers: Record<string, string> = {}) => {
        const response = await app.inject({
          method,
          url,
          remoteAddress: address,
          headers: {
            ...(authorization !== null && { authorization }),
            ...(forwardedFor && { 'x-forwarded-for': forwardedFor }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
        })
        const isJson = response.body && response.headers['content-type']?.toString().startsWith('application/json')
        return {
          status: response.statusCode,
          headers: response.headers,
          body: isJson ? response.json() : response.body || null,
        }
      }
    const get = call('GET')
    return {
      get: (url, headers) => get(url, undefined, headers),
      post: call('POST'),
      put: call('PUT'),
      delete: call('DELETE'),
    }
  }

  return {
    ...createFactories(house, admin),
    app,
    house,
    admin,
    databaseUrl: databaseUrl(server, name),
    nobody: clientOf(null),
    as: ({ token }, options) => clientOf(`Bearer ${token}`, options),
    travel: (milliseconds) => void (ahead += milliseconds),
    runJob: (job) => runJob(house, app.log, job),
    close: async () => {
      await app.close()
      await opened.close()
      const untold = await changesUntold(admin)
      await admin.end()
      await administer(server, `drop database ${name} with (force)`)
      await rm(dataDir, { recursive: true, force: true })
      if (untold.length > 0) throw new Error(`the application changed what no event tells of: ${untold.join(', ')}`)
    },
  }
}

/** What the server itself changed without an event; factories and tests write as another login. */
async function changesUntold(admin: pg.Pool): Promise<string[]> {
  const { rows } = await admin.query<{ description: string }>(
    `select distinct description from audit_logs where action = 'database.row_changed' and details ->> 'databaseRole' = 'castellan_runtime'`,
  )
  return rows.map(({ description }) => description)
}

export async function runJob(house: House, log: Log, name: JobName): Promise<void> {
  const job = jobs.find((one) => one.name === name)
  if (!job) throw new Error(`there is no job ${name}`)
  while (await job.run(tickOf(house, log)));
}
