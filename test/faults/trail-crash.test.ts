import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openHouse } from '../../src/house.ts'
import type { OpenHouse } from '../../src/house.ts'
import { tickOf } from '../../src/jobs/tick.ts'
import { sealTrail, verifyTrail } from '../../src/services/audit.service.ts'
import { startShipped, SUPERUSER } from '../support/clusters.ts'
import type { Cluster } from '../support/clusters.ts'
import { MASTER_KEY } from '../support/database-server.ts'
import { silent } from '../support/nodes.ts'
import { chance } from '../support/trail.ts'

/** How often a node is killed; PostgreSQL is at every fifth time. */
const CRASHES = Number(process.env['CRASHES'] ?? 20)
const WRITER = fileURLToPath(new URL('trail-writer.ts', import.meta.url))
const pick = chance(3)

let cluster: Cluster
let house: OpenHouse
let admin: pg.Pool
let dataDir: string
const environment = () => ({
  DATABASE_URL: cluster.url({ ...SUPERUSER, database: 'crashes' }),
  DATA_DIR: dataDir,
  MASTER_KEY,
  RATE_LIMIT_PER_MINUTE: '100000000',
  LOG_LEVEL: 'silent',
})
const [org, user, session] = [uuidv7(), uuidv7(), uuidv7()]

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'castellan-crash-'))
  cluster = await startShipped()
  const maker = new pg.Client({ connectionString: cluster.url({ ...SUPERUSER, database: 'postgres' }) })
  await maker.connect()
  await maker.query('create database crashes')
  await maker.end()
  house = await openHouse(readConfig(environment()), () => undefined)
  admin = new pg.Pool({ connectionString: environment().DATABASE_URL, options: '-c search_path=castellan' })
  admin.on('error', () => undefined)
  await admin.query(
    `insert into organizations (id, name, type, created_at, updated_at) values ($1, 'Provider', 'mss_provider', now(), now())`,
    [org],
  )
  await admin.query(
    `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
     values ($1, $2, 'mss_provider', 'ada@example.com', 'Ada', 'L', 'super_admin', 'active', true, now(), now())`,
    [user, org],
  )
  await admin.query(
    `insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, mfa_at, refresh_salt, refresh_rotated_at)
     values ($1, $2, $3, now(), now(), now() + interval '12 hours', now(), '\\x00', now())`,
    [org, session, user],
  )
})
const started: ChildProcess[] = []
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await admin.end()
  await house.close()
  await cluster.stop()
  await rm(dataDir, { recursive: true, force: true })
})

interface Node {
  readonly process: ChildProcess
  readonly acknowledged: string[]
  /** Resolves once it has acknowledged something. */
  readonly writing: Promise<unknown>
}

function startNode(): Node {
  const child = spawn(process.execPath, [WRITER], {
    env: {
      PATH: process.env['PATH'],
      // They start often: what one has compiled the next one finds.
      NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
      ...environment(),
      WRITERS: '16',
      USER_ID: user,
      SESSION_ID: session,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  const acknowledged: string[] = []
  let rest = ''
  const { promise: writing, resolve } = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    acknowledged.push(...lines)
    resolve()
  })
  return { process: child, acknowledged, writing }
}

/** A backend that dies takes all of PostgreSQL down with it, into recovery from its log. */
async function crashPostgres(): Promise<void> {
  const witness = new pg.Client({ connectionString: environment().DATABASE_URL })
  witness.on('error', () => undefined)
  await witness.connect()
  // It answers for a moment longer: only a connection that ends tells that the crash has been noticed.
  const noticed = new Promise((resolve) => witness.once('end', resolve))
  const { rows } = await witness.query(`select pid from pg_stat_activity where application_name = 'castellan' limit 1`)
  process.kill(rows[0].pid, 'SIGKILL')
  await noticed
  while (!(await admin.query('select').then(Boolean, () => false))) await sleep(20)
}

test(
  `kill -9 of nodes and of PostgreSQL under 32 writers, ${CRASHES} times: nothing acknowledged is lost, no change is without its event, and the trail verifies`,
  async () => {
    const acknowledged: string[] = []
    let nodes = [startNode(), startNode()]
    for (let crash = 0; crash < CRASHES; crash++) {
      const [first, second] = nodes as [Node, Node]
      await first.writing
      await sleep(pick(150))
      if (crash % 5 === 4) {
        // One that is only starting would end with its database, and nobody would hear from it.
        await second.writing
        await crashPostgres()
      }
      const closed = once(first.process, 'close')
      first.process.kill('SIGKILL')
      await closed
      acknowledged.push(...first.acknowledged)
      nodes = [second, ...(crash < CRASHES - 1 ? [startNode()] : [])]
    }
    for (const node of nodes) {
      const closed = once(node.process, 'close')
      node.process.kill('SIGKILL')
      await closed
      acknowledged.push(...node.acknowledged)
    }

    while (await sealTrail(tickOf(house, silent)));
    const { rows } = await admin.query<{ id: string; events: number }>(
      `select o.id, (select count(*)::int from audit_logs a where a.org_id = o.id and a.action = 'organization.created') as events
         from organizations o where o.id <> $1`,
      [org],
    )
    const made = new Set(rows.map(({ id }) => id))
    expect(acknowledged.length).toBeGreaterThan(CRASHES * 5)
    expect(acknowledged.filter((id) => !made.has(id))).toEqual([])
    expect(rows.filter(({ events }) => events !== 1)).toEqual([])
    const { rows: without } = await admin.query(
      `select a.org_id from audit_logs a where not exists (select from organizations o where o.id = a.org_id)`,
    )
    expect(without).toEqual([])

    const trail = house.database.within({ as: 'sealer' })
    const report = await verifyTrail({ trail, trailKey: house.credentials.trailKey, anchored: [] })
    expect(report).toMatchObject({ faults: [], pending: 0 })
    const { rows: counts } = await admin.query(
      `select (select count(*) from audit_logs)::int as events, (select count(*) from audit_seals)::int as seals`,
    )
    expect(counts[0].seals).toBe(counts[0].events)
  },
  60_000 + CRASHES * 25_000,
)
