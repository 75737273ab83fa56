import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let admin: Person
let port: number
beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  port = (world.app.server.address() as AddressInfo).port
})
afterAll(() => world.close())

const PATIENCE_MS = 15_000

/** All that comes back until the server closes the connection. */
function exchange(sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(sent, 'latin1'))
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`not closed: ${received}`)))
    socket.setEncoding('latin1').on('data', (part: string) => void (received += part))
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}

const NAME = 'Smuggled Ltd'
const body = JSON.stringify({ name: NAME })
const head = (...lines: string[]): string =>
  [
    'POST /api/organizations HTTP/1.1',
    `authorization: Bearer ${admin.token}`,
    'content-type: application/json',
    ...lines,
  ]
    .map((line) => `${line}\r\n`)
    .join('')
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
const length = `content-length: ${body.length}`

const doubtful: Record<string, () => string> = {
  'a length and chunks': () => `${head('host: x', length, 'transfer-encoding: chunked')}\r\n${chunked}`,
  'chunks and a length': () => `${head('host: x', 'transfer-encoding: chunked', length)}\r\n${chunked}`,
  'two lengths': () => `${head('host: x', length, 'content-length: 3')}\r\n${body}`,
  'a list of lengths': () => `${head('host: x', `${length}, 3`)}\r\n${body}`,
  'a length with a sign': () => `${head('host: x', `content-length: +${body.length}`)}\r\n${body}`,
  'a length in hexadecimal': () => `${head('host: x', `content-length: 0x${body.length.toString(16)}`)}\r\n${body}`,
  'a coding that there is not': () => `${head('host: x', 'transfer-encoding: xchunked')}\r\n${chunked}`,
  'chunks that are not the last coding': () =>
    `${head('host: x', 'transfer-encoding: chunked, identity')}\r\n${chunked}`,
  'a chunk whose size is none': () => `${head('host: x', 'transfer-encoding: chunked')}\r\nzz\r\n${body}\r\n0\r\n\r\n`,
  'a space before the colon': () => `${head('host: x', length.replace(':', ' :'))}\r\n${body}`,
  'a header that goes on in the next line': () => `${head('host: x', length, 'x-folded: a', ' b: c')}\r\n${body}`,
  'a NUL in a header': () => `${head('host: x', length, 'x-nul: a\0b')}\r\n${body}`,
  'lines that end in LF alone': () => `${head('host: x', length)}\r\n${body}`.replaceAll('\r\n', '\n'),
  'no host': () => `${head(length)}\r\n${body}`,
  'two hosts': () => `${head('host: x', 'host: y', length)}\r\n${body}`,
  'another version of HTTP': () => `${head('host: x', length).replace('HTTP/1.1', 'HTTP/1.2')}\r\n${body}`,
}

const made = async (): Promise<number> =>
  (await world.admin.query('select from organizations where name = $1', [NAME])).rows.length

describe('what can be read in two ways is not read:', () => {
  test.each(Object.entries(doubtful))('%s', async (_, make) => {
    const answer = await exchange(make())
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer.toLowerCase()).toContain('connection: close')
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(await made()).toBe(0)
  })
})

describe('a body is taken as JSON alone:', () => {
  const refused = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application/jsonp',
    'application/json ; charset=utf-8',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; x=y',
    'application/json, text/plain',
    'application/json;',
    'application/merge-patch+json',
    '',
  ]
  test.each(refused)('415: %j', async (type) => {
    const answer = await world.as(admin).post('/api/organizations', body, { 'content-type': type })
    expect(answer).toMatchObject({ status: 415, body: { error: 'unsupported_media_type' } })
    expect(await made()).toBe(0)
  })
})

test('and the same requests without what is wrong with them are answered', async () => {
  const answers = [
    `${head('host: x', length, 'connection: close')}\r\n${body}`,
    `${head('host: x', 'transfer-encoding: chunked', 'connection: close')}\r\n${chunked.replace(NAME, NAME.toUpperCase())}`,
  ]
  expect(await exchange(answers[0] ?? '')).toMatch(/^HTTP\/1\.1 201 /)
  expect(await exchange(answers[1] ?? '')).toMatch(/^HTTP\/1\.1 409 /)
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8']) {
    const answer = await world.as(admin).post('/api/organizations', { name: `Of ${type}` }, { 'content-type': type })
    expect(answer.status, type).toBe(201)
  }
})
