import { Agent, get } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, describe, expect, test } from 'vitest'
import { createCredentials } from '../../src/credentials/credentials.ts'
import { loadMasterKey } from '../../src/credentials/master-key.ts'
import { connectToEmbedded, makeDataDir, startServer } from '../support/server-process.ts'
import type { ServerProcess } from '../support/server-process.ts'

const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

async function ownDataDir(): Promise<string> {
  const dataDir = await makeDataDir()
  undo.push(dataDir.remove)
  return dataDir.path
}

function start(environment: Record<string, string>): ServerProcess {
  const server = startServer(environment)
  undo.push(async () => {
    server.process.kill('SIGKILL')
    await server.ended
  })
  return server
}

async function lookInto(dataDir: string): Promise<pg.Client> {
  const client = await connectToEmbedded(dataDir)
  undo.push(() => client.end())
  return client
}

/** A super admin of a new provider, who is signed in. @returns the access token */
async function signInSomebody(dataDir: string, database: pg.Client): Promise<string> {
  const [org, user, session] = [uuidv7(), uuidv7(), uuidv7()]
  await database.query(
    `insert into organizations (id, name, type, created_at, updated_at) values ($1, 'Provider', 'mss_provider', now(), now())`,
    [org],
  )
  await database.query(
    `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
     values ($1, $2, 'mss_provider', 'ada@example.com', 'Ada', 'L', 'super_admin', 'active', true, now(), now())`,
    [user, org],
  )
  await database.query(
    `insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, mfa_at, refresh_salt, refresh_rotated_at)
     values ($1, $2, $3, now(), now(), now() + interval '12 hours', now(), '\\x00', now())`,
    [org, session, user],
  )
  const { key } = loadMasterKey({ dataDir })
  const { signer } = createCredentials({ masterKey: key, issuer: 'http://localhost:0', accessTokenTtlSeconds: 900 })
  return signer.sign({ sub: user, sid: session }, new Date()).token
}

interface Reply {
  status: number | undefined
  headers: IncomingHttpHeaders
  body: { success: boolean; error?: string; data?: { items: { name: string }[] } }
}

function call(
  port: number,
  path: string,
  { token = '', agent }: { token?: string; agent?: Agent } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    get({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => void (text += part))
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) }),
      )
    }).on('error', reject)
  })
}

