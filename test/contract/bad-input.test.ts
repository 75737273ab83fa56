import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, Client, World } from '../support/world.ts'

interface Described {
  method: 'get' | 'post' | 'put' | 'delete'
  path: string
  parameters: { name: string; in: string; schema: { type?: string } }[]
  fields: string[]
  hasBody: boolean
}

let world: World
let admin: Person
let client: Client
let endpoints: Described[] = []

beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  client = world.as(admin)
  endpoints = describeAll()
})
afterAll(() => world.close())

/** The API as its own document tells it, so that a new endpoint is attacked without being listed here. */
function describeAll(): Described[] {
  const document = world.app.swagger() as any
  return Object.entries<any>(document.paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) =>
      Object.entries<any>(methods).map(([method, operation]) => {
        const schema = resolve(document, operation.requestBody?.content?.['application/json']?.schema)
        return {
          method: method as Described['method'],
          path,
          parameters: operation.parameters ?? [],
          fields: Object.keys(schema?.properties ?? {}),
          hasBody: operation.requestBody !== undefined,
        }
      }),
    )
}

const resolve = (document: any, schema: any): any =>
  schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : schema

const fill = (path: string, id: string): string => path.replaceAll(/\{[^}]+\}/g, id)

const send = (who: Client, { method, path }: Described, body?: unknown, id: string = uuidv7()): Promise<Answer> =>
  method === 'get' ? who.get(fill(path, id)) : who[method](fill(path, id), body)

