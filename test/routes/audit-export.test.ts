import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ocsfFaults } from '../ocsf/validate.ts'
import { tell } from '../support/audit.ts'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let analyst: Person
let port: number
beforeAll(async () => {
  world = await createWorld()
  analyst = await world.staff('security_analyst')
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  port = (world.app.server.address() as AddressInfo).port
})
afterAll(() => world.close())

async function exported(query: string, reader = analyst) {
  const { statusCode, headers, rawPayload } = await world.app.inject({
    url: `/api/audit/export?${query}`,
    headers: { authorization: `Bearer ${reader.token}` },
  })
  return { status: statusCode, headers, bytes: rawPayload, text: rawPayload.toString() }
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  const field = /("(?:[^"]|"")*"|[^,\n]*)([,\n])/gy
  for (const [, value = '', end] of text.matchAll(field)) {
    record.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value)
    if (end === '\n') records.push(record.splice(0))
  }
  return records
}

const lines = (text: string): any[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

async function fill(org: string, count: number): Promise<void> {
  await world.admin.query(
    `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant, details)
     select $1, '2026-11-01T00:00:00Z'::timestamptz + make_interval(secs => i / 3), gen_random_uuid(), 'auth.login_succeeded', 'authentication',
            'event ' || i, 'success', 'low', true, jsonb_build_object('filler', repeat('x', 200))
       from generate_series(1, $2::int) i`,
    [org, count],
  )
}

describe('who may export', () => {
  test.each(['super_admin', 'security_analyst'] as const)('%s', async (role) => {
    expect(await exported(`organizationId=${uuidv7()}`, await world.staff(role))).toMatchObject({ status: 200 })
  })
  test.each(['account_manager', 'technician'] as const)('403 for %s', async (role) => {
    expect(await exported('', await world.staff(role))).toMatchObject({ status: 403 })
  })
  test('401 for whose proof of who they are is not fresh', async () => {
    const stale = await world.staff('security_analyst')
    await world.admin.query(
      `update user_sessions set mfa_at = now() - interval '6 minutes', created_at = now() - interval '6 minutes' where id = $1`,
      [stale.sessionId],
    )
    const { status, text } = await exported('', stale)
    expect([status, JSON.parse(text).error]).toEqual([401, 'step_up_required'])
  })
  test.each(['format=xml', 'page=1', 'after=yesterday', 'after=2026-11-01T00:00:00Z', 'verbose=true'])(
    '400: %s',
    async (query) => {
      expect(await exported(query)).toMatchObject({ status: 400 })
    },
  )
})

test('an export is on record once, before its first byte leaves', async () => {
  const { id } = await world.customer()
  await exported(`organizationId=${id}&format=ndjson&outcome=success`)
  const { rows } = await world.admin.query(
    `select org_id, user_id, resource_id, details from audit_logs where action = 'audit.exported' and resource_id = $1`,
    [id],
  )
  expect(rows).toMatchObject([
    {
      org_id: id,
      user_id: analyst.id,
      details: { format: 'ndjson', filter: { organizationId: id, outcome: 'success' } },
    },
  ])
})

describe('CSV', () => {
  test('has a field for all that an event tells, and ends with its manifest', async () => {
    const [org, user, session] = [uuidv7(), uuidv7(), uuidv7()]
    const id = await tell(world, {
      org_id: org,
      occurred_at: '2026-11-01T00:00:00.120Z',
      user_id: user,
      actor_email: 'ada@example.com',
      actor_role: 'technician',
      actor_org_id: org,
      description: 'A "quoted", long\nstory',
      ip_address: '2001:db8::1',
      user_agent: 'curl/8',
      session_id: session,
      request_id: 'req-1',
      resource_type: 'grant',
      resource_id: 'g1',
      risk_factors: ['no_expiry', 'bulk'],
      frameworks: ['soc2'],
      changes: { before: null, after: { a: 1 } },
      details: { b: 'c' },
    })
    const { headers, text } = await exported(`organizationId=${org}`)
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(headers['content-disposition']).toMatch(/^attachment; filename="castellan-audit-[\dTZ-]+\.csv"$/)
    expect(headers['cache-control']).toBe('no-store')
    const [names = [], event = [], end = [], ...more] = parseCsv(text)
    expect(more).toEqual([])
    expect(Object.fromEntries(names.map((name, i) => [name, event[i]]))).toEqual({
      sequence: '',
      id,
      occurredAt: '2026-11-01T00:00:00.120Z',
      organizationId: org,
      actorUserId: user,
      actorEmail: 'ada@example.com',
      actorRole: 'technician',
      actorOrganizationId: org,
      action: 'auth.login_succeeded',
      category: 'authentication',
      resourceType: 'grant',
      resourceId: 'g1',
      description: 'A "quoted", long\nstory',
      outcome: 'success',
      riskLevel: 'low',
      riskFactors: 'no_expiry bulk',
      complianceRelevant: 'true',
      frameworks: 'soc2',
      ipAddress: '2001:db8::1',
      userAgent: 'curl/8',
      sessionId: session,
      requestId: 'req-1',
      changes: '{"after": {"a": 1}, "before": null}',
      details: '{"b": "c"}',
      erased: '',
    })
    expect(end).toHaveLength(names.length)
    expect(JSON.parse(end.at(-1) ?? '')).toEqual({
      complete: true,
      format: 'csv',
      filter: { organizationId: org },
      after: null,
      exportedAt: expect.any(String),
      exportedBy: analyst.email,
      rows: 1,
      firstSequence: null,
      lastSequence: null,
      sha256: sha256(text.slice(0, text.indexOf('#end'))),
      checkpoint: null,
    })
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "=cmd|'/c calc'!A0"])(
    'a spreadsheet takes %j for text wherever somebody can write it',
    async (formula) => {
      const org = uuidv7()
      const fields = ['description', 'user_agent', 'resource_id', 'resource_type', 'actor_email', 'request_id']
      await tell(world, { org_id: org, ...Object.fromEntries(fields.map((name) => [name, formula])) })
      const [, event = []] = parseCsv((await exported(`organizationId=${org}`)).text)
      expect(event.filter((value) => value.endsWith(formula) && value.length <= formula.length + 1)).toEqual(
        fields.map(() => `'${formula}`),
      )
    },
  )
})

test('NDJSON has each event as the list shows it, oldest first, with the filters of the list', async () => {
  const org = uuidv7()
  for (let i = 1; i <= 5; i++) {
    await tell(world, {
      org_id: org,
      occurred_at: `2026-11-01T00:00:0${i}Z`,
      outcome: i % 2 ? 'success' : 'failure',
      details: { 'a\u0002b': 'line\nbreak' },
    })
  }
  const query = `organizationId=${org}&outcome=success&from=2026-11-01T00:00:02Z`
  const { text, headers } = await exported(`${query}&format=ndjson`)
  expect(headers['content-type']).toBe('application/x-ndjson')
  const events = lines(text)
  const listed = await world.as(analyst).get(`/api/audit/logs?${query}`)
  const { manifest } = events.pop()
  expect(events).toEqual(listed.body.data.items.reverse())
  expect(events).toHaveLength(2)
  expect(manifest).toMatchObject({
    complete: true,
    rows: 2,
    sha256: sha256(text.slice(0, text.lastIndexOf('{"manifest"'))),
  })
})

describe('thousands of events', () => {
  const org = uuidv7()
  let ids: string[]
  beforeAll(async () => {
    await fill(org, 7000)
    const { rows } = await world.admin.query('select id from audit_logs where org_id = $1 order by occurred_at, id', [
      org,
    ])
    ids = rows.map(({ id }: { id: string }) => id)
  })

  test('are exported once each, in order', async () => {
    const events = lines((await exported(`organizationId=${org}&format=ndjson`)).text)
    expect(events.pop()).toMatchObject({ manifest: { rows: 7000 } })
    expect(events.map(({ id }) => id)).toEqual(ids)
    const records = parseCsv((await exported(`organizationId=${org}`)).text).slice(1, -1)
    expect(records.map(([, id]) => id)).toEqual(ids)
  })

  test('go on behind the last whole event of a file that broke off', async () => {
    const all = lines((await exported(`organizationId=${org}&format=ndjson`)).text)
    const { occurredAt, id } = all[6899]
    const rest = lines((await exported(`organizationId=${org}&format=ndjson&after=${occurredAt},${id}`)).text)
    expect(rest.slice(0, -1)).toEqual(all.slice(6900, -1))
    expect(rest.at(-1)).toMatchObject({ manifest: { rows: 100, after: { occurredAt, id } } })
  })

  test('are valid events of OCSF, the one that ends the file too', async () => {
    const events = lines((await exported(`organizationId=${org}&format=ocsf&to=2026-11-01T00:01:00Z`)).text)
    expect(events.flatMap(ocsfFaults)).toEqual([])
    const last = events.pop()
    expect(events.map(({ metadata }) => metadata.uid)).toEqual(ids.slice(0, events.length))
    expect(last).toMatchObject({
      class_uid: 6003,
      unmapped: { details: { manifest: { complete: true, rows: events.length } } },
    })
  })

  test('are one Parquet file, in order; its footer has the manifest', async () => {
    await tell(world, {
      org_id: org,
      occurred_at: '2026-11-02T12:00:00Z',
      action: 'access.granted',
      category: 'access',
      details: { technicianId: org },
    })
    const { bytes, headers } = await exported(`organizationId=${org}&format=parquet`)
    expect(headers['content-type']).toBe('application/vnd.apache.parquet')
    expect(headers['content-disposition']).toMatch(/^attachment; filename="[\w-]+\.parquet"$/)
    const file = new Uint8Array(bytes).buffer
    const { key_value_metadata: said = [], num_rows, row_groups } = parquetMetadata(file)
    expect([num_rows, row_groups.map(({ num_rows: rows }) => rows)]).toEqual([7001n, [4000n, 3001n]])
    const manifest = JSON.parse(said.find(({ key }) => key === 'castellan.manifest')?.value ?? '')
    expect(manifest).toMatchObject({ complete: true, format: 'parquet', rows: 7001 })
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)
    expect(manifest.sha256).toBe(sha256(bytes.subarray(0, footer)))
    const events: any[] = await parquetReadObjects({ file })
    expect(events.slice(0, 7000).map(({ metadata }) => metadata.uid)).toEqual(ids)
    expect(events.at(-1)).toMatchObject({
      class_uid: 3005,
      type_uid: 300501n,
      time: new Date('2026-11-02T12:00:00Z'),
      privileges: ['access'],
      user: { uid: org },
      metadata: { tenant_uid: org, profiles: ['security_control'], product: { name: 'Castellan' } },
      unmapped: { category: 'access' },
    })
  })

  test('are a Parquet file also when there are none', async () => {
    const { bytes } = await exported(`organizationId=${uuidv7()}&format=parquet`)
    expect(await parquetReadObjects({ file: new Uint8Array(bytes).buffer })).toEqual([])
  })

  test('without one that is committed while it is on its way', async () => {
    const writer = await world.admin.connect()
    await writer.query('begin')
    await writer.query(
      `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
       values ($1, '2026-11-01T00:30:00Z', gen_random_uuid(), 'auth.login_succeeded', 'authentication', 'late', 'success', 'low', true)`,
      [org],
    )
    const { socket, received } = await slowReader(`organizationId=${org}&format=ndjson`)
    await writer.query('commit')
    writer.release()
    socket.resume()
    await once(socket, 'end')
    expect(received()).not.toContain('"late"')
    expect(received()).toContain('"complete":true')
  })
})

