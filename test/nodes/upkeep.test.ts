import { setTimeout as sleep } from 'node:timers/promises'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { statusesOf, whileAsking } from '../support/caller.ts'
import type { Caller, Heard } from '../support/caller.ts'
import { castellan } from '../support/castellan-process.ts'
import { refreshTokenOf } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { INSTALL_MS, openRedisServer } from '../support/redis-server.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { openTwoNodes, PUBLIC_URL } from '../support/two-nodes.ts'
import type { TwoNodes } from '../support/two-nodes.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const PER_SECOND = 40
/** Servers and tools are started, one after the other. */
vi.setConfig({ testTimeout: 240_000 })

let redis: RedisServer
let world: World
let two: TwoNodes
let people: Person[]
beforeAll(async () => {
  redis = await openRedisServer()
  world = await createWorld({ PUBLIC_URL })
  two = await openTwoNodes(world, { REDIS_URL: redis.url })
  await world.provider()
  people = await Promise.all(Array.from({ length: 8 }, async () => world.member(await world.customer(), 'basic_user')))
}, INSTALL_MS)
afterAll(async () => {
  await two.close()
  await world.close()
  await redis.kill()
})

const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? ''
const profile = (token: string, at: Caller = two.front): Promise<Heard> => at.ask('/api/users/profile', { token })

/** Somebody whose browser renews its access token all the time, at whichever node, and uses it at both. */
async function renewing(person: Person, seen: { kids: Set<string>; statuses: Set<number> }, isOver: () => boolean) {
  let refreshToken = await refreshTokenOf(world, person)
  while (!isOver()) {
    const renewed = await two.front.ask('/api/auth/refresh', { method: 'POST', body: { refreshToken } })
    seen.statuses.add(renewed.status)
    if (renewed.status !== 200) return
    refreshToken = renewed.body.data.refreshToken
    seen.kids.add(kidOf(renewed.body.data.accessToken))
    for (const node of two.nodes) seen.statuses.add((await profile(renewed.body.data.accessToken, node)).status)
    await sleep(25)
  }
}

const rotate = async (...options: string[]): Promise<void> => {
  // Rotations follow each other faster here than an operator's may.
  await world.admin.query(`update key_generations set created_at = created_at - interval '11 seconds'`)
  const { code, stderr } = await castellan(['rotate-keys', ...options], two.environment)
  expect(code, stderr).toBe(0)
}

test('nodes that are stopped and started again, one after the other, cost nobody a request', async () => {
  const admin = await world.staff('super_admin')
  const read = (i: number): Promise<Heard> => profile(people[i % 8]?.token ?? '')
  const write = (i: number): Promise<Heard> =>
    two.front.ask('/api/organizations', { method: 'POST', token: admin.token, body: { name: `Restart ${i}` } })
  const answers = await whileAsking(
    PER_SECOND,
    (i) => (i % 4 === 0 ? write(i) : read(i)),
    async () => {
      for (const node of two.nodes) expect(await node.restart()).toBe(0)
    },
  )
  expect(statusesOf(answers)).toEqual(new Set([200, 201]))
  const { rows } = await world.admin.query(`select from organizations where name like 'Restart %'`)
  expect(rows).toHaveLength(answers.filter(({ status }) => status === 201).length)
})

/** Whoever has a token already, at work meanwhile. */
const withOldTokens = (work: () => Promise<unknown>): Promise<Heard[]> =>
  whileAsking(PER_SECOND, (i) => profile(people[i % 8]?.token ?? ''), work)

test('signing keys rotate twice under load, without one request that fails, for old tokens and for new ones', async () => {
  const seen = { kids: new Set<string>(), statuses: new Set<number>() }
  let over = false
  const renewals = people.slice(0, 2).map((person) => renewing(person, seen, () => over))
  const answers = await withOldTokens(async () => {
    for (let i = 0; i < 2; i++) {
      const before = new Set(seen.kids)
      await rotate()
      await expect.poll(() => seen.kids.isSubsetOf(before), { timeout: 20_000 }).toBe(false)
    }
    await sleep(300)
  }).finally(() => (over = true))
  await Promise.all(renewals)
  expect(seen.statuses).toEqual(new Set([200]))
  expect(statusesOf(answers)).toEqual(new Set([200]))
  expect(seen.kids.size).toBeGreaterThanOrEqual(3)
})

test('sealing keys rotate likewise', async () => {
  expect(statusesOf(await withOldTokens(() => rotate('--purpose', 'sealing')))).toEqual(new Set([200]))
})

test('what a dropped key signed counts on no node two seconds later, and whoever refreshes goes on', async () => {
  const person = await world.member(await world.customer(), 'basic_user')
  for (const node of two.nodes) expect((await profile(person.token, node)).status).toBe(200)
  await rotate('--drop')
  await sleep(2000)
  const refreshToken = await refreshTokenOf(world, person)
  const { body } = await two.front.ask('/api/auth/refresh', { method: 'POST', body: { refreshToken } })
  for (const node of two.nodes) {
    expect((await profile(person.token, node)).status).toBe(401)
    expect((await profile(body.data.accessToken, node)).status).toBe(200)
  }
})
