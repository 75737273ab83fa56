import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { resealSecrets, rotateKeys } from '../../src/services/keys.service.ts'
import { tickOf } from '../../src/jobs/tick.ts'
import { codeOf, equip, login, PASSWORD, signIn, trail } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { openNode } from '../support/nodes.ts'
import type { Node } from '../support/nodes.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const HEARD_MS = 5000

let world: World
let node: Node
let there: FastifyInstance
let providerId: string
beforeAll(async () => {
  world = await createWorld()
  providerId = (await world.provider()).id
  node = await openNode(world, { LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '1000000' })
  there = await createApp(node.house)
})
afterAll(async () => {
  await there.close()
  await node.close()
  await world.close()
})

const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? ''
const published = async (app: FastifyInstance): Promise<string[]> =>
  (await app.inject('/.well-known/jwks.json')).json().keys.map(({ kid }: { kid: string }) => kid)
const statusAt = async (app: FastifyInstance, token: string): Promise<number> =>
  (await app.inject({ url: '/api/users/profile', headers: { authorization: `Bearer ${token}` } })).statusCode

async function member(): Promise<Person & Holder> {
  const person = await world.member(await world.customer(), 'basic_user', { mfaEnabled: false })
  return { ...person, ...(await equip(world, person)) }
}
/** Rotations follow each other faster here than an operator's may. */
const letTimePass = (): Promise<unknown> =>
  world.admin.query(`update key_generations set created_at = created_at - interval '11 seconds'`)

/** Until both nodes sign with a key of this id. */
async function untilBothSignWith(kid: string): Promise<void> {
  const person = await member()
  const signs = (house: World['house']) =>
    kidOf(house.credentials.signer.sign({ sub: person.id, sid: person.sessionId }, house.clock()).token)
  await expect.poll(() => [signs(world.house), signs(node.house)], { timeout: HEARD_MS }).toEqual([kid, kid])
}

describe('signing keys', () => {
  test('rotate three times under load, on two nodes, without one request that fails', async () => {
    const [person, other] = [await member(), await member()]
    const outcomes = new Map<number, number>()
    const kids = new Set<string>()
    let over = false
    const load = async (): Promise<void> => {
      for (let i = 0; !over; i++) {
        const { accessToken } = (await login(world, person)).body.data
        kids.add(kidOf(accessToken))
        for (const app of [world.app, there]) {
          const status = await statusAt(app, accessToken)
          outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
        }
        // Signed by the other node as well.
        const made = node.house.credentials.signer.sign({ sub: other.id, sid: other.sessionId }, node.house.clock())
        const status = await statusAt(world.app, made.token)
        outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
        await sleep(20)
      }
    }
    const loads = [load(), load()]
    for (let i = 0; i < 3; i++) {
      const [, next = ''] = await published(world.app)
      await letTimePass()
      await rotateKeys(world.house, { purpose: 'signing', drop: false })
      await untilBothSignWith(next)
      await sleep(200)
    }
    over = true
    await Promise.all(loads)
    expect([...outcomes.keys()]).toEqual([200])
    expect(outcomes.get(200)).toBeGreaterThan(20)
    expect(kids.size).toBeGreaterThanOrEqual(3)
    expect(await trail(world, providerId, 'keys.rotated')).toHaveLength(3)
  })

  test('the next is published before it signs, and the last for as long as what it signed', async () => {
    const before = await published(world.app)
    await letTimePass()
    await rotateKeys(world.house, { purpose: 'signing', drop: false })
    await untilBothSignWith(before[1] ?? '')
    for (const app of [world.app, there]) {
      const after = await published(app)
      expect(after[0]).toBe(before[1])
      expect(after).toContain(before[0])
      expect(before).not.toContain(after[1])
    }
  })

  test('a dropped one counts nowhere two seconds later; refreshing gives a token that does', async () => {
    const tokens = await signIn(world, await member())
    expect([await statusAt(world.app, tokens.accessToken), await statusAt(there, tokens.accessToken)]).toEqual([
      200, 200,
    ])
    const [old = '', next = ''] = await published(world.app)
    await rotateKeys(world.house, { purpose: 'signing', drop: true })
    await sleep(2000)
    expect([await statusAt(world.app, tokens.accessToken), await statusAt(there, tokens.accessToken)]).toEqual([
      401, 401,
    ])
    expect(await published(there)).not.toContain(old)
    const { body } = await world.nobody.post('/api/auth/refresh', { refreshToken: tokens.refreshToken })
    expect(kidOf(body.data.accessToken)).toBe(next)
    expect([await statusAt(world.app, body.data.accessToken), await statusAt(there, body.data.accessToken)]).toEqual([
      200, 200,
    ])
    expect((await trail(world, providerId, 'keys.rotated')).at(-1)).toMatchObject({ risk_level: 'critical' })
  })

  test('do not rotate faster than every node hears of it; of ten at once one does', async () => {
    await letTimePass()
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, () => rotateKeys(world.house, { purpose: 'signing', drop: false })),
    )
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(rotateKeys(world.house, { purpose: 'signing', drop: false })).rejects.toThrow('wait ten seconds')
  })
})

describe('sealing keys', () => {
  test('rotate: what older ones sealed opens, is sealed anew, and opens on the node that has not heard', async () => {
    const person = await equip(world, await world.member(await world.customer(), 'basic_user'))
    const stored = async (): Promise<string> =>
      (await world.admin.query('select secret_sealed from totp_factors where user_id = $1', [person.id])).rows[0]
        .secret_sealed
    expect(await stored()).toMatch(/^v1\.1\./)
    await letTimePass()
    const generation = await rotateKeys(world.house, { purpose: 'sealing', drop: false })
    await expect.poll(() => world.house.credentials.sealing[0].id, { timeout: HEARD_MS }).toBe(String(generation))
    expect(node.house.credentials.sealing.map(({ id }) => id)).toContain(String(generation))
    await signIn(world, person)
    while (await resealSecrets(tickOf(world.house, world.app.log)));
    expect(await stored()).toMatch(new RegExp(`^v1\\.${generation}\\.`))
    world.travel(30_000)
    const { challengeToken } = (await login(world, person, PASSWORD)).body.data
    const code = codeOf(world, person.secret)
    const verified = await there.inject({
      method: 'POST',
      url: '/api/auth/mfa/verify',
      payload: { challengeToken, method: 'totp', code },
    })
    expect(verified.statusCode, verified.body).toBe(200)
  })
})
