import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listAuditEvents } from '../../src/queries/audit-logs.ts'
import { tell as tellEvent } from '../support/audit.ts'
import type { Client } from '../support/world.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let analyst: Client
beforeAll(async () => {
  world = await createWorld()
  analyst = world.as(await world.staff('security_analyst'))
})
afterAll(() => world.close())

const BASE = Date.parse('2026-11-01T00:00:00.000Z')
const at = (milliseconds: number): string => new Date(BASE + milliseconds).toISOString()

const tell = (columns: Record<string, unknown> = {}): Promise<string> =>
  tellEvent(world, { occurred_at: at(0), ...columns })

const idsOf = ({ body }: { body: { data: { items: { id: string }[] } } }): string[] =>
  body.data.items.map(({ id }) => id)
const logs = (query: string) => analyst.get(`/api/audit/logs?${query}`)

describe('who may read the trail', () => {
  test.each(['super_admin', 'security_analyst'] as const)('%s reads all of it', async (role) => {
    expect((await world.as(await world.staff(role)).get('/api/audit/logs')).status).toBe(200)
  })
  test.each(['account_manager', 'technician'] as const)('%s gets 403', async (role) => {
    const answer = await world.as(await world.staff(role)).get('/api/audit/logs')
    expect(answer).toMatchObject({ status: 403, body: { error: 'forbidden' } })
  })
  test.each(['admin', 'report_viewer', 'request_user', 'basic_user'] as const)('%s gets 403', async (role) => {
    const answer = await world.as(await world.member(await world.customer(), role)).get('/api/audit/logs')
    expect(answer).toMatchObject({ status: 403, body: { error: 'forbidden' } })
  })
  test('nobody gets 401', async () => {
    expect(await world.nobody.get('/api/audit/logs')).toMatchObject({ status: 401 })
  })
})

test('an event has exactly the documented shape', async () => {
  const [org, user, session] = [uuidv7(), uuidv7(), uuidv7()]
  const id = await tell({
    org_id: org,
    user_id: user,
    actor_email: 'ada@example.com',
    actor_role: 'technician',
    actor_org_id: org,
    action: 'access.used',
    category: 'access',
    resource_type: 'access',
    resource_id: 'a1',
    ip_address: '10.1.2.3',
    user_agent: 'curl/8',
    session_id: session,
    request_id: 'req-12345678',
    risk_factors: ['new_address'],
    frameworks: ['soc2', 'hipaa'],
    changes: { before: null, after: { name: 'x' } },
    details: { service: 'siem' },
  })
  expect((await logs(`organizationId=${org}`)).body.data.items).toEqual([
    {
      id,
      sequence: null,
      occurredAt: at(0),
      actor: { userId: user, email: 'ada@example.com', role: 'technician', organizationId: org },
      organizationId: org,
      action: 'access.used',
      category: 'access',
      resourceType: 'access',
      resourceId: 'a1',
      description: 'Something happened',
      outcome: 'success',
      riskLevel: 'low',
      riskFactors: ['new_address'],
      complianceRelevant: true,
      frameworks: ['soc2', 'hipaa'],
      ipAddress: '10.1.2.3',
      userAgent: 'curl/8',
      sessionId: session,
      requestId: 'req-12345678',
      changes: { before: null, after: { name: 'x' } },
      details: { service: 'siem' },
      erased: [],
    },
  ])
})

test('an event of nobody has no actor', async () => {
  const org = uuidv7()
  await tell({ org_id: org })
  expect((await logs(`organizationId=${org}`)).body.data.items).toMatchObject([
    { actor: null, ipAddress: null, changes: null, details: {}, riskFactors: [], requestId: null },
  ])
})

test('newest first; at the same instant the greater id first', async () => {
  const org = uuidv7()
  const [a, b, c] = [
    await tell({ org_id: org, occurred_at: at(1), id: '01a20000-0000-7000-8000-000000000001' }),
    await tell({ org_id: org, occurred_at: at(1), id: '01a20000-0000-7000-8000-000000000002' }),
    await tell({ org_id: org, occurred_at: at(2), id: '01a20000-0000-7000-8000-000000000000' }),
  ]
  expect(idsOf(await logs(`organizationId=${org}`))).toEqual([c, b, a])
})

