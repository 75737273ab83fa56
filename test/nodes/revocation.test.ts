import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askMany, statusesOf, whileAsking } from '../support/caller.ts'
import type { Heard } from '../support/caller.ts'
import type { Person } from '../support/factories.ts'
import { INSTALL_MS, openRedisServer } from '../support/redis-server.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { ownOf, revocables } from '../support/revocations.ts'
import { openTwoNodes, PUBLIC_URL } from '../support/two-nodes.ts'
import type { NodeProcess, TwoNodes } from '../support/two-nodes.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** Of each kind; more of them, under more load, at night. */
const ROUNDS = Number(process.env['REVOCATION_ROUNDS'] ?? 20)
const LOAD_PER_SECOND = ROUNDS > 100 ? 300 : 60
const AT_ONCE = 4
const NEVER_AFTER_MS = 2000
const MOSTLY_WITHIN_MS = 1000
const NIGHT_MS = 1_800_000

let redis: RedisServer
let world: World
let two: TwoNodes
let admin: Person
let bystanders: Person[]
beforeAll(async () => {
  redis = await openRedisServer()
  world = await createWorld({ PUBLIC_URL })
  two = await openTwoNodes(world, { REDIS_URL: redis.url })
  admin = await world.staff('super_admin')
  bystanders = await Promise.all(
    Array.from({ length: 20 }, async () => world.member(await world.customer(), 'basic_user')),
  )
}, INSTALL_MS)
afterAll(async () => {
  await two.close()
  await world.close()
  await redis.kill()
})

/** Others at work meanwhile, who must not notice anything. */
async function underLoad(work: () => Promise<unknown>): Promise<void> {
  const answers = await whileAsking(
    LOAD_PER_SECOND,
    (i) => {
      const person = bystanders[i % bystanders.length] as Person
      return two.front.ask(ownOf(person), { token: person.token })
    },
    work,
  )
  expect(statusesOf(answers)).toEqual(new Set([200]))
}

interface Watched {
  person: Person
  url: string
}

const askAt = (node: NodeProcess, { person: { token }, url }: Watched): Promise<Heard> => node.ask(url, { token })

/** Until when this node said yes, in ms from the moment on. */
async function lastYes(node: NodeProcess, watched: Watched, moment: number): Promise<number> {
  let last = 0
  for (;;) {
    const askedAt = performance.now() - moment
    const { status } = await askAt(node, watched)
    if (status !== 200) {
      expect([401, 403, 404]).toContain(status)
      return last
    }
    if (askedAt > 2 * NEVER_AFTER_MS) return Infinity
    last = Math.max(last, askedAt)
    await sleep(10)
  }
}

/** Both say yes, what they may remember of it is as young as can be, and then it ends. */
async function survives(watched: Watched, end: () => Promise<number>): Promise<number> {
  for (const node of two.nodes) expect((await askAt(node, watched)).status).toBe(200)
  return endsOn(watched, await end())
}

const endsOn = async (watched: Watched, moment: number): Promise<number> =>
  Math.max(...(await Promise.all(two.nodes.map((node) => lastYes(node, watched, moment)))))

function inTime(times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b)
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1]
  expect(p99).toBeLessThanOrEqual(MOSTLY_WITHIN_MS)
  expect(sorted.at(-1)).toBeLessThanOrEqual(NEVER_AFTER_MS)
}

describe.each(Object.entries(revocables))('under load, %s', (_, make) => {
  test(
    'bites on every node, with the old token, and stays so',
    async () => {
      const gone: Watched[] = []
      let times: number[] = []
      await underLoad(async () => {
        times = await askMany(ROUNDS, AT_ONCE, async () => {
          const one = await make(world, admin)
          gone.push(one)
          return survives(one, async () => {
            const { by, url, ...asked } = one.revocation
            const { status, body } = await two.front.ask(url, { ...asked, token: by.token })
            expect(status, JSON.stringify(body)).toBe(200)
            return performance.now()
          })
        })
      })
      inTime(times)
      for (const node of two.nodes) {
        for (const watched of gone) expect((await askAt(node, watched)).status).not.toBe(200)
      }
    },
    NIGHT_MS,
  )
})

/** A grant that ends so soon, but not before both nodes have said yes to it. */
async function ending(leadMs: number): Promise<Watched & { expiresAt: Date }> {
  const [person, customer] = [await world.staff('technician'), await world.customer()]
  const watched = { person, url: `/api/organizations/${customer.id}` }
  const expiresAt = new Date(Date.now() + leadMs)
  await world.grant(person, customer, { expiresAt })
  const answers = await Promise.all(two.nodes.map((node) => askAt(node, watched)))
  if (Date.now() >= expiresAt.getTime()) return ending(2 * leadMs)
  expect(statusesOf(answers)).toEqual(new Set([200]))
  return { ...watched, expiresAt }
}

test(
  'under load, the end of a grant bites on every node to the moment',
  async () => {
    let times: number[] = []
    await underLoad(async () => {
      times = await askMany(ROUNDS, ROUNDS > 100 ? 20 : 10, async () => {
        const { expiresAt, ...watched } = await ending(1500)
        await sleep(expiresAt.getTime() - Date.now())
        return endsOn(watched, performance.now())
      })
    })
    inTime(times)
  },
  NIGHT_MS,
)
