import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusesOf, whileAsking } from '../support/caller.ts'
import type { Heard } from '../support/caller.ts'
import { equip, PASSWORD } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { INSTALL_MS, openRedisServer } from '../support/redis-server.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { ownOf } from '../support/revocations.ts'
import { openTwoNodes, PUBLIC_URL } from '../support/two-nodes.ts'
import type { TwoNodes } from '../support/two-nodes.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** From so many addresses. */
const GUESSERS = Number(process.env['GUESSERS'] ?? 300)
/** For so long the times of the others are compared, at night alone. */
const NOISE_SECONDS = Number(process.env['NOISE_SECONDS'] ?? 0)
const NIGHT_MS = 900_000

let redis: RedisServer
let world: World
let two: TwoNodes
beforeAll(async () => {
  redis = await openRedisServer()
  world = await createWorld({ PUBLIC_URL })
  two = await openTwoNodes(world, { REDIS_URL: redis.url })
  await world.provider()
}, INSTALL_MS)
afterAll(async () => {
  await two.close()
  await world.close()
  await redis.kill()
})

async function member(): Promise<Holder> {
  return equip(world, await world.member(await world.customer(), 'basic_user', { mfaEnabled: false }))
}

interface From {
  address: string
  cookie?: string
}

const signIn = ({ email }: Holder, { address, cookie }: From, password = PASSWORD): Promise<Heard> =>
  two.front.ask('/api/auth/login?transport=cookie', {
    method: 'POST',
    body: { email, password },
    headers: { 'x-forwarded-for': address, ...(cookie !== undefined && { cookie }) },
  })

const deviceOf = ({ headers }: Heard): string =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '').find((one) => one.includes('_device=')) ??
  ''

test('guessers from everywhere at once reach a password five times on two nodes, and its owner signs in meanwhile', async () => {
  const owner = await member()
  const home = { address: '192.0.2.7', cookie: deviceOf(await signIn(owner, { address: '192.0.2.7' })) }
  expect(home.cookie).toContain('__Host-castellan_device=dev_')
  let tried = 0
  let over = false
  const guess = async (): Promise<Heard[]> => {
    const heard: Heard[] = []
    while (!over || tried < GUESSERS) {
      const i = tried++
      heard.push(await signIn(owner, { address: `10.${i >> 8}.${i & 255}.7` }, 'wrong horse battery staple'))
    }
    return heard
  }
  const guessing = Promise.all(Array.from({ length: 100 }, guess))
  const own: Heard[] = []
  while (own.length < 10) own.push(await signIn(owner, home))
  over = true
  const statuses = (await guessing).flat().map(({ status }) => status)
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5)
  expect(new Set(statuses).isSubsetOf(new Set([401, 429, 503])), [...new Set(statuses)].join()).toBe(true)
  expect(own.map(({ status }) => status)).toEqual(own.map(() => 200))
  expect((await signIn(owner, { address: '198.51.100.9' })).status, 'from elsewhere, though it is right').toBe(429)
})

interface Timed {
  status: number
  ms: number
}

/** What people of others hear meanwhile, each well within their budget. */
const asOthers = (people: readonly Person[], work: () => Promise<unknown>): Promise<Timed[]> =>
  whileAsking(
    20,
    async (i) => {
      const person = people[i % people.length] as Person
      const askedAt = performance.now()
      const { status } = await two.front.ask(ownOf(person), { token: person.token })
      return { status, ms: performance.now() - askedAt }
    },
    work,
  )

const memberWith = async (perMinute: number): Promise<Person> =>
  world.member(await world.customer({ settings: { rateLimitPerMinute: perMinute } }), 'basic_user')

/** For so long, twenty times what the budget is. */
const makeNoise = (person: Person, perMinute: number, seconds: number): Promise<Heard[]> =>
  whileAsking(
    (20 * perMinute) / 60,
    () => two.front.ask(ownOf(person), { token: person.token }),
    () => sleep(seconds * 1000),
  )

const LIMIT = 400
const TOLERANCE = 0.01

test('an organization that asks twenty times what it may gets its budget to a hundredth, and others notice nothing', async () => {
  const noisy = await memberWith(LIMIT)
  const others = await Promise.all(Array.from({ length: 5 }, () => memberWith(2400)))
  let answers: Heard[] = []
  const startedAt = performance.now()
  const heard = await asOthers(others, async () => {
    answers = await makeNoise(noisy, LIMIT, 5)
  })
  const refilled = ((performance.now() - startedAt) / 60_000) * LIMIT
  const allowed = answers.filter(({ status }) => status === 200).length
  expect(statusesOf(answers)).toEqual(new Set([200, 429]))
  expect(allowed).toBeLessThanOrEqual(LIMIT * (1 + TOLERANCE) + refilled)
  expect(allowed).toBeGreaterThanOrEqual(LIMIT * (1 - TOLERANCE))
  expect(statusesOf(heard)).toEqual(new Set([200]))
})

const p95 = (heard: readonly Timed[]): number =>
  heard.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(heard.length * 0.95)] ?? Infinity

test.skipIf(NOISE_SECONDS === 0)(
  'while it does, 95 of 100 calls of others take at most a quarter longer than alone',
  async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => memberWith(2400)))
    const [alone, beside]: [Timed[], Timed[]] = [[], []]
    for (let round = 0; round < 5; round++) {
      const noisy = await memberWith(LIMIT)
      alone.push(...(await asOthers(others, () => sleep(NOISE_SECONDS * 1000))))
      beside.push(...(await asOthers(others, () => makeNoise(noisy, LIMIT, NOISE_SECONDS))))
    }
    expect(statusesOf([...alone, ...beside])).toEqual(new Set([200]))
    expect(p95(beside) / p95(alone), `${p95(alone)} ms alone, ${p95(beside)} ms beside`).toBeLessThanOrEqual(1.25)
  },
  NIGHT_MS,
)