describe('each filter finds what it names and nothing else:', () => {
  const org = uuidv7()
  const [ada, eve] = [uuidv7(), uuidv7()]
  const named: Record<string, string> = {}
  beforeAll(async () => {
    const events: Record<string, Record<string, unknown>> = {
      login: {
        action: 'auth.login_failed',
        user_id: ada,
        outcome: 'failure',
        risk_level: 'medium',
        ip_address: '10.0.0.1',
      },
      mfa: { action: 'auth.mfa_failed', user_id: eve, outcome: 'failure', risk_level: 'high', ip_address: '10.0.1.1' },
      // `auth` is a prefix of this action, but not of its parts
      odd: {
        action: 'authorization.denied',
        category: 'authorization',
        outcome: 'denied',
        risk_level: 'critical',
        ip_address: '2001:db8::1',
      },
      grant: {
        action: 'access.granted',
        category: 'access',
        resource_type: 'access',
        resource_id: 'g1',
        description: 'Granted 100% of SIEM_x to Ada',
      },
      quiet: { action: 'auth', compliance_relevant: false, resource_type: 'user', resource_id: 'g1' },
    }
    let i = 0
    for (const [name, columns] of Object.entries(events)) {
      named[name] = await tell({ org_id: org, occurred_at: at(++i * 1000), ...columns })
    }
  })

  test.each([
    [`userId=${ada}`, ['login']],
    ['action=auth.login_failed', ['login']],
    ['action=auth.*', ['login', 'mfa']],
    ['action=auth', ['quiet']],
    ['action=authorization.*', ['odd']],
    ['action=auth.login', []],
    ['category=authorization', ['odd']],
    ['resourceType=access', ['grant']],
    ['resourceId=g1', ['grant', 'quiet']],
    ['resourceType=user&resourceId=g1', ['quiet']],
    ['outcome=failure', ['login', 'mfa']],
    ['riskLevel=high', ['mfa']],
    ['riskLevel=high&riskLevel=critical', ['mfa', 'odd']],
    ['complianceRelevant=false', ['quiet']],
    ['complianceRelevant=true', ['login', 'mfa', 'odd', 'grant']],
    ['ipAddress=10.0.0.1', ['login']],
    ['ipAddress=10.0.0.0/16', ['login', 'mfa']],
    ['ipAddress=10.0.0.0/24', ['login']],
    ['ipAddress=::ffff:10.0.0.1', ['login']],
    ['ipAddress=2001:db8::/32', ['odd']],
    ['ipAddress=2001:0DB8:0::1', ['odd']],
    [`from=${at(2000)}`, ['mfa', 'odd', 'grant', 'quiet']],
    [`to=${at(2000)}`, ['login']],
    [`from=${at(2000)}&to=${at(4000)}`, ['mfa', 'odd']],
    [`from=${at(2001)}&to=${at(4001)}`, ['odd', 'grant']],
    [`from=${encodeURIComponent('2026-11-01T01:00:02+01:00')}&to=${at(2001)}`, ['mfa']],
    [`from=${at(4000)}&to=${at(2000)}`, []],
    ['search=granted', ['grant']],
    ['search=%20SIEM_X%20', ['grant']],
    ['search=100%25', ['grant']],
    ['search=SIEM-x', []],
    ['search=something&outcome=failure&riskLevel=medium', ['login']],
  ])('%s', async (query, expected) => {
    const answer = await logs(`organizationId=${org}&${query}`)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    expect(idsOf(answer).sort()).toEqual(expected.map((name) => named[name] ?? name).sort())
    expect(answer.body.data.total).toBe(expected.length)
  })
})

test.each([
  'organizationId=acme',
  'userId=1',
  'action=auth.',
  'action=*',
  'action=auth.*.x',
  'action=auth%25',
  'category=secrets',
  'outcome=maybe',
  'riskLevel=none',
  'riskLevel=low&riskLevel=none',
  'complianceRelevant=yes',
  'ipAddress=10.0.0.1/8',
  'ipAddress=10.0.0.256',
  'from=yesterday',
  'to=2026-13-01T00:00:00Z',
  'outcome=success&outcome=failure',
  'search=',
  'page=0',
  'limit=101',
  'limit=0',
  'sort=name',
  'verbose=true',
  'cursor=',
  'page=1&page=2',
])('400: %s is not of the documented shape', async (query) => {
  expect(await logs(query)).toMatchObject({ status: 400, body: { error: 'validation_failed' } })
})

