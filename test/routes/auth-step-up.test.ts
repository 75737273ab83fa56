import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { signedInNow } from '../support/clock.ts'
import { codeOf, equip, PASSWORD, trail, untold } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { openNode } from '../support/nodes.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const MINUTE = 60_000
const required = { status: 401, body: { success: false, error: 'step_up_required' } }

let world: World
let admin: Person & Holder
beforeAll(async () => {
  world = await createWorld()
  const person = await world.staff('super_admin')
  admin = { ...person, ...(await equip(world, person)) }
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

const stepUp = (person: Person, body: object): Promise<Answer> => world.as(person).post('/api/auth/step-up', body)

async function emergency(): Promise<[string, object]> {
  const technicianId = (await world.staff('technician')).id
  const customerOrgId = (await world.customer()).id
  const reason = 'the firewall is down'
  return ['/api/technician-access/grant', { technicianId, customerOrgId, accessLevel: 'emergency', reason }]
}
const bulk = async (): Promise<[string, object]> => {
  const accessIds = [await world.grant(await world.staff('technician'), await world.customer())]
  return ['/api/access-management/bulk-revoke', { accessIds, reason: 'the account was stolen' }]
}

const protectedCalls: Record<string, () => Promise<[string, object?]>> = {
  'an emergency grant': emergency,
  'bulk revocation': bulk,
  'giving up the second factor': async () => ['/api/auth/mfa/disable', { password: PASSWORD, code: '000000' }],
  'taking away somebody’s second factor': async () => [
    `/api/users/${(await world.member(await world.customer(), 'basic_user')).id}/reset-mfa`,
  ],
  'new recovery codes': async () => ['/api/auth/mfa/recovery-codes', { code: '000000' }],
  'another second factor': async () => ['/api/auth/mfa/setup'],
}

describe.each(Object.entries(protectedCalls))('%s', (_, call) => {
  test('needs a proof of at most 5 minutes; a sign-in counts, and so does a step up', async () => {
    const me = { ...admin, ...(await signedInNow(world, admin)) }
    const [path, body] = await call()
    world.travel(5 * MINUTE - 2000)
    expect((await world.as(me).post(path, body)).body.error).not.toBe('step_up_required')
    world.travel(4000)
    const [again, other] = await call()
    expect(await world.as(me).post(again, other)).toMatchObject(required)
    world.travel(30_000)
    expect((await stepUp(me, { code: codeOf(world, admin.secret) })).status).toBe(200)
    const answer = await world.as(me).post(again, other)
    expect(answer.body.error, JSON.stringify(answer.body)).not.toBe('step_up_required')
  })
})

describe('what needs none', () => {
  test('other grants, revoking one, and signing out', async () => {
    const me = await signedInNow(world, admin)
    world.travel(10 * MINUTE)
    const [path, body] = await emergency()
    const granted = await world.as(me).post(path, { ...body, accessLevel: 'full_access' })
    expect(granted.status).toBe(201)
    expect((await world.as(me).delete(`/api/technician-access/${granted.body.data.id}`)).status).toBe(200)
    expect((await world.as(me).post('/api/auth/logout')).status).toBe(200)
  })

  test('403 before 401: who may not do it at all hears that', async () => {
    const manager = await signedInNow(world, await world.staff('account_manager'))
    world.travel(10 * MINUTE)
    const [path, body] = await bulk()
    expect((await world.as(manager).post(path, body)).status).toBe(403)
  })
})

describe('stepping up', () => {
  test('says until when it holds, is in the trail, and holds for this session alone', async () => {
    const [me, other] = [await signedInNow(world, admin), await signedInNow(world, admin)]
    world.travel(6 * MINUTE)
    const { status, body } = await stepUp(me, { code: codeOf(world, admin.secret) })
    expect(status).toBe(200)
    expect(Date.parse(body.data.freshUntil) - Date.parse(body.data.provedAt)).toBe(5 * MINUTE)
    const [path, given] = await bulk()
    expect(await world.as(other).post(path, given)).toMatchObject(required)
    expect((await world.as(me).post(path, given)).status).toBe(200)
    const events = await trail(world, admin.orgId, 'auth.stepped_up')
    expect(events.at(-1)).toMatchObject({ user_id: admin.id, session_id: me.sessionId, details: { by: 'code' } })
  })

  test('given to one node it counts on the other at once, also where that has just seen that it was missing', async () => {
    const node = await openNode(world, { LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '1000000' })
    const there = await createApp(node.house)
    try {
      const me = await signedInNow(world, admin)
      world.travel(6 * MINUTE)
      for (const call of [bulk, emergency]) {
        const [url, payload] = await call()
        const ask = () =>
          there.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${me.token}` } })
        await world.admin.query('update user_sessions set proved_at = null, mfa_at = created_at where id = $1', [
          me.sessionId,
        ])
        world.house.standing.changed()
        node.house.standing.changed()
        expect((await ask()).json().error).toBe('step_up_required')
        world.travel(30_000)
        expect((await stepUp(me, { code: codeOf(world, admin.secret) })).status).toBe(200)
        const answer = await ask()
        expect(answer.statusCode, answer.body).toBeLessThan(300)
      }
    } finally {
      await there.close()
      await node.close()
    }
  })

  test('takes a recovery code, each code once, and no wrong one', async () => {
    const person = await world.staff('super_admin')
    const holder = await equip(world, person)
    const me = await signedInNow(world, person)
    const [code = ''] = holder.recoveryCodes
    expect((await stepUp(me, { code: '000000' })).body.error).toBe('invalid_credentials')
    expect((await stepUp(me, { code })).status).toBe(200)
    expect((await stepUp(me, { code })).body.error).toBe('invalid_credentials')
    expect((await trail(world, person.orgId, 'auth.mfa_failed')).length).toBeGreaterThanOrEqual(2)
  })

  test('ten wrong codes are followed by a wait, whatever the session', async () => {
    const person = await world.staff('super_admin')
    await equip(world, person)
    const sessions = [await signedInNow(world, person), await signedInNow(world, person)]
    for (let i = 0; i < 10; i++) expect((await stepUp(sessions[i % 2] as Person, { code: '000000' })).status).toBe(401)
    for (const session of sessions) expect((await stepUp(session, { code: '000000' })).status).toBe(429)
  })

  test('takes the password of who has no second factor, and of nobody else', async () => {
    const person = await world.member(await world.customer(), 'basic_user', { mfaEnabled: false })
    await equip(world, person)
    const me = await signedInNow(world, person)
    world.travel(6 * MINUTE)
    expect(await world.as(me).post('/api/auth/mfa/setup')).toMatchObject(required)
    expect((await stepUp(me, { password: 'wrong horse battery staple' })).body.error).toBe('invalid_credentials')
    expect((await stepUp(me, { code: '000000' })).body.error).toBe('mfa_not_set_up')
    expect((await stepUp(me, { password: PASSWORD })).status).toBe(200)
    expect((await world.as(me).post('/api/auth/mfa/setup')).status).toBe(200)
    expect((await stepUp(await signedInNow(world, admin), { password: PASSWORD })).body.error).toBe(
      'invalid_credentials',
    )
    expect((await trail(world, admin.orgId, 'auth.step_up_failed')).at(-1)).toMatchObject({ outcome: 'failure' })
  })

  test.each([[{}], [{ code: '' }], [{ code: '000000', password: PASSWORD }], [{ totp: '000000' }]])(
    '400: %j',
    async (body) => {
      expect((await stepUp(await signedInNow(world, admin), body)).status).toBe(400)
    },
  )
})
