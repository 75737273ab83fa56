import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, equip, login, PASSWORD, trail, untold } from '../support/credentials.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.provider()
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

describe('a password alone', () => {
  test('signs in a member of whom no policy demands more: tokens, the person, and the event', async () => {
    const customer = await world.customer()
    const member = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
    const { status, body, headers } = await login(world, member)
    expect(status).toBe(200)
    expect(body.data).toEqual({
      accessToken: expect.stringMatching(/^ey/),
      refreshToken: expect.stringMatching(/^rt_/),
      expiresIn: 900,
      tokenType: 'Bearer',
      user: expect.objectContaining({ id: member.id, email: member.email, role: 'basic_user', mfaEnabled: false }),
    })
    expect(Date.parse(body.data.user.lastLoginAt)).toBeCloseTo(world.house.clock().getTime(), -4)
    expect(headers['set-cookie']).toBeUndefined()
    expect(headers['cache-control']).toBe('no-store')
    const profile = await world.as({ token: body.data.accessToken } as never).get(`/api/organizations/${customer.id}`)
    expect(profile.status).toBe(200)
    const [event] = await trail(world, customer.id, 'auth.login_succeeded')
    expect(event).toMatchObject({
      user_id: member.id,
      actor_email: member.email,
      outcome: 'success',
      resource_id: member.id,
    })
    expect(event.session_id).not.toBeNull()
  })

  test('is the same however its letters were composed, and the address however it was capitalised', async () => {
    const customer = await world.customer()
    const member = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
    const composed = 'd\u00e9j\u00e0 vu, sagt Grossvater'
    const hash = await world.house.credentials.hasher.hash(composed)
    await world.admin.query('update users set password_hash = $2 where id = $1', [member.id, hash])
    const answer = await login(world, { email: ` ${member.email.toUpperCase()} ` }, composed.normalize('NFD'))
    expect(answer.status).toBe(200)
  })

  test.each([
    ['no e-mail address', { email: 'nobody', password: PASSWORD }],
    ['an empty password', { email: 'a@example.com', password: '' }],
    ['a password beyond 1024 characters', { email: 'a@example.com', password: 'x'.repeat(1025) }],
    ['an unknown field', { email: 'a@example.com', password: PASSWORD, remember: true }],
    ['a number for a password', { email: 'a@example.com', password: 7 }],
  ])('400: %s', async (_, body) => {
    expect(await world.nobody.post('/api/auth/login', body)).toMatchObject({
      status: 400,
      body: { success: false, error: 'validation_failed' },
    })
  })

  test('400: an unknown transport', async () => {
    const body = { email: 'a@example.com', password: PASSWORD }
    expect((await world.nobody.post('/api/auth/login?transport=header', body)).status).toBe(400)
  })
})