async function fill(org: string, count: number): Promise<void> {
  await world.admin.query(
    `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
     select $1, $2::timestamptz + make_interval(secs => i / 2), gen_random_uuid(), 'auth.login_succeeded', 'authentication', 'x', 'success', 'low', true
       from generate_series(1, $3::int) i`,
    [org, at(0), count],
  )
}

describe('pages', () => {
  const org = uuidv7()
  const page = (query: string) => logs(`organizationId=${org}&${query}`)
  beforeAll(() => fill(org, 10_000))

  test('cut the list without gap or overlap; 25 when nothing is asked', async () => {
    const all = idsOf(await page('limit=100'))
    expect(idsOf(await page('limit=40&page=1')).concat(idsOf(await page('limit=40&page=2')))).toEqual(all.slice(0, 80))
    expect((await page('')).body.data).toMatchObject({ page: 1, limit: 25, totalPages: 400 })
  })

  test('the total is exact to 10,000, and capped there from 10,001 on', async () => {
    expect((await page('limit=1')).body.data).toMatchObject({ total: 10_000, totalIsCapped: false })
    await tell({ org_id: org })
    expect((await page('limit=1')).body.data).toMatchObject({ total: 10_000, totalIsCapped: true, totalPages: 10_000 })
  })

  test('reach 10,000 events and no further: beyond, the cursor', async () => {
    const last = await page('limit=100&page=100')
    expect(last.body.data.items).toHaveLength(100)
    const beyond = await page('limit=100&page=101')
    expect(beyond).toMatchObject({ status: 400, body: { error: 'validation_failed', details: [{ path: 'page' }] } })
    expect(beyond.body.details[0].message).toContain('cursor')

    const cut = await page('limit=30&page=334')
    expect(cut.body.data.items).toHaveLength(10)
    const on = await logs(`organizationId=${org}&cursor=${cut.body.data.nextCursor}`)
    expect(on.body.data).toMatchObject({ items: [{ organizationId: org }], page: 335, nextCursor: null })
  })

  test.each([7, 400, 401, 1_000_000])('page %d, past the end, is empty', async (number) => {
    expect((await logs(`organizationId=${uuidv7()}&page=${number}`)).body.data).toEqual({
      items: [],
      total: 0,
      totalIsCapped: false,
      page: number,
      limit: 25,
      totalPages: 0,
      nextCursor: null,
    })
  })
})

describe('the cursor', () => {
  const org = uuidv7()
  beforeAll(() => fill(org, 60))
  const first = async (query = '') =>
    (await logs(`organizationId=${org}&limit=20${query}`)).body.data.nextCursor as string

  test('goes on where the page ended, with the same limit, and is null at the end', async () => {
    const all = idsOf(await logs(`organizationId=${org}&limit=100`))
    const second = await logs(`organizationId=${org}&cursor=${await first()}`)
    expect(idsOf(second)).toEqual(all.slice(20, 40))
    const third = await logs(`organizationId=${org}&limit=20&cursor=${second.body.data.nextCursor}`)
    expect(idsOf(third)).toEqual(all.slice(40))
    expect(third.body.data).toMatchObject({ total: 60, page: 3, limit: 20, totalPages: 3, nextCursor: null })
    const whole = await logs(`organizationId=${org}&limit=60`)
    expect(whole.body.data.nextCursor).toBeNull()
  })

  const refused = { status: 400, body: { error: 'validation_failed', details: [{ path: 'cursor' }] } }

  test('400 when any character of it was changed', async () => {
    const cursor = await first()
    for (const i of [0, 10, 43, 60, cursor.length - 2]) {
      const changed = `${cursor.slice(0, i)}${cursor[i] === 'A' ? 'B' : 'A'}${cursor.slice(i + 1)}`
      expect(await logs(`organizationId=${org}&cursor=${changed}`)).toMatchObject(refused)
    }
    expect(await logs(`organizationId=${org}&cursor=${cursor}A`)).toMatchObject(refused)
    expect(await logs(`organizationId=${org}&cursor=garbage`)).toMatchObject(refused)
  })

  test('400 with another filter, or without the one that it was given with', async () => {
    const cursor = await first()
    expect(await logs(`organizationId=${uuidv7()}&cursor=${cursor}`)).toMatchObject(refused)
    expect(await logs(`organizationId=${org}&outcome=success&cursor=${cursor}`)).toMatchObject(refused)
    expect(await logs(`cursor=${cursor}`)).toMatchObject(refused)
  })

  test('the order of the parameters is no other filter', async () => {
    const cursor = await first('&riskLevel=low&riskLevel=high')
    const answer = await logs(`cursor=${cursor}&riskLevel=high&riskLevel=low&organizationId=${org}`)
    expect(answer.status).toBe(200)
  })

  test('400 for anybody else', async () => {
    const cursor = await first()
    const other = world.as(await world.staff('super_admin'))
    expect(await other.get(`/api/audit/logs?organizationId=${org}&cursor=${cursor}`)).toMatchObject(refused)
  })

  test('400 together with a page', async () => {
    expect(await logs(`organizationId=${org}&page=2&cursor=${await first()}`)).toMatchObject({ status: 400 })
  })
})

