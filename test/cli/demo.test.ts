import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withPastOpen } from '../../src/database/past.ts'
import { totpCode } from '../../src/credentials/totp.ts'
import { daysAfter } from '../../src/demo/calendar.ts'
import { playHistory } from '../../src/demo/history.ts'
import type { Account } from '../../src/demo/provider.ts'
import { castellan, startCastellan } from '../support/castellan-process.ts'
import { freePort } from '../support/free-port.ts'
import { makeDataDir } from '../support/server-process.ts'
import { createWorld } from '../support/world.ts'

const PASSWORD = 'five lanterns over the harbour'

interface Reply {
  status: number
  data: any
}

describe('npm run castellan -- demo', () => {
  let port = 0
  let dataDir: Awaited<ReturnType<typeof makeDataDir>>
  let demo: ReturnType<typeof startCastellan>
  let accounts: Account[]

  beforeAll(async () => {
    dataDir = await makeDataDir()
    port = await freePort()
    demo = startCastellan(['demo', '--json', '--data-dir', dataDir.path], { PORT: String(port) })
    accounts = (JSON.parse(await demo.printed) as { accounts: Account[] }).accounts
  }, 240_000)
  afterAll(async () => {
    demo.process.kill('SIGINT')
    await demo.ended
    await dataDir.remove()
  })

  async function call(method: string, url: string, asked: { token?: string; body?: unknown } = {}): Promise<Reply> {
    const { token = '', body = null } = asked
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== null && { 'content-type': 'application/json' }),
    }
    const response = await fetch(`http://127.0.0.1:${port}${url}`, {
      ...{ method, headers },
      ...(body !== null && { body: JSON.stringify(body) }),
    })
    return { status: response.status, data: ((await response.json()) as { data: unknown }).data }
  }

  async function signIn({ email, secret }: Account): Promise<string> {
    const { data } = await call('POST', '/api/auth/login', { body: { email, password: PASSWORD } })
    if (secret === null) return data.accessToken
    const body = { challengeToken: data.challengeToken, method: 'totp', code: totpCode(secret, new Date()) }
    return (await call('POST', '/api/auth/mfa/verify', { body })).data.accessToken
  }

  const tokens = new Map<string, string>()
  const as = (role: string) => (url: string) => call('GET', url, { token: tokens.get(role) ?? '' })

  test('one of each of the eight roles signs in with what was printed', async () => {
    expect(accounts.map(({ role }) => role)).toEqual([
      ...['super_admin', 'account_manager', 'security_analyst', 'technician'],
      ...['admin', 'report_viewer', 'request_user', 'basic_user'],
    ])
    for (const account of accounts) {
      const token = await signIn(account)
      tokens.set(account.role, token)
      const { data } = await call('GET', '/api/users/profile', { token })
      expect(data).toMatchObject({ email: account.email, role: account.role })
    }
  })

  test('there are 40 customers, 15 technicians and 300 users, and grants in every state', async () => {
    const ask = as('super_admin')
    expect((await ask('/api/organizations?type=customer')).data.total).toBe(40)
    expect((await ask('/api/users?role=technician')).data.total).toBe(15)
    expect((await ask('/api/users')).data.total).toBe(300)
    for (const status of ['invited', 'suspended']) {
      expect((await ask(`/api/users?status=${status}`)).data.total).toBeGreaterThan(1)
    }
    const { grants, unusedFor90Days, openEmergencyReviews } = (await ask('/api/access-management/summary')).data
    expect(Math.min(...Object.values<number>(grants))).toBeGreaterThan(0)
    expect([unusedFor90Days > 0, openEmergencyReviews]).toEqual([true, 3])
    const closed = (await ask('/api/access-management/reviews?status=closed&limit=100')).data.items
    expect(new Set(closed.map(({ verdict }: { verdict: string }) => verdict))).toEqual(
      new Set(['justified', 'misused']),
    )
  })

  test('every framework of the trail has 90 days of events, all of them accounted for and sealed', async () => {
    const ask = as('security_analyst')
    const from = daysAfter(new Date(), -89).toISOString()
    const first = (await ask(`/api/audit/logs?to=${from}&limit=1`)).data
    expect(first.items).toHaveLength(1)
    expect((await ask('/api/audit/logs?action=database.row_changed')).data.total).toBe(0)
    const { checkpointVerifies, unaccounted } = (await ask('/api/audit/integrity')).data
    expect([checkpointVerifies, unaccounted]).toEqual([true, 0])
    for (const action of ['access.handed_off', 'access.use_denied', 'auth.mfa_failed', 'organization.suspended']) {
      expect((await ask(`/api/audit/logs?action=${action}`)).data.total, action).toBeGreaterThan(0)
    }
  })

  test('what was played is told as what happened: a sign-in has all that a real one has', async () => {
    const ask = as('super_admin')
    const [{ userId }] = (await ask('/api/audit/logs?action=auth.login_succeeded&limit=1')).data.items.map(
      ({ actor }: { actor: { userId: string } }) => actor,
    )
    const query = `/api/audit/logs?action=auth.login_succeeded&userId=${userId}&limit=100`
    const events = (await ask(query)).data.items
    const [real, told] = [events[0], events.at(-2)].map((event) => ({
      ...event,
      ...{ id: 0, sequence: 0, occurredAt: 0, sessionId: typeof event.sessionId, requestId: typeof event.requestId },
      ...{ ipAddress: typeof event.ipAddress, userAgent: typeof event.userAgent },
      // The real one comes from where nobody of the play was before.
      ...{ riskLevel: typeof event.riskLevel, riskFactors: typeof event.riskFactors },
      details: { ...event.details, risk: Object.keys(event.details.risk) },
    }))
    expect(events.length).toBeGreaterThan(3)
    expect(told).toEqual(real)
  })

  test('each role has something to look at', async () => {
    expect((await as('technician')('/api/technician-access/matrix')).data.grants.length).toBeGreaterThan(3)
    expect((await as('technician')('/api/notifications')).data.total).toBeGreaterThan(0)
    expect((await as('account_manager')('/api/notifications')).data.total).toBeGreaterThan(5)
    const { organization } = (await as('admin')('/api/users/profile')).data
    for (const role of ['admin', 'report_viewer', 'request_user', 'basic_user']) {
      const { data } = await as(role)(`/api/access-management/customer/${organization.id}/technicians`)
      expect(data.total, role).toBeGreaterThan(3)
    }
  })

  test('exit code 2 and one line: it goes nowhere else than into an empty database of its own', async () => {
    demo.process.kill('SIGINT')
    expect((await demo.ended).code).toBe(0)
    const again = await castellan(['demo', '--no-serve', '--data-dir', dataDir.path])
    expect(again.code).toBe(2)
    expect(again.stderr.trim().split('\n').at(-1)).toContain(`${dataDir.path} already holds a provider: `)

    const elsewhere = await castellan(['demo', '--no-serve'], { DATABASE_URL: 'postgres://db.example.com/castellan' })
    expect(elsewhere).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'the demonstration makes a database of its own: unset DATABASE_URL\n',
    })
  })
})

test('the same seed plays the same: who did what, when, from where', async () => {
  const end = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000)
  const [one, same] = [await played(end), await played(end)]
  expect(one.length).toBeGreaterThan(1200)
  expect(same).toEqual(one)
})

async function played(end: Date): Promise<unknown[][]> {
  const world = await createWorld()
  const connection = { connectionString: world.databaseUrl }
  const plot = { seed: 'any', end, days: 4, report: () => undefined }
  try {
    await withPastOpen(connection, daysAfter(end, -20), () => playHistory(world.house, plot))
    const { rows } = await world.admin.query({
      text: `select occurred_at, actor_email, action, outcome, risk_level, risk_factors, host(ip_address)
               from audit_logs order by 1, 2, 3, 4, 5, 7`,
      rowMode: 'array',
    })
    return rows
  } finally {
    await world.close()
  }
}
