import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { challenges, equip, login, PASSWORD, signIn, trail, untold } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import { createWorld } from '../support/world.ts'
import type { Client, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

const bearer = (token: string): Client => world.as({ token } as never)
/** Without the session that the factory made. */
const member = async (settings = {}): Promise<Holder> => {
  const holder = await equip(
    world,
    await world.member(await world.customer({ settings }), 'basic_user', { mfaEnabled: false }),
  )
  await world.admin.query('delete from user_sessions where user_id = $1', [holder.id])
  return holder
}
const listOf = async (client: Client): Promise<any[]> => (await client.get('/api/auth/sessions')).body.data

test('a token that names the session of somebody else is nobody, also while that session is remembered', async () => {
  const [holder, other] = [await member(), await member()]
  const { accessToken } = await signIn(world, holder)
  const [{ id: sid }] = await listOf(bearer(accessToken))
  const mixed = bearer(world.house.credentials.signer.sign({ sub: other.id, sid }, world.house.clock()).token)
  const { status, body } = await mixed.get('/api/auth/sessions')
  expect([status, body.error]).toEqual([401, 'session_revoked'])
})

describe('own sessions', () => {
  test('are listed newest first, with where from and which one is in hand', async () => {
    const holder = await member()
    const older = await signIn(world, holder)
    const from = world.as({ token: 'none' } as never, { address: '2001:db8::7' })
    const newer = await from.post(
      '/api/auth/login',
      { email: holder.email, password: PASSWORD },
      { 'user-agent': 'Browser of a test' },
    )
    const sessions = await listOf(bearer(older.accessToken))
    expect(sessions).toHaveLength(2)
    expect(sessions[0]).toEqual({
      id: expect.any(String),
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
      ipAddress: '2001:db8::7',
      userAgent: 'Browser of a test',
      current: false,
    })
    expect(Date.parse(sessions[0].expiresAt) - Date.parse(sessions[0].createdAt)).toBe(24 * 3_600_000)
    expect(sessions[1]).toMatchObject({ current: true, ipAddress: '127.0.0.1' })
    expect((await listOf(bearer(newer.body.data.accessToken))).map(({ current }) => current)).toEqual([true, false])
  })

  test('that ended without use are not listed', async () => {
    const holder = await member({ sessionIdleMinutes: 5 })
    await signIn(world, holder)
    world.travel(5 * 60_000)
    const { accessToken } = await signIn(world, holder)
    expect(await listOf(bearer(accessToken))).toMatchObject([{ current: true }])
  })

  test('are those of nobody else', async () => {
    const holder = await member()
    await signIn(world, await member())
    const { accessToken } = await signIn(world, holder)
    expect(await listOf(bearer(accessToken))).toHaveLength(1)
  })

  test.each(['technician', 'super_admin'] as const)('can be listed and ended by a %s, too', async (role) => {
    const staff = await equip(world, await world.staff(role))
    const [one, other] = [await signIn(world, staff), await signIn(world, staff)]
    const me = bearer(one.accessToken)
    const sessions = await listOf(me)
    const newest = sessions.find(({ current }) => !current)
    expect((await me.delete(`/api/auth/sessions/${newest.id}`)).status).toBe(200)
    expect((await bearer(other.accessToken).get('/api/auth/sessions')).status).toBe(401)
  })
})

describe('ending sessions', () => {
  test('signing out ends this one at once, for its access token and its refresh token, and tells of it', async () => {
    const holder = await member()
    const [gone, stays] = [await signIn(world, holder), await signIn(world, holder)]
    const me = bearer(gone.accessToken)
    expect((await me.get('/api/auth/sessions')).status).toBe(200)
    expect(await me.post('/api/auth/logout')).toMatchObject({ status: 200, body: { data: { revoked: 1 } } })
    expect(await me.get('/api/auth/sessions')).toMatchObject({ status: 401, body: { error: 'session_revoked' } })
    expect(await me.post('/api/auth/logout')).toMatchObject({ status: 401, body: { error: 'session_revoked' } })
    const { refreshToken } = gone
    expect(await world.nobody.post('/api/auth/refresh', { refreshToken })).toMatchObject({
      status: 401,
      body: { error: 'session_revoked' },
    })
    expect((await bearer(stays.accessToken).get('/api/auth/sessions')).status).toBe(200)
    expect(await trail(world, holder.orgId, 'auth.logged_out')).toMatchObject([
      { user_id: holder.id, outcome: 'success' },
    ])
  })

  test('one of the own, by its id', async () => {
    const holder = await member()
    const [one, other] = [await signIn(world, holder), await signIn(world, holder)]
    const me = bearer(one.accessToken)
    const { id } = (await listOf(me)).find(({ current }) => !current)
    expect(await me.delete(`/api/auth/sessions/${id}`)).toMatchObject({ status: 200, body: { data: { revoked: 1 } } })
    expect((await bearer(other.accessToken).get('/api/auth/sessions')).status).toBe(401)
    expect((await me.delete(`/api/auth/sessions/${id}`)).status, 'it is gone').toBe(404)
    expect(await trail(world, holder.orgId, 'auth.session_revoked')).toMatchObject([
      { user_id: holder.id, resource_id: id },
    ])
  })

  test('404: those of others, of colleagues too, and what is none, alike', async () => {
    const customer = await world.customer()
    const mine = await world.member(customer, 'admin')
    const colleague = await world.member(customer, 'basic_user')
    const stranger = await world.staff('super_admin')
    const me = world.as(mine)
    const answers = [
      await me.delete(`/api/auth/sessions/${colleague.sessionId}`),
      await me.delete(`/api/auth/sessions/${stranger.sessionId}`),
      await world.as(stranger).delete(`/api/auth/sessions/${colleague.sessionId}`),
      await me.delete(`/api/auth/sessions/${uuidv7()}`),
    ]
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 404, body: answers[3]?.body })
    }
    expect((await me.delete('/api/auth/sessions/x')).status).toBe(400)
    expect((await world.as(colleague).get('/api/auth/sessions')).status).toBe(200)
  })

  test('all but this one, each with its event', async () => {
    const holder = await member()
    const [keep, ...others] = [await signIn(world, holder), await signIn(world, holder), await signIn(world, holder)]
    const me = bearer(keep.accessToken)
    expect(await me.delete('/api/auth/sessions')).toMatchObject({ status: 200, body: { data: { revoked: 2 } } })
    expect(await me.delete('/api/auth/sessions')).toMatchObject({ status: 200, body: { data: { revoked: 0 } } })
    for (const { accessToken } of others) {
      expect((await bearer(accessToken).get('/api/auth/sessions')).status).toBe(401)
    }
    expect(await listOf(me)).toMatchObject([{ current: true }])
    expect(await trail(world, holder.orgId, 'auth.session_revoked')).toHaveLength(2)
  })

  test('one session ended 20 times at once is told of once', async () => {
    const holder = await member()
    const [one, other] = [await signIn(world, holder), await signIn(world, holder)]
    const me = bearer(one.accessToken)
    const { id } = (await listOf(me)).find(({ current }) => !current)
    const answers = await Promise.all(Array.from({ length: 20 }, () => me.delete(`/api/auth/sessions/${id}`)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await trail(world, holder.orgId, 'auth.session_revoked')).toHaveLength(1)
    expect((await bearer(other.accessToken).get('/api/auth/sessions')).status).toBe(401)
  })
})