test('walking by cursor while others write gives each event that was there exactly once', async () => {
  const org = uuidv7()
  await fill(org, 500)
  const { rows } = await world.admin.query('select id from audit_logs where org_id = $1', [org])
  const there = new Set(rows.map(({ id }: { id: string }) => id))
  let walking = true
  const writer = (async () => {
    for (let i = 0; walking; i++) {
      await tell({ org_id: org, occurred_at: at(Math.floor(Math.random() * 250_000)) })
      await tell({ org_id: org, occurred_at: at(250_000 + i) })
    }
    return true
  })()

  const seen: string[] = []
  let cursor: string | null = null
  do {
    const answer = await logs(`organizationId=${org}&limit=7${cursor === null ? '' : `&cursor=${cursor}`}`)
    seen.push(...idsOf(answer))
    cursor = answer.body.data.nextCursor
  } while (cursor !== null)
  walking = false
  expect(await writer).toBe(true)
  expect(seen.filter((id) => there.has(id)).sort()).toEqual([...there].sort())
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.length).toBeGreaterThan(500)
})

describe('what is committed late', () => {
  const org = uuidv7()
  let late: pg.PoolClient
  let lateId: string
  beforeAll(() => fill(org, 60))

  /** Happened before the newest event there is, and is not committed yet. */
  beforeEach(async () => {
    late = await world.admin.connect()
    lateId = uuidv7()
    await late.query('begin')
    await late.query(
      `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
       values ($1, $2, $3, 'auth.login_succeeded', 'authentication', 'x', 'success', 'low', true)`,
      [org, at(29_900), lateId],
    )
  })

  async function walk(meanwhile: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const answer = await logs(`organizationId=${org}&limit=20${cursor === null ? '' : `&cursor=${cursor}`}`)
      if (cursor === null) await meanwhile()
      seen.push(...idsOf(answer))
      cursor = answer.body.data.nextCursor
    } while (cursor !== null)
    return seen
  }

  test('behind the place where a walk is, comes at its end; nothing comes twice', async () => {
    const newer = uuidv7()
    const seen = await walk(async () => {
      await late.query('commit')
      late.release()
      await tell({ org_id: org, id: newer, occurred_at: new Date(Date.now() + 60_000).toISOString() })
    })
    expect(seen.at(-1)).toBe(lateId)
    expect(new Set(seen).size).toBe(seen.length)
    // what happens after the first page is for the next walk
    expect(seen).not.toContain(newer)
    expect(seen).toHaveLength(61)
  })

  test('or never, is not told', async () => {
    const seen = await walk(async () => {
      await late.query('rollback')
      late.release()
    })
    expect(seen).not.toContain(lateId)
  })
})

test('reading across all tenants walks the index of the newest, from the cursor on', async () => {
  await fill(uuidv7(), 5000)
  await world.admin.query('analyze audit_logs')
  const client = new pg.Client({ connectionString: world.databaseUrl, options: '-c search_path=castellan' })
  await client.connect()
  await client.query('set role castellan_staff')
  for (const after of [null, { occurredAt: at(1_000_000), id: uuidv7() }]) {
    const seen = after && { text: '1:1:', at: new Date().toISOString() }
    const { text, values } = listAuditEvents({}, { after, seen, late: null }, { offset: 0, limit: 26 })
    const { rows } = await client.query(`explain ${text}`, [...values])
    const plan = rows.map((row) => Object.values(row)[0]).join('\n')
    expect(plan).not.toMatch(/Seq Scan on audit_logs_2026_11|Sort/)
    expect(plan).toMatch(/Index Scan using audit_logs_2026_11_occurred_at_id_idx/)
  }
  await client.end()
})