/** Reads nothing beyond the first bytes until it is resumed. */
async function slowReader(query: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect({ port, host: '127.0.0.1' })
  const parts: Buffer[] = []
  socket.on('error', () => undefined)
  socket.write(
    `GET /api/audit/export?${query} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${analyst.token}\r\nconnection: close\r\n\r\n`,
  )
  socket.on('data', (part) => void parts.push(part))
  await once(socket, 'data')
  socket.pause()
  return { socket, received: () => Buffer.concat(parts).toString() }
}

describe('a reader that', () => {
  const org = uuidv7()
  beforeAll(() => fill(org, 60_000))

  const busy = async (): Promise<number> => {
    const { rows } = await world.admin.query(
      `select count(*)::int as busy from pg_stat_activity
        where datname = current_database() and application_name = 'castellan' and state <> 'idle'`,
    )
    return rows[0].busy
  }
  /** Between two slices the connections are idle too: it counts when they stay so. */
  async function untilIdle(withinMs: number): Promise<void> {
    const end = Date.now() + withinMs
    let quiet = 0
    while (quiet < 10 && Date.now() < end) {
      quiet = (await busy()) === 0 ? quiet + 1 : 0
      await sleep(20)
    }
    expect(quiet).toBe(10)
  }

  test('does not read holds no connection of the database, and gets the rest when it does', async () => {
    const { socket, received } = await slowReader(`organizationId=${org}&format=csv`)
    await untilIdle(5000)
    socket.resume()
    await once(socket, 'end')
    expect(received()).toContain('#end')
    expect(received()).toContain('""rows"":60000')
  })

  test('stops at every turn gets what was written, byte by byte', async () => {
    const headers = { authorization: `Bearer ${analyst.token}` }
    const request = get({ port, path: `/api/audit/export?organizationId=${org}`, headers })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const parts: Buffer[] = []
    let waited = 0
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part)
      if (parts.length % 100 === 1 && waited++ < 10) await untilIdle(5000)
    }
    const text = Buffer.concat(parts).toString()
    const end = text.indexOf('#end')
    expect(text.slice(end)).toContain(`""sha256"":""${sha256(text.slice(0, end))}""`)
  })

  test('leaves frees everything within two seconds', async () => {
    const { socket } = await slowReader(`organizationId=${org}&format=csv`)
    socket.destroy()
    await untilIdle(2000)
    expect(await connectionsLeft()).toBe(0)
  })

  /** Those of earlier tests may still be about to close. */
  async function connectionsLeft(): Promise<number> {
    const count = promisify(world.app.server.getConnections.bind(world.app.server))
    for (let tries = 200; tries > 0 && (await count()) > 0; tries--) await sleep(50)
    return count()
  }

  test('is at it when the database fails sees it: in the file, and as a connection that breaks off', async () => {
    const { socket, received } = await slowReader(`organizationId=${org}&format=csv`)
    await untilIdle(5000)
    await world.admin.query('revoke select on audit_logs from castellan_staff')
    socket.resume()
    await once(socket, 'close')
    await world.admin.query('grant select on audit_logs to castellan_staff')
    const text = received()
    expect(text).not.toContain('#end')
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/)
    expect(text).toMatch(/#failed,+"\{""complete"":false,""rows"":\d+,""after"":""2026-11-01T[^"]+""\}"/)
    expect(text).not.toContain('permission denied')
  })
})
