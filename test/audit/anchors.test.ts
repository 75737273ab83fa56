import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readNotes } from '../../src/services/audit.service.ts'
import { openMailServer } from '../support/mail-server.ts'
import type { MailServer } from '../support/mail-server.ts'
import { openNode } from '../support/nodes.ts'
import type { Person } from '../support/factories.ts'
import { openTamperer } from '../support/trail.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const MINUTE = 60_000
let world: World
let directory: string
let mail: MailServer
let superAdmin: Person
let status = 204
const received: { id: number; note: string; heads: string[] }[] = []
const receiver = createServer((request, response) => {
  let body = ''
  request.on('data', (part) => (body += part))
  request.on('end', () => {
    if (status < 300) received.push(JSON.parse(body))
    response.writeHead(status).end()
  })
})
const environment = () => ({
  AUDIT_ANCHOR_FILE: join(directory, 'anchors.txt'),
  AUDIT_ANCHOR_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/kept`,
  AUDIT_ANCHOR_MAIL: 'auditor@example.com',
  SMTP_URL: mail.url,
})

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'castellan-anchors-'))
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  mail = await openMailServer()
  world = await createWorld(environment())
  superAdmin = await world.staff('super_admin')
})
afterAll(async () => {
  await world.close()
  await mail.down()
  receiver.close()
  await rm(directory, { recursive: true, force: true })
})

const happen = async (name: string): Promise<string> => {
  const made = await world.as(superAdmin).post('/api/organizations', { name })
  await world.runJob('seal-trail')
  return made.body.data.id
}
const kept = async () =>
  readNotes(await readFile(join(directory, 'anchors.txt'), 'utf8'), world.house.credentials.trailKey)

test('the latest checkpoint is kept in the file, by mail and by the webhook, with the heads that are new', async () => {
  const org = await happen('First')
  await world.runJob('anchor-checkpoints')
  const { trailKey } = world.house.credentials
  const [{ note }] = (await world.admin.query('select note from audit_checkpoints order by id desc limit 1')).rows
  expect(received).toMatchObject([{ note }])
  expect(mail.received).toMatchObject([{ to: 'auditor@example.com', text: expect.stringContaining(trailKey.name) }])
  expect(readNotes(mail.received[0]?.text ?? '', trailKey)).toHaveLength(1)
  const origins = (await kept()).map(({ origin }) => origin)
  expect(origins).toContain(trailKey.name)
  expect(origins).toContain(`${trailKey.name}/${org}`)
})

describe('not more often than it should,', () => {
  test('and nothing when nothing is new; then only what is new', async () => {
    await world.runJob('anchor-checkpoints')
    const second = await happen('Second')
    await world.runJob('anchor-checkpoints')
    expect(received).toHaveLength(1)
    world.travel(2 * MINUTE)
    const other = await openNode(world, environment())
    await Promise.all([world.runJob('anchor-checkpoints'), other.runJob('anchor-checkpoints')])
    await other.close()
    expect(received).toHaveLength(2)
    expect(received[1]?.heads.some((head) => head.includes(second))).toBe(true)
    expect(received[1]?.heads.some((head) => head.includes(received[0]?.heads[0]?.split('\n')[0] ?? '?'))).toBe(false)
    expect(mail.received).toHaveLength(1)
    world.travel(2 * MINUTE)
    await world.runJob('anchor-checkpoints')
    expect(received).toHaveLength(2)
  })
})

test('what does not arrive is told, and sent again with all that is new since', async () => {
  status = 500
  const third = await happen('Third')
  world.travel(2 * MINUTE)
  await world.runJob('anchor-checkpoints')
  const state = async () =>
    (await world.admin.query(`select last_error from audit_anchors where name = 'webhook'`)).rows[0]
  expect(await state()).toEqual({ last_error: 'the webhook answered 500' })
  status = 204
  await happen('Fourth')
  await world.runJob('anchor-checkpoints')
  expect(await state()).toEqual({ last_error: null })
  expect(received.at(-1)?.heads.join('')).toContain(third)
})

test('a trail that was rebuilt with the same key does not go on from what is kept', async () => {
  const org = await happen('Rebuilt')
  world.travel(2 * MINUTE)
  await world.runJob('anchor-checkpoints')
  const tamperer = await openTamperer(world)
  expect((await tamperer.verify({ anchored: await kept() })).faults).toEqual([])
  await tamperer.query('delete from audit_logs where org_id = $1', [org])
  for (const table of ['nodes', 'heads', 'seals', 'checkpoints']) await tamperer.query(`delete from audit_${table}`)
  await world.runJob('seal-trail')
  expect((await tamperer.verify()).faults).toEqual([])
  const { faults } = await tamperer.verify({ anchored: await kept() })
  expect(faults.length).toBeGreaterThan(0)
  expect(faults.every(({ kind }) => kind === 'rewritten')).toBe(true)
  await tamperer.end()
})