describe('too many sessions', () => {
  test('the one beyond as many as there may be ends the oldest, and tells of it', async () => {
    const holder = await member({ maxSessionsPerUser: 10 })
    const signed = []
    for (let i = 0; i < 10; i++) signed.push(await signIn(world, holder))
    const [first, second] = signed
    const oldest = bearer(first?.accessToken ?? '')
    for (let i = 0; i < 2; i++) expect((await oldest.get('/api/auth/sessions')).status).toBe(200)
    await login(world, holder)
    expect((await oldest.get('/api/auth/sessions')).status, 'at once').toBe(401)
    expect(await listOf(bearer(second?.accessToken ?? ''))).toHaveLength(10)
    expect(await trail(world, holder.orgId, 'auth.session_revoked')).toMatchObject([
      { details: { reason: 'too_many' } },
    ])
  })

  test('as many as the organization allows, also when they sign in at once', async () => {
    const customer = await world.customer({ settings: { maxSessionsPerUser: 2 } })
    const holder = await equip(world, await world.member(customer, 'basic_user'))
    const tokens = await challenges(world, holder, 10)
    const answers = await Promise.all(
      tokens.map((challengeToken, i) => {
        const code = holder.recoveryCodes[i]
        return world.nobody.post('/api/auth/mfa/verify', { challengeToken, method: 'recovery_code', code })
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const { rows } = await world.admin.query(
      'select count(*)::int as n from user_sessions where user_id = $1 and revoked_at is null',
      [holder.id],
    )
    expect(rows[0].n).toBe(2)
  })

  test('one that ended without use takes no place from one in use', async () => {
    const holder = await member({ maxSessionsPerUser: 2, sessionIdleMinutes: 10 })
    const used = await signIn(world, holder)
    await signIn(world, holder)
    world.travel(9 * 60_000)
    const { body } = await world.nobody.post('/api/auth/refresh', { refreshToken: used.refreshToken })
    world.travel(60_000)
    await signIn(world, holder)
    expect((await bearer(body.data.accessToken).get('/api/auth/sessions')).status).toBe(200)
  })
})

test('the public keys are those that sign, without an envelope', async () => {
  const holder = await member()
  const { accessToken } = await signIn(world, holder)
  const { status, body, headers } = await world.nobody.get('/.well-known/jwks.json')
  expect(status).toBe(200)
  expect(headers['content-type']).toMatch(/^application\/json/)
  const { payload } = await jwtVerify(accessToken, createLocalJWKSet(body as never), {
    issuer: 'http://localhost:8080',
    audience: 'http://localhost:8080',
    currentDate: world.house.clock(),
  })
  expect(payload).toMatchObject({ sub: holder.id, sid: expect.any(String) })
  expect(JSON.stringify(body)).not.toMatch(/"d"/)
})
