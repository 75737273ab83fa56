import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import type { Person } from '../support/factories.ts'
import { openNode } from '../support/nodes.ts'
import type { Node } from '../support/nodes.ts'
import { INSTALL_MS, openRedisServer } from '../support/redis-server.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { ownOf, revocables } from '../support/revocations.ts'
import type { Revocable } from '../support/revocations.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

/** What was done here must not be possible there any longer than this. */
const WITHIN_MS = 2000
/** More of them at night. */
const ROUNDS = Number(process.env['REVOCATION_ROUNDS'] ?? 5)

let redis: RedisServer
let world: World
let node: Node
let there: FastifyInstance
let admin: Person
beforeAll(async () => {
  redis = await openRedisServer()
  world = await createWorld({ REDIS_URL: redis.url })
  node = await openNode(world, { REDIS_URL: redis.url, LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '1000000' })
  there = await createApp(node.house)
  admin = await world.staff('super_admin')
}, INSTALL_MS)
afterAll(async () => {
  await there.close()
  await node.close()
  await world.close()
  await redis.kill()
})

async function statusThere({ token }: Person, url: string): Promise<number> {
  return (await there.inject({ url, headers: { authorization: `Bearer ${token}` } })).statusCode
}

const member = async (): Promise<Person> => world.member(await world.customer(), 'basic_user')

function revoke({ revocation: { by, method, url, body } }: Revocable): Promise<Answer> {
  const client = world.as(by)
  if (method === 'POST') return client.post(url, body)
  return method === 'PUT' ? client.put(url, body) : client.delete(url, body)
}

test('a grant that ends bites on the other node as well, without anybody doing anything', async () => {
  const [person, customer] = [await world.staff('technician'), await world.customer()]
  const endsAt = new Date(Date.now() + 3000)
  await world.grant(person, customer, { expiresAt: endsAt })
  const url = `/api/organizations/${customer.id}`
  expect(await statusThere(person, url)).toBe(200)
  // A timer may be early by less than a millisecond.
  await sleep(endsAt.getTime() - Date.now() + 5)
  expect(await statusThere(person, url)).toBe(404)
})

/** For how long the other node still said yes, in ms. */
async function survives(one: Revocable): Promise<number> {
  const { person, url } = one
  expect(await statusThere(person, url)).toBe(200)
  const { status, body } = await revoke(one)
  expect(status, JSON.stringify(body)).toBe(200)
  const revokedAt = performance.now()
  for (;;) {
    const askedAt = performance.now()
    if ((await statusThere(person, url)) !== 200) return askedAt - revokedAt
    if (askedAt - revokedAt > 2 * WITHIN_MS) return Infinity
    await sleep(10)
  }
}

describe.each(Object.entries(revocables))('%s', (_, make) => {
  test('bites on the other node, with the old token: soon, as Redis tells of it', async () => {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) times.push(await survives(await make(world, admin)))
    expect(Math.max(...times)).toBeLessThan(WITHIN_MS)
    expect(times.filter((time) => time <= 1000).length / ROUNDS).toBeGreaterThanOrEqual(0.99)
    expect(times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]).toBeLessThan(700)
  })
})

describe('whatever has become of Redis', () => {
  const faults: [string, () => Promise<unknown> | void, () => Promise<unknown> | void][] = [
    ['killed', () => redis.kill(), () => redis.up()],
    ['silent', () => redis.freeze(), () => redis.thaw()],
    ['emptied', () => redis.command('FLUSHALL'), () => undefined],
    ['started anew and empty', () => redis.kill().then(() => redis.up()), () => undefined],
  ]
  test.each(faults)('%s: what is revoked stays revoked, and what is valid goes on', async (_fault, begin, end) => {
    const [gone, valid] = [await member(), await member()]
    expect((await world.as(gone).post('/api/auth/logout')).status).toBe(200)
    const made = await Promise.all(Object.values(revocables).map((make) => make(world, admin)))
    for (const { person, url } of made) expect(await statusThere(person, url)).toBe(200)
    await begin()
    try {
      const survived: number[] = []
      for (const one of made) survived.push(await survives(one))
      expect(Math.max(...survived)).toBeLessThan(WITHIN_MS)
      for (let i = 0; i < 20; i++) {
        expect(await statusThere(gone, ownOf(gone))).toBe(401)
        expect(await statusThere(valid, ownOf(valid))).toBe(200)
      }
    } finally {
      await end()
    }
  })
})

test('a node that has just found Redis silent, and leaves it alone, still tells the others of what is revoked', async () => {
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    const [one, asking] = [await revocables['suspending a person']?.(world, admin), await member()]
    if (!one) throw new Error('nothing can be revoked')
    redis.freeze()
    expect((await world.as(asking).get(ownOf(asking))).status).toBe(200)
    redis.thaw()
    times.push(await survives(one))
  }
  expect(Math.min(...times)).toBeLessThan(700)
})