describe('what fails, fails alike:', () => {
  test('unknown, wrong, invited, suspended, deleted, of a suspended or deleted organization', async () => {
    const customer = await world.customer()
    const people = await Promise.all(
      ['active', 'invited', 'suspended', 'deleted'].map((status) => world.member(customer, 'basic_user', { status })),
    )
    const elsewhere = await Promise.all(
      ['suspended', 'deleted'].map(async (status) => world.member(await world.customer({ status }), 'basic_user')),
    )
    for (const person of [...people, ...elsewhere]) await equip(world, person)
    const [active, ...others] = people
    const answers = [
      await login(world, { email: 'nobody.at.all@example.com' }),
      await login(world, active as never, 'wrong horse battery staple'),
      ...(await Promise.all([...others, ...elsewhere].map((person) => login(world, person)))),
    ]
    for (const { status, headers, body } of answers) {
      expect({ status, body }).toEqual({
        status: 401,
        body: { success: false, error: 'invalid_credentials', message: 'The credentials are not right.' },
      })
      expect(Object.keys(headers).sort()).toEqual(Object.keys(answers[0]?.headers ?? {}).sort())
    }
  })

  test('each hashes once, so that none is faster', async () => {
    const customer = await world.customer()
    const member = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
    const invited = await equip(world, await world.member(customer, 'basic_user', { status: 'invited' }))
    const emails = [member.email, invited.email, 'nobody.at.all@example.com']
    const times = new Map<string, number[]>(emails.map((email) => [email, []]))
    for (let i = 0; i < 15; i++) {
      // What is not tried is not hashed: each has all its tries.
      await world.admin.query('delete from sign_in_tries')
      for (const email of emails) {
        const start = performance.now()
        await login(world, { email }, 'wrong horse battery staple')
        times.get(email)?.push(performance.now() - start)
      }
    }
    const [known = NaN, ...others] = emails.map((email) => times.get(email)?.sort((a, b) => a - b)[7] ?? NaN)
    for (const other of others) {
      expect(other / known).toBeGreaterThan(0.5)
      expect(other / known).toBeLessThan(2)
    }
  })

  test('a known account is told in the trail of its organization, with the reason', async () => {
    const customer = await world.customer()
    const member = await equip(world, await world.member(customer, 'basic_user'))
    await login(world, member, 'wrong horse battery staple')
    await world.admin.query(`update users set status = 'suspended' where id = $1`, [member.id])
    await login(world, member)
    const events = await trail(world, customer.id, 'auth.login_failed')
    expect(events).toMatchObject([
      {
        user_id: null,
        outcome: 'failure',
        resource_id: member.id,
        details: { email: member.email, reason: 'wrong_password' },
      },
      { user_id: null, outcome: 'failure', resource_id: member.id, details: { reason: 'user_inactive' } },
    ])
  })

  test('an unknown account is told in the trail of the provider, without what was typed: it may be a password', async () => {
    const provider = await world.provider()
    const typed = 'hunter2.hunter2.hunter2@example.com'
    await login(world, { email: typed })
    const events = await trail(world, provider.id, 'auth.login_failed')
    expect(events.at(-1)).toMatchObject({ user_id: null, outcome: 'failure', details: { reason: 'unknown_account' } })
    const { rows } = await world.admin.query(`select from audit_logs a where a::text like '%hunter2%'`)
    expect(rows).toEqual([])
  })
})

describe('the addresses of an organization', () => {
  test('bind at sign-in, once the password is right', async () => {
    const customer = await world.customer({ settings: { allowedIpRanges: ['192.0.2.0/24'] } })
    const member = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
    const from = (address: string) => world.as({ token: 'none' } as never, { address })
    const body = { email: member.email, password: PASSWORD }
    expect((await from('192.0.2.7').post('/api/auth/login', body)).status).toBe(200)
    expect(await from('198.51.100.7').post('/api/auth/login', body)).toMatchObject({
      status: 403,
      body: { error: 'access_restricted', details: { reasons: ['ip_not_allowed'] } },
    })
    expect((await from('198.51.100.7').post('/api/auth/login', { ...body, password: 'wrong' })).status).toBe(401)
    const [denied] = await trail(world, customer.id, 'auth.login_failed')
    expect(denied).toMatchObject({
      outcome: 'denied',
      ip_address: '198.51.100.7',
      details: { reason: 'ip_not_allowed' },
    })
  })

  test('bind the second step, the setting up of a factor and every call about the own account, too', async () => {
    const customer = await world.customer({ settings: { allowedIpRanges: ['192.0.2.0/24'] } })
    const holder = await equip(world, await world.member(customer, 'basic_user'))
    const fresh = await equip(world, await world.member(customer, 'admin', { mfaEnabled: false }))
    const at = (address: string, token = 'none') => world.as({ token } as never, { address })
    const [inside, outside] = ['192.0.2.7', '198.51.100.7']
    const first = await at(inside).post('/api/auth/login', { email: holder.email, password: PASSWORD })
    const proof = () => ({
      challengeToken: first.body.data.challengeToken,
      method: 'totp',
      code: codeOf(world, holder.secret),
    })
    expect((await at(outside).post('/api/auth/mfa/verify', proof())).status).toBe(403)
    const verified = await at(inside).post('/api/auth/mfa/verify', proof())
    expect(verified.status).toBe(200)
    const { accessToken, refreshToken } = verified.body.data
    expect((await at(outside, accessToken).get('/api/auth/sessions')).status).toBe(403)
    expect((await at(inside, accessToken).get('/api/auth/sessions')).status).toBe(200)
    const denied = await at(outside).post('/api/auth/refresh', { refreshToken })
    expect(denied).toMatchObject({ status: 403, body: { details: { reasons: ['ip_not_allowed'] } } })
    expect(await trail(world, customer.id, 'authorization.denied')).toMatchObject([
      { user_id: holder.id, ip_address: outside },
      { user_id: holder.id, ip_address: outside },
    ])
    expect((await at(inside).post('/api/auth/refresh', { refreshToken })).status).toBe(200)
    const held = await at(inside).post('/api/auth/login', { email: fresh.email, password: PASSWORD })
    const { enrollmentToken } = held.body.data
    expect((await at(outside, enrollmentToken).post('/api/auth/mfa/setup')).status).toBe(403)
    expect((await at(inside, enrollmentToken).post('/api/auth/mfa/setup')).status).toBe(200)
  })
})

