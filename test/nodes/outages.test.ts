import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askMany, statusesOf } from '../support/caller.ts'
import type { Asking, Heard } from '../support/caller.ts'
import { refreshTokenOf } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { INSTALL_MS, openRedisServer } from '../support/redis-server.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { ownOf, revocables } from '../support/revocations.ts'
import { openTwoNodes, PUBLIC_URL } from '../support/two-nodes.ts'
import type { TwoNodes } from '../support/two-nodes.ts'
import { openWire } from '../support/wire.ts'
import type { Wire } from '../support/wire.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** With revoked credentials, over all outages; more of them at night. */
const PROBES = Number(process.env['REVOKED_PROBES'] ?? 1200)
const AT_ONCE = 8
const OF_EACH_KIND = 3
/** Whoever waits for that has waited for Redis. */
const TOO_LATE_MS = 4000
/** Of an answer without PostgreSQL: it is waited for, then it is tried whether it is there at all. */
const SPOKEN_WITHIN_MS = 15_000
const NIGHT_MS = 900_000

let redis: RedisServer
let toRedis: Wire
let toDatabase: Wire
let world: World
let two: TwoNodes
let admin: Person
let revoked: Probe[]
let valid: Probe[]
beforeAll(async () => {
  redis = await openRedisServer()
  world = await createWorld({ PUBLIC_URL })
  toRedis = await openWire({ host: '127.0.0.1', port: Number(new URL(redis.url).port) })
  toDatabase = await openWire({ path: socketOf(world.databaseUrl) })
  two = await openTwoNodes(world, {
    REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
    DATABASE_URL: overTcp(world.databaseUrl, toDatabase.port),
  })
  admin = await world.staff('super_admin')
  valid = await makeValid()
  revoked = await makeRevoked()
}, INSTALL_MS)
afterAll(async () => {
  await two.close()
  await Promise.all([toRedis.close(), toDatabase.close()])
  await world.close()
  await redis.kill()
})

function socketOf(databaseUrl: string): string {
  const { searchParams } = new URL(databaseUrl)
  return join(searchParams.get('host') ?? '', `.s.PGSQL.${searchParams.get('port')}`)
}

function overTcp(databaseUrl: string, port: number): string {
  const { pathname, searchParams } = new URL(databaseUrl)
  return `postgresql://${searchParams.get('user')}:${searchParams.get('password')}@127.0.0.1:${port}${pathname}`
}

/** A call that a credential is needed for. */
interface Probe {
  url: string
  asking: Asking
}

const reading = (url: string, { token }: Person): Probe => ({ url, asking: { token } })
const ofAccount = (person: Person): Probe[] =>
  [ownOf(person), '/api/users/profile', '/api/auth/sessions'].map((url) => reading(url, person))

async function refreshing(person: Person): Promise<Probe> {
  const refreshToken = await refreshTokenOf(world, person)
  return { url: '/api/auth/refresh', asking: { method: 'POST', body: { refreshToken } } }
}

async function makeValid(): Promise<Probe[]> {
  // So much that nobody runs out of it, and so little that the nodes ask Redis for more all the time.
  const settings = { rateLimitPerMinute: 2 * PROBES }
  const people = await Promise.all(
    [1, 2, 3].map(async () => world.member(await world.customer({ settings }), 'basic_user')),
  )
  const [technician, customer] = [await world.staff('technician'), await world.customer()]
  await world.grant(technician, customer)
  return [...people.flatMap(ofAccount), reading(`/api/organizations/${customer.id}`, technician)]
}

/** Of each kind some, that both nodes have said yes to; and the refresh tokens of sessions that have ended. */
async function makeRevoked(): Promise<Probe[]> {
  const probes: Probe[] = []
  for (const make of Object.values(revocables)) {
    for (let i = 0; i < OF_EACH_KIND; i++) {
      const one = await make(world, admin)
      probes.push(reading(one.url, one.person))
      for (const node of two.nodes) expect((await node.ask(one.url, { token: one.person.token })).status).toBe(200)
      const { by, url, ...asked } = one.revocation
      expect((await two.front.ask(url, { ...asked, token: by.token })).status).toBe(200)
      if (url === '/api/auth/logout') probes.push(...ofAccount(one.person), await refreshing(one.person))
    }
  }
  await sleep(1000)
  return probes
}

/** At either node, and through the proxy. */
function send({ url, asking }: Probe, i: number): Promise<Heard> {
  return [two.front, ...two.nodes][i % 3]?.ask(url, asking) ?? Promise.reject(new Error('no node'))
}