const codes = /^[a-z_]+$/
const internals = /select |insert |pg_|at \w+ \(|node_modules|\.ts:|castellan_/i

function refused(answer: Answer, what: string): void {
  expect(answer.status, `${what}: ${JSON.stringify(answer.body)}`).toBeGreaterThanOrEqual(400)
  unbroken(answer, what)
}

function unbroken({ status, body }: Answer, what: string): void {
  expect(status, `${what}: ${JSON.stringify(body)}`).toBeLessThan(500)
  if (status < 400) return
  expect(body, what).toMatchObject({ success: false, error: expect.stringMatching(codes), message: expect.any(String) })
  expect(JSON.stringify(body), what).not.toMatch(internals)
}

async function changesNothing(attack: () => Promise<void>): Promise<void> {
  const before = await rows()
  await attack()
  expect(await rows()).toEqual(before)
}

async function rows(): Promise<unknown> {
  const counted = [
    'organizations',
    'users',
    'technician_customer_access',
    'invitations',
    'totp_factors',
    'auth_challenges',
  ]
  const sums = counted.map(
    (table) => `(select md5(string_agg(t::text, '|' order by t::text)) from ${table} t) as ${table}`,
  )
  return (await world.admin.query(`select ${sums.join(', ')}`)).rows[0]
}

describe('bad input gets a documented 4xx and changes nothing:', () => {
  test('there is an API to attack', () => expect(endpoints.length).toBeGreaterThan(20))

  test('malformed ids in paths', async () => {
    const ids = [
      'x',
      '0',
      '%00',
      '%ff',
      "'--",
      '..%2f..',
      '%252e',
      'null',
      `${uuidv7()}x`,
      'a'.repeat(300),
      '{}',
      '%F0%9F%92%A9',
    ]
    await changesNothing(async () => {
      for (const endpoint of endpoints.filter(({ path }) => path.includes('{'))) {
        for (const id of ids)
          refused(
            await send(client, endpoint, endpoint.hasBody ? {} : undefined, id),
            `${endpoint.method} ${endpoint.path} ${id}`,
          )
      }
    })
  })

  test('unknown, repeated and unstorable query parameters', async () => {
    for (const endpoint of endpoints.filter(({ method }) => method === 'get')) {
      const url = fill(endpoint.path, uuidv7())
      refused(await client.get(`${url}?surprise=1`), `${url} with an unknown parameter`)
      for (const { name, schema } of endpoint.parameters.filter(({ in: place }) => place === 'query')) {
        for (const value of [
          '%00',
          '%ff',
          'x%0d%0ay',
          "'||pg_sleep(9)--",
          '-1',
          '99999999999999999999',
          'a'.repeat(3000),
          '%E2%80%AE',
        ]) {
          unbroken(await client.get(`${url}?${name}=${value}`), `${url}?${name}=${value}`)
        }
        if (schema.type !== 'array')
          refused(await client.get(`${url}?${name}=1&${name}=2`), `${url} with ${name} twice`)
      }
    }
  })

  test('bodies of another type', async () => {
    await changesNothing(async () => {
      for (const endpoint of endpoints.filter(({ hasBody }) => hasBody)) {
        for (const body of [
          'null',
          '[]',
          '"text"',
          '7',
          'true',
          '{',
          '{"a":1',
          '{"__proto__":{"role":"super_admin"}}',
          '\u0000',
          '[[[[[[',
          '{"a":1}{"b":2}',
          '1e999',
        ]) {
          refused(await send(client, endpoint, body), `${endpoint.method} ${endpoint.path} ${JSON.stringify(body)}`)
        }
      }
    })
  })

  test('a body where none is taken', async () => {
    await changesNothing(async () => {
      for (const endpoint of endpoints.filter(({ method, hasBody }) => method !== 'get' && !hasBody)) {
        for (const body of ['{"surprise":1}', '[]', 'null', '7']) {
          refused(await send(client, endpoint, body), `${endpoint.method} ${endpoint.path} ${body}`)
        }
      }
    })
    const { token } = await world.staff('security_analyst')
    const signOut = await world.as({ ...admin, token }).post('/api/auth/logout', { surprise: 1 })
    expect(signOut).toMatchObject({ status: 400, body: { error: 'validation_failed' } })
  })

  test('unknown fields, also those that other objects have', async () => {
    const fields = [
      'surprise',
      'id',
      'orgId',
      'passwordHash',
      'createdAt',
      'mfaEnabled',
      'grantedBy',
      'usageCount',
      'constructor',
      'toString',
    ]
    await changesNothing(async () => {
      for (const endpoint of endpoints.filter(({ hasBody }) => hasBody)) {
        for (const field of fields.filter((one) => !endpoint.fields.includes(one))) {
          const answer = await send(client, endpoint, JSON.stringify({ [field]: 'x' }))
          refused(answer, `${endpoint.method} ${endpoint.path} ${field}`)
        }
      }
    })
  })

  test('fields of every wrong kind', async () => {
    const values = [
      null,
      0,
      -1,
      1.5,
      1e308,
      '',
      ' ',
      'x',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\u202e',
      'x'.repeat(20_000),
      true,
      [],
      [null],
      [[]],
      {},
      { a: { b: {} } },
      "'; drop table users; --",
      '../../etc/passwd',
      '2026-13-40T99:99:99Z',
    ]
    let before = await rows()
    for (const endpoint of endpoints.filter(({ hasBody }) => hasBody)) {
      for (const field of endpoint.fields) {
        for (const value of values) {
          const what = `${endpoint.method} ${endpoint.path} ${field}=${JSON.stringify(value)?.slice(0, 40)}`
          const answer = await send(client, endpoint, { [field]: value })
          unbroken(answer, what)
          const after = await rows()
          if (answer.status >= 400) expect(after, what).toEqual(before)
          before = after
        }
      }
    }
  }, 120_000)

  test('bodies that are too large or of another content type', async () => {
    await changesNothing(async () => {
      for (const endpoint of endpoints.filter(({ hasBody }) => hasBody)) {
        const huge = await send(client, endpoint, JSON.stringify({ name: 'x'.repeat(300_000) }))
        expect(huge).toMatchObject({ status: 413, body: { error: 'payload_too_large' } })
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'application/json\t',
          'application/jsonx',
          'multipart/form-data; boundary=x',
          'application/json; charset=utf-16',
        ]) {
          const answer = await client[endpoint.method as 'post'](fill(endpoint.path, uuidv7()), '{}', {
            'content-type': type,
          })
          expect(answer, `${endpoint.path} ${type}`).toMatchObject({
            status: 415,
            body: { error: 'unsupported_media_type' },
          })
        }
      }
    })
  })

  test('tokens of every wrong kind are 401, and say how to do it', async () => {
    const { token } = admin
    const [head, body, signature] = token.split('.') as [string, string, string]
    const bad = [
      '',
      'x',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      `Bearer ${token} `,
      `Bearer ${token}x`,
      `Bearer ${head}.${body}.`,
      `Bearer ${head}..${signature}`,
      `Bearer ${body}.${head}.${signature}`,
      `Bearer ${token},${token}`,
      `Bearer ${'a'.repeat(5000)}`,
      `Token ${token}`,
      `Bearer ${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    ]
    for (const authorization of bad) {
      const answer = await world.nobody.get('/api/organizations', { authorization })
      expect(answer, authorization).toMatchObject({ status: 401, body: { success: false, error: 'unauthenticated' } })
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  })

  test('a fault names the unknown field or parameter by its path, each by its own', async () => {
    const body = { name: 'Odd', surprise: 1, other: 2, settings: { strange: true, contact: { fax: '1' } } }
    expect((await client.post('/api/organizations', body)).body.details).toEqual(
      ['settings.contact.fax', 'settings.strange', 'surprise', 'other'].map((path) => ({
        path,
        message: 'Unrecognized key',
      })),
    )
    expect((await client.get('/api/users?surprise=1&limit=5')).body.details).toEqual([
      { path: 'surprise', message: 'Unrecognized key' },
    ])
  })

  test('a slash at the end of a path changes nothing', async () => {
    for (const { method, path } of endpoints) {
      const url = fill(path, uuidv7())
      const [plain, slashed] = [await world.nobody[method](url), await world.nobody[method](`${url}/`)]
      expect([slashed.status, slashed.body.error], url).toEqual([plain.status, plain.body.error])
    }
    expect(await client.get('/api/organizations/')).toMatchObject({ status: 200, body: { data: { page: 1 } } })
    expect(await client.post('/api/organizations/', { name: 'With a slash' })).toMatchObject({ status: 201 })
  })

  test('other methods, spellings and overrides of a known path are not found', async () => {
    const paths = [
      '/API/organizations',
      '/api//organizations',
      '/api/organizations;x',
      '/api/%6frganizations/x',
      '/api/organizations/../users',
    ]
    for (const url of paths) unbroken(await client.get(url), url)
    for (const method of ['HEAD', 'OPTIONS', 'PATCH', 'TRACE'] as const) {
      const { statusCode } = await world.app.inject({
        method: method as 'GET',
        url: '/api/organizations',
        headers: { authorization: `Bearer ${admin.token}` },
      })
      expect(statusCode, method).toBe(404)
    }
    const overridden = await client.get('/api/organizations', {
      'x-http-method-override': 'POST',
      'x-original-url': '/api/audit/logs',
    })
    expect(overridden.status).toBe(200)
  })

  test('a request id is taken when it is sane, and replaced when it is not', async () => {
    for (const id of ['7', 'req-1', 'order-4711_x', 'svc.order.4711', 'x'.repeat(64)]) {
      expect((await client.get('/api/organizations', { 'x-request-id': id })).headers['x-request-id']).toBe(id)
    }
    for (const id of ['x'.repeat(65), 'has space', 'semi;colon-semi', 'angle<script>', 'quo"te']) {
      expect((await client.get('/api/organizations', { 'x-request-id': id })).headers['x-request-id']).not.toBe(id)
    }
  })
})