describe('policy demands a second factor', () => {
  test('of every provider role and of customers’ admins, and of nobody else', async () => {
    const customer = await world.customer()
    const demanded = await Promise.all([
      ...(['super_admin', 'technician', 'security_analyst', 'account_manager'] as const).map((role) =>
        world.staff(role, { mfaEnabled: false }),
      ),
      world.member(customer, 'admin', { mfaEnabled: false }),
    ])
    for (const person of demanded) {
      await equip(world, person)
      const { status, body } = await login(world, person)
      expect({ status, data: body.data }).toEqual({
        status: 200,
        data: { mfaEnrollmentRequired: true, enrollmentToken: expect.stringMatching(/^enr_/) },
      })
    }
    for (const role of ['report_viewer', 'request_user', 'basic_user'] as const) {
      const member = await equip(world, await world.member(customer, role, { mfaEnabled: false }))
      expect((await login(world, member)).body.data.accessToken).toBeDefined()
    }
  })

  test('of every member where their organization is stricter', async () => {
    const customer = await world.customer({ settings: { requireMfa: true } })
    const member = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
    expect((await login(world, member)).body.data).toMatchObject({ mfaEnrollmentRequired: true })
  })

  test('of nobody less where an organization would be laxer', async () => {
    const customer = await world.customer({ settings: { requireMfa: false } })
    const admin = await equip(world, await world.member(customer, 'admin', { mfaEnabled: false }))
    expect((await login(world, admin)).body.data).toMatchObject({ mfaEnrollmentRequired: true })
  })
})

test('no answer holds a secret that is not for its reader', async () => {
  const customer = await world.customer()
  const member = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
  const { body } = await login(world, member)
  const me = world.as({ token: body.data.accessToken } as never)
  const setup = await me.post('/api/auth/mfa/setup')
  const enabled = await me.post('/api/auth/mfa/enable', { code: codeOf(world, setup.body.data.secret) })
  const sessions = await me.get('/api/auth/sessions')
  const told = JSON.stringify([body, enabled.body, sessions.body])
  expect(told).not.toContain(setup.body.data.secret)
  expect(told).not.toMatch(/argon2|password|hash|salt|sealed/i)
  const { rows } = await world.admin.query(
    `select string_agg(a::text, '') as all from audit_logs a where org_id = $1`,
    [customer.id],
  )
  for (const secret of [setup.body.data.secret, ...enabled.body.data.recoveryCodes, body.data.refreshToken, PASSWORD]) {
    expect(rows[0].all).not.toContain(secret)
  }
})