/** Waits until the request stands in the database's queue. */
async function untilBlocked(database: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await database.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'castellan'`,
    )
    if (rows.length > 0) return
    await sleep(20)
  }
}

async function untilRefused(port: number): Promise<void> {
  const code = await call(port, '/healthz').then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  )
  if (code === 'ECONNREFUSED') return
  await sleep(50)
  await untilRefused(port)
}

test('SIGTERM: what is under way is answered, readiness ends, idle connections do not hold the exit, and it is 0', async () => {
  const dataDir = await ownDataDir()
  const server = start({ DATA_DIR: dataDir })
  const port = await server.listening
  const database = await lookInto(dataDir)
  const token = await signInSomebody(dataDir, database)
  const idle = new Agent({ keepAlive: true })
  const busy = new Agent({ keepAlive: true })
  undo.push(async () => [idle, busy].forEach((agent) => agent.destroy()))
  expect((await call(port, '/readyz', { agent: idle })).headers.connection).toBe('keep-alive')

  await database.query('begin; lock table organizations in access exclusive mode')
  const underWay = call(port, '/api/organizations', { token, agent: busy })
  await untilBlocked(database)
  const asked = performance.now()
  server.process.kill('SIGTERM')
  await sleep(500)
  expect(await call(port, '/readyz')).toMatchObject({ status: 503, body: { success: false, error: 'unavailable' } })
  expect(await call(port, '/healthz', { agent: idle })).toMatchObject({ status: 200, headers: { connection: 'close' } })
  await untilRefused(port)
  await database.query('rollback')

  const answer = await underWay
  expect(answer).toMatchObject({ status: 200, headers: { connection: 'close' }, body: { success: true } })
  expect(answer.body.data?.items.map(({ name }) => name)).toEqual(['Provider'])
  expect(await server.ended).toMatchObject({ code: 0, signal: null })
  expect(performance.now() - asked).toBeLessThan(10_000)
})

test('Ctrl-C: an idle server is gone at once, with 0', async () => {
  const server = start({ DATA_DIR: await ownDataDir() })
  const agent = new Agent({ keepAlive: true })
  await call(await server.listening, '/readyz', { agent })
  const asked = performance.now()
  server.process.kill('SIGINT')
  expect(await server.ended).toMatchObject({ code: 0 })
  // As long as the connection would be kept is 65 seconds.
  expect(performance.now() - asked).toBeLessThan(20_000)
  agent.destroy()
})

test('kill -9: started again on the same DATA_DIR, everything that was committed is there', async () => {
  const dataDir = await ownDataDir()
  const first = start({ DATA_DIR: dataDir })
  await first.listening
  const token = await signInSomebody(dataDir, await lookInto(dataDir))
  first.process.kill('SIGKILL')
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' })

  const second = start({ DATA_DIR: dataDir })
  const answer = await call(await second.listening, '/api/organizations', { token })
  expect(answer.body.data?.items.map(({ name }) => name)).toEqual(['Provider'])
})

describe('wrong configuration stops the start with exit code 1:', () => {
  test('one line per fault, and nothing else', async () => {
    const { code, stderr } = await start({ PORT: '99999999', LOG_LEVEL: 'loud', REQUIRE_MFA: 'maybe' }).ended
    expect(code).toBe(1)
    expect(stderr.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^LOG_LEVEL: must be a log level/),
      expect.stringMatching(/^PORT: must be from 0 to 65535/),
      expect.stringMatching(/^REQUIRE_MFA: must be privileged, all or none/),
    ])
  })

  test('a database that does not answer is told in one line', async () => {
    const environment = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', DATA_DIR: await ownDataDir() }
    const { code, stderr } = await start(environment).ended
    expect(code).toBe(1)
    expect(stderr.trim()).toMatch(/^cannot reach PostgreSQL: .*ECONNREFUSED.*$/)
  })

  test('a master key that is none is told without its text', async () => {
    const { code, stderr } = await start({ MASTER_KEY: 'hunter2hunter2', DATA_DIR: await ownDataDir() }).ended
    expect(code).toBe(1)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).not.toContain('hunter2')
  })
})

test('a failure is logged with its cause, and told without', async () => {
  const dataDir = await ownDataDir()
  const server = start({ DATA_DIR: dataDir })
  const port = await server.listening
  const database = await lookInto(dataDir)
  const token = await signInSomebody(dataDir, database)
  expect((await call(port, '/api/organizations', { token })).status).toBe(200)
  await database.query('alter table castellan.notifications rename to elsewhere')
  const { status, headers, body } = await call(port, '/api/notifications', { token })
  const sentence = 'Something went wrong on our side.'
  expect({ status, body }).toEqual({
    status: 500,
    body: { success: false, error: 'internal_error', message: sentence },
  })
  server.process.kill('SIGINT')
  await server.ended
  const lines = server.log().filter(({ requestId, level }) => requestId === headers['x-request-id'] && level === 50)
  expect(lines).toMatchObject([
    { err: { message: expect.stringContaining('notifications'), stack: expect.any(String) } },
  ])
})

test('the log has one line a request: what was asked by pattern, never the query, the token or the path as it was', async () => {
  const dataDir = await ownDataDir()
  const server = start({ DATA_DIR: dataDir })
  const port = await server.listening
  const token = await signInSomebody(dataDir, await lookInto(dataDir))
  await call(port, `/api/organizations/${uuidv7()}?search=hush`, { token })
  await call(port, '/api/organizations?search=hush', { token })
  await call(port, '/hush')
  await call(port, '/healthz')
  server.process.kill('SIGINT')
  await server.ended
  const lines = server.log().filter(({ msg }) => msg === 'answered')
  expect(lines.map(({ method, route, status }) => [method, route, status])).toEqual([
    ['GET', '/api/organizations/:id', 400],
    ['GET', '/api/organizations', 200],
    ['GET', '/*', 404],
  ])
  expect(lines[0]).toMatchObject({ requestId: expect.any(String), ms: expect.any(Number) })
  expect(JSON.stringify(server.log())).not.toMatch(/hush|Bearer|eyJ/)
})
