import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld({ PUBLIC_URL: 'https://soc.example.com' })
})
afterAll(() => world.close())

const guarded = {
  'content-security-policy': expect.stringContaining("default-src 'none'"),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': expect.stringContaining('max-age='),
  'x-content-type-options': 'nosniff',
  'x-request-id': expect.stringMatching(/^[\w-]{8,64}$/),
}

describe('every answer carries the guarding headers', () => {
  test.each([
    ['an answer', '/healthz', 200],
    ['a page for people', '/docs', 200],
    ['what is not there', '/nowhere', 404],
    ['what is not there in the API', '/api/nowhere', 404],
    ['what nobody may ask', '/api/organizations', 401],
    ['a path that does not decode', '/api/organizations/%zz', 400],
    ['a path without end', `/api/organizations/${'a'.repeat(300)}`, 400],
    ['a query without end', `/healthz?${'a'.repeat(5000)}`, 400],
  ])('%s', async (_what, url, status) => {
    const { statusCode, headers } = await world.app.inject(url)
    expect({ status: statusCode, headers }).toMatchObject({ status, headers: guarded })
  })

  test('a body that is too large (413), and one that is no JSON (415)', async () => {
    const admin = world.as(await world.staff('super_admin'))
    const large = await admin.post('/api/organizations', { name: 'a'.repeat(300_000) })
    expect(large).toMatchObject({ status: 413, headers: guarded, body: { error: 'payload_too_large' } })
    const text = await admin.post('/api/organizations', 'name=Acme', { 'content-type': 'text/plain' })
    expect(text).toMatchObject({ status: 415, headers: guarded, body: { error: 'unsupported_media_type' } })
  })

  test.each([
    [
      'headers without end (431)',
      `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['what is no HTTP (400)', 'HELO example.com\r\n\r\n', 400, 'validation_failed'],
  ])('%s', async (_what, sent, status, error) => {
    if (!world.app.server.listening) await world.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = world.app.server.address() as AddressInfo
    const [head = '', body = ''] = (await exchange(port, sent)).split('\r\n\r\n')
    const [first, ...lines] = head.split('\r\n')
    const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ')))
    expect(first).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(headers).toMatchObject(guarded)
    expect(JSON.parse(body)).toMatchObject({ success: false, error })
  })
})

/** Two requests in the eyes of whoever reads it otherwise than the next in line does. */
const twofold: Readonly<Record<string, string>> = {
  'a length and chunks': 'content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'two lengths': 'content-length: 0\r\ncontent-length: 4\r\n\r\n',
  'a length that is none': 'content-length: +4\r\n\r\n',
  'a coding after chunks': 'transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n',
  'a space before the colon': 'content-length : 0\r\n\r\n',
  'a header that goes on in the next line': 'x-one: a\r\n b: c\r\n\r\n',
  'a line that ends otherwise': 'x-one: a\rx-two: b\r\n\r\n',
}

test.each(Object.keys(twofold))(
  'one request is never read as two: %s is refused, and the connection ends',
  async (what) => {
    if (!world.app.server.listening) await world.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = world.app.server.address() as AddressInfo
    const hidden = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'
    const heard = await exchange(port, `POST /api/auth/login HTTP/1.1\r\nhost: x\r\n${twofold[what]}${hidden}`)
    expect(heard.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400'])
  },
)

function exchange(port: number, sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(sent))
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => void (received += part))
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}

test('the answers under /api are never stored', async () => {
  for (const url of ['/api/organizations', '/api/nowhere', '/api/', '/api', '/api?x=1']) {
    expect((await world.nobody.get(url)).headers['cache-control'], url).toBe('no-store')
  }
})

test('a sane request id comes back as it was given, any other is replaced', async () => {
  const given = async (id: string) =>
    (await world.nobody.get('/healthz', { 'x-request-id': id })).headers['x-request-id']
  expect(await given('deploy-2026_11')).toBe('deploy-2026_11')
  expect(await given('a b c d e f g h')).toMatch(/^[0-9a-f-]{36}$/)
})

test('probes are answered without a body to who asks for the headers alone', async () => {
  for (const url of ['/healthz', '/readyz']) {
    const [{ statusCode, headers }, asked] = [
      await world.app.inject(url),
      await world.app.inject({ method: 'HEAD', url }),
    ]
    expect([asked.statusCode, asked.payload, asked.headers['content-length']], url).toEqual([
      statusCode,
      '',
      headers['content-length'],
    ])
  }
})

test('probes are answered whatever else their address has asked', async () => {
  const slow = await createWorld({ RATE_LIMIT_PER_MINUTE: '2' })
  const statuses = async (url: string) => {
    const answers = []
    for (let i = 0; i < 5; i++) answers.push((await slow.nobody.get(url)).status)
    return answers
  }
  expect(await statuses('/openapi.json')).toContain(429)
  expect(await statuses('/healthz')).toEqual([200, 200, 200, 200, 200])
  await slow.close()
})

test('security.txt has what RFC 9116 requires: a contact, and an end within a year', async () => {
  const { statusCode, headers, body } = await world.app.inject('/.well-known/security.txt')
  expect(statusCode).toBe(200)
  expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  const fields = Object.fromEntries(
    body
      .trim()
      .split('\n')
      .map((line) => line.split(/: (.*)/)),
  )
  expect(fields).toMatchObject({
    Contact: 'mailto:security@soc.example.com',
    Canonical: 'https://soc.example.com/.well-known/security.txt',
  })
  const days = (Date.parse(fields.Expires) - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(180)
  expect(days).toBeLessThan(365)
})

test('the API reference asks no other origin for anything, and only its own scripts run', async () => {
  const { body, headers } = await world.app.inject('/docs')
  expect(body).not.toMatch(/https?:\/\//)
  expect(body).toMatch(/"withDefaultFonts": false,\s+"telemetry": false,\s+"agent": \{\s+"disabled": true/)
  const policy = String(headers['content-security-policy'])
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
  expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/=]+';/)
  const [, script = ''] = /<script src="([^"]+)"/.exec(body) ?? []
  const bundle = await world.app.inject(script)
  expect(bundle).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' } })
})

describe('readiness', () => {
  test('200 while the database answers, 503 `unavailable` while it does not, 200 again when it does', async () => {
    const other = await createWorld()
    expect((await other.nobody.get('/readyz')).status).toBe(200)

    const name = new URL(other.databaseUrl).pathname.slice(1)
    await world.admin.query(`alter database ${name} allow_connections false`)
    await world.admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    expect(await other.nobody.get('/readyz')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { success: false, error: 'unavailable' },
    })
    expect((await other.nobody.get('/healthz')).status).toBe(200)

    await world.admin.query(`alter database ${name} allow_connections true`)
    expect((await other.nobody.get('/readyz')).status).toBe(200)
    await other.close()
  })
})