/** What was said, 0 where nothing was, or too late. */
const sendMany = (probes: readonly Probe[], count: number): Promise<number[]> =>
  askMany(count, AT_ONCE, async (i) => {
    const askedAt = performance.now()
    const { status } = await send(probes[Math.floor(i / 3) % probes.length] as Probe, i)
    return performance.now() - askedAt < TOO_LATE_MS ? status : 0
  })

const isYes = (status: number): boolean => status >= 200 && status < 300
const share = (statuses: readonly number[]): number => statuses.filter(isYes).length / statuses.length

interface Outage {
  begin(): Promise<unknown> | void
  end(): Promise<unknown> | void
}

const ofRedis: Record<string, Outage> = {
  killed: { begin: () => redis.kill(), end: () => redis.up() },
  emptied: { begin: () => redis.command('FLUSHALL'), end: () => undefined },
  'started anew and empty': { begin: () => redis.kill().then(() => redis.up()), end: () => undefined },
  stopped: { begin: () => redis.freeze(), end: () => redis.thaw() },
  'slow by five seconds': { begin: () => toRedis.delay(5000), end: () => toRedis.delay(0) },
}
const OUTAGES = Object.keys(ofRedis).length + 1

test('the same calls with credentials that hold are answered', async () => {
  expect(new Set(await sendMany(valid, 3 * valid.length))).toEqual(new Set([200]))
})

describe.each(Object.entries(ofRedis))('with Redis %s', (_, { begin, end }) => {
  test(
    'what is revoked stays revoked, what is revoked now is within the second, and what holds is answered',
    async () => {
      await begin()
      try {
        const [said, answered] = await Promise.all([
          sendMany(revoked, PROBES / OUTAGES),
          sendMany(valid, PROBES / OUTAGES),
          revokeAgain(),
        ])
        expect(said.filter(isYes)).toEqual([])
        expect(new Set(said).isSubsetOf(new Set([401, 403, 404]))).toBe(true)
        expect(share(answered)).toBeGreaterThanOrEqual(0.999)
      } finally {
        await end()
      }
    },
    NIGHT_MS,
  )
})

/** One of each kind, at one node: a second later the other says no as well. */
async function revokeAgain(): Promise<void> {
  const [here, there] = two.nodes
  const ends = Object.values(revocables).map(async (make) => {
    const { person, url, revocation } = await make(world, admin)
    expect((await there.ask(url, { token: person.token })).status).toBe(200)
    const { by, url: end, ...asked } = revocation
    expect((await here.ask(end, { ...asked, token: by.token })).status).toBe(200)
    await sleep(1000)
    expect((await there.ask(url, { token: person.token })).status).not.toBe(200)
  })
  await Promise.all(ends)
}

describe('with PostgreSQL gone', () => {
  test(
    'nobody is let in on what is remembered; all are told to come again, and when it is back they are answered',
    async () => {
      await toDatabase.cut()
      try {
        // What was remembered of those who may is over now.
        await sleep(1000)
        const [said, held] = await Promise.all([sendMany(revoked, PROBES / OUTAGES), sendMany(valid, PROBES / OUTAGES)])
        expect(new Set(said)).toEqual(new Set([503]))
        expect(new Set(held)).toEqual(new Set([503]))
      } finally {
        await toDatabase.mend()
      }
      await expect.poll(async () => new Set(await sendMany(valid, 30)), { timeout: 20_000 }).toEqual(new Set([200]))
      const said = await sendMany(revoked, 3 * revoked.length)
      expect(new Set(said).isSubsetOf(new Set([401, 403, 404]))).toBe(true)
    },
    NIGHT_MS,
  )
})

describe('with PostgreSQL silent', () => {
  test('nobody waits for ever: all are told to come again, and when it speaks again they are answered', async () => {
    const ask = async (i: number): Promise<{ status: number; took: number }> => {
      const askedAt = performance.now()
      const { status } = await send(valid[i % valid.length] as Probe, i)
      return { status, took: performance.now() - askedAt }
    }
    // On connections that both nodes have.
    expect(statusesOf(await askMany(30, AT_ONCE, ask))).toEqual(new Set([200]))
    toDatabase.delay(3_600_000)
    const said = await askMany(60, 30, ask)
    expect(statusesOf(said)).toEqual(new Set([503]))
    expect(Math.max(...said.map(({ took }) => took))).toBeLessThan(SPOKEN_WITHIN_MS)
    toDatabase.delay(0)
    await expect
      .poll(async () => statusesOf(await askMany(30, AT_ONCE, ask)), { timeout: 30_000 })
      .toEqual(new Set([200]))
  })
})
