import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import type { Person } from '../support/factories.ts'
import { openNode } from '../support/nodes.ts'
import type { Node } from '../support/nodes.ts'
import { INSTALL_MS, openRedisServer } from '../support/redis-server.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** A minute's budget, of which nothing worth counting comes back while a test runs. */
const LIMIT = 400
const TOLERANCE = 0.01
const AT_ONCE = 20

let redis: RedisServer
let world: World
let other: Node
let apps: FastifyInstance[]
beforeAll(async () => {
  redis = await openRedisServer()
  const environment = { REDIS_URL: redis.url, RATE_LIMIT_PER_MINUTE: '1000000' }
  world = await createWorld(environment)
  other = await openNode(world, { ...environment, LOG_LEVEL: 'silent' })
  apps = [world.app, await createApp(other.house)]
}, INSTALL_MS)
afterAll(async () => {
  await apps[1]?.close()
  await other.close()
  await world.close()
  await redis.kill()
})

interface Heard {
  status: number
  headers: Record<string, unknown>
}

async function ask(node: number, { token }: Person, url = '/api/users/profile', method = 'GET'): Promise<Heard> {
  const answer = await apps[node]?.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${token}` },
  })
  return { status: answer?.statusCode ?? 0, headers: answer?.headers ?? {} }
}

/** So many, some at a time. */
async function askMany(count: number, one: (i: number) => Promise<Heard>): Promise<Heard[]> {
  const answers: Heard[] = []
  for (let from = 0; from < count; from += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - from)
    answers.push(...(await Promise.all(Array.from({ length: size }, (_, i) => one(from + i)))))
  }
  return answers
}

const memberOf = async (perMinute: number): Promise<Person> =>
  world.member(await world.customer({ settings: { rateLimitPerMinute: perMinute } }), 'admin')
const allowedOf = (answers: readonly Heard[]): number => answers.filter(({ status }) => status !== 429).length

/** What came back of a budget while it was being spent. */
const refill = (startedAt: number, perMinute: number): number => ((performance.now() - startedAt) / 60_000) * perMinute

describe('two nodes', () => {
  test('spend one budget: no more than it has, and hardly less', async () => {
    const person = await memberOf(LIMIT)
    const startedAt = performance.now()
    const answers = await askMany(LIMIT + 100, (i) => ask(i % 2, person))
    const allowed = allowedOf(answers)
    expect(allowed).toBeLessThanOrEqual(LIMIT * (1 + TOLERANCE) + refill(startedAt, LIMIT))
    expect(allowed).toBeGreaterThanOrEqual(LIMIT * (1 - TOLERANCE))
  })

  test('say what is left, as the draft for RateLimit fields has it, and when to come again', async () => {
    const person = await memberOf(20)
    const answers: Heard[] = []
    for (let i = 0; i < 21; i++) answers.push(await ask(i % 2, person))
    expect(answers[0]?.headers).toMatchObject({
      'ratelimit-policy': '"organization";q=20;w=60',
      ratelimit: '"organization";r=19;t=3',
    })
    const last = answers.at(-1)
    expect(last?.status).toBe(429)
    expect(last?.headers['ratelimit']).toMatch(/^"organization";r=0;t=\d+$/)
    expect(Number(last?.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(Number(last?.headers['retry-after'])).toBeLessThanOrEqual(3)
  })

  test('let nobody spend what is another organization’s', async () => {
    const [noisy, quiet] = [await memberOf(20), await memberOf(20)]
    await askMany(400, (i) => ask(i % 2, noisy))
    for (let i = 0; i < 15; i++) expect((await ask(i % 2, quiet)).status).toBe(200)
  })

  test('keep a reserve for ending sessions, which is not without end', async () => {
    const person = await memberOf(20)
    await askMany(40, (i) => ask(i % 2, person))
    expect((await ask(0, person)).status).toBe(429)
    expect((await ask(1, person, '/api/auth/sessions', 'DELETE')).status).toBe(200)
    const answers = await askMany(20, (i) => ask(i % 2, person, '/api/auth/sessions', 'DELETE'))
    expect(allowedOf(answers)).toBeLessThanOrEqual(5)
  })

  test('leave a fifth of a large budget to the others of the organization', async () => {
    const customer = await world.customer({ settings: { rateLimitPerMinute: 1000 } })
    const [noisy, quiet] = [await world.member(customer, 'admin'), await world.member(customer, 'basic_user')]
    const startedAt = performance.now()
    const answers = await askMany(1200, (i) => ask(i % 2, noisy))
    expect(allowedOf(answers)).toBeLessThanOrEqual(800 * (1 + TOLERANCE) + refill(startedAt, 800))
    expect(answers.find(({ status }) => status === 429)?.headers['ratelimit-policy']).toBe('"user";q=800;w=60')
    const quietly = await askMany(150, (i) => ask(i % 2, quiet))
    expect(allowedOf(quietly)).toBe(150)
  })
})

describe('a request costs what it takes', () => {
  test('figures cost as much as five readings', async () => {
    const person = await memberOf(20)
    const answers: number[] = []
    for (let i = 0; i < 5; i++) {
      answers.push((await ask(0, person, `/api/organizations/${person.orgId}/stats`)).status)
    }
    expect(answers).toEqual([200, 200, 200, 200, 429])
  })
})

describe('without Redis', () => {
  test('each node limits by itself, whatever has become of it, and they find together again', async () => {
    const faults: [string, () => Promise<void> | void, () => Promise<void> | void][] = [
      ['killed', () => redis.kill(), () => redis.up()],
      ['silent', () => redis.freeze(), () => redis.thaw()],
    ]
    for (const [fault, begin, end] of faults) {
      const person = await memberOf(LIMIT)
      await begin()
      const startedAt = performance.now()
      const answers = await askMany(3 * LIMIT, (i) => ask(i % 2, person))
      const allowed = allowedOf(answers)
      expect(new Set(answers.map(({ status }) => status)), fault).toEqual(new Set([200, 429]))
      expect(allowed, fault).toBeGreaterThanOrEqual(LIMIT)
      expect(allowed, fault).toBeLessThanOrEqual(2 * (LIMIT + refill(startedAt, LIMIT) + 1))
      await end()
      await expect
        .poll(async () => (await ask(0, await memberOf(LIMIT)), (await redis.command('KEYS', '*')) as string[]), {
          timeout: 20_000,
          interval: 200,
        })
        .not.toEqual([])
    }
  })
})
