import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeRefreshToken, readRefreshToken } from '../../src/credentials/refresh-token.ts'
import { codeOf, equip, PASSWORD, signIn, trail, untold } from '../support/credentials.ts'
import type { Holder, Tokens } from '../support/credentials.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, Client, World } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

const bearer = (token: string): Client => world.as({ token } as never)
const refresh = (refreshToken: string, where = world): Promise<Answer> =>
  where.nobody.post('/api/auth/refresh', { refreshToken })
const member = async (settings = {}): Promise<Holder> =>
  equip(world, await world.member(await world.customer({ settings }), 'basic_user', { mfaEnabled: false }))
const signedIn = async (settings = {}): Promise<Holder & Tokens> => {
  const holder = await member(settings)
  return { ...holder, ...(await signIn(world, holder)) }
}
const ended = { status: 401, body: { success: false, error: 'session_revoked' } }
const refused = { status: 401, body: { success: false, error: 'unauthenticated' } }

describe('a refresh token', () => {
  test('gives the next pair, with which things go on', async () => {
    const { id, accessToken, refreshToken } = await signedIn()
    const { status, body } = await refresh(refreshToken)
    expect(status).toBe(200)
    expect(body.data).toEqual({
      accessToken: expect.stringMatching(/^ey/),
      refreshToken: expect.stringMatching(/^rt_/),
      expiresIn: 900,
      tokenType: 'Bearer',
    })
    expect(body.data.refreshToken).not.toBe(refreshToken)
    expect(body.data.accessToken).not.toBe(accessToken)
    expect((await bearer(body.data.accessToken).get('/api/users/profile')).body.data.id).toBe(id)
    expect((await refresh(body.data.refreshToken)).status).toBe(200)
  })

  test('again within ten seconds gives the same successor, as after a lost answer', async () => {
    const { refreshToken } = await signedIn()
    const first = await refresh(refreshToken)
    world.travel(9000)
    const again = await refresh(refreshToken)
    expect(again.body.data.refreshToken).toBe(first.body.data.refreshToken)
    expect((await refresh(first.body.data.refreshToken)).status).toBe(200)
  })

  test('again after that ends this session, which is critical, and no other of the same person', async () => {
    const holder = await member()
    const [stolen, other] = [await signIn(world, holder), await signIn(world, holder)]
    const next = (await refresh(stolen.refreshToken)).body.data
    world.travel(10_001)
    const me = bearer(next.accessToken)
    expect((await me.get('/api/auth/sessions')).status).toBe(200)
    expect(await refresh(stolen.refreshToken)).toMatchObject(ended)
    expect(await me.get('/api/auth/sessions'), 'at once').toMatchObject(ended)
    expect(await refresh(next.refreshToken)).toMatchObject(ended)
    expect((await bearer(other.accessToken).get('/api/auth/sessions')).status).toBe(200)
    expect((await refresh(other.refreshToken)).status).toBe(200)
    const { sessionId } = readRefreshToken(stolen.refreshToken) ?? {}
    expect(await trail(world, holder.orgId, 'auth.refresh_reused')).toMatchObject([
      { user_id: holder.id, session_id: sessionId, resource_id: sessionId, risk_level: 'critical', outcome: 'denied' },
    ])
  })

  test('of two generations ago ends the session at once', async () => {
    const holder = await signedIn()
    const second = (await refresh(holder.refreshToken)).body.data
    expect((await refresh(second.refreshToken)).status).toBe(200)
    expect(await refresh(holder.refreshToken)).toMatchObject(ended)
    expect(await trail(world, holder.orgId, 'auth.refresh_reused')).toHaveLength(1)
  })

  test('50 times at once gives one successor, and nobody is signed out', async () => {
    const holder = await signedIn()
    let token = holder.refreshToken
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(token)))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      const successors = new Set(answers.map(({ body }) => body.data.refreshToken))
      expect(successors.size).toBe(1)
      token = [...successors][0]
    }
    expect((await refresh(token)).status).toBe(200)
    expect(await trail(world, holder.orgId, 'auth.refresh_reused')).toEqual([])
  })

  test('replayed 50 times at once ends the session once', async () => {
    const holder = await signedIn()
    await refresh(holder.refreshToken)
    world.travel(11_000)
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(holder.refreshToken)))
    for (const answer of answers) expect(answer).toMatchObject(ended)
    expect(await trail(world, holder.orgId, 'auth.refresh_reused')).toHaveLength(1)
  })

  test('that this server did not make is refused and changes nothing', async () => {
    const holder = await signedIn()
    const claims = readRefreshToken(holder.refreshToken)
    if (claims === null) throw new Error('not a refresh token')
    const { rows } = await world.admin.query('select refresh_salt as salt from user_sessions where id = $1', [
      claims.sessionId,
    ])
    const { refreshKey } = world.house.credentials
    const forged = [
      makeRefreshToken(randomBytes(32), claims, rows[0].salt),
      makeRefreshToken(refreshKey, claims, randomBytes(32)),
      makeRefreshToken(refreshKey, { ...claims, counter: 1 }, rows[0].salt),
      makeRefreshToken(refreshKey, { ...claims, sessionId: claims.userId }, rows[0].salt),
      makeRefreshToken(refreshKey, { ...claims, userId: claims.sessionId }, rows[0].salt),
      `${holder.refreshToken}A`,
      holder.refreshToken.slice(3),
      `rt_${Buffer.alloc(68, 7).toString('base64url')}`,
      'x',
    ]
    for (const token of forged) expect(await refresh(token), token).toMatchObject(refused)
    expect((await refresh(holder.refreshToken)).status).toBe(200)
    expect(await trail(world, holder.orgId, 'auth.refresh%')).toEqual([])
  })

  test('is not kept by the database: what is there does not make one', async () => {
    const holder = await signedIn()
    const { rows } = await world.admin.query('select s::text from user_sessions s where user_id = $1', [holder.id])
    const mac = Buffer.from(holder.refreshToken.slice(3), 'base64url').subarray(36).toString('hex')
    expect(JSON.stringify(rows)).not.toContain(mac)
  })

  test.each([[null], [{}], [{ refreshToken: 7 }], [{ refreshToken: '' }], [{ token: 'x' }]])(
    '400: %j',
    async (body) => {
      expect((await world.nobody.post('/api/auth/refresh', body)).status).toBe(400)
    },
  )
})

describe('a session', () => {
  test('without use ends after the customer’s hour, also for its refresh token', async () => {
    const [used, unused] = [await signedIn(), await signedIn()]
    world.travel(HOUR - MINUTE)
    const next = await refresh(used.refreshToken)
    expect(next.status).toBe(200)
    world.travel(MINUTE)
    expect(await refresh(unused.refreshToken)).toMatchObject(ended)
    expect((await refresh(next.body.data.refreshToken)).status).toBe(200)
  })

  test('of the provider ends after half an hour without use', async () => {
    const staff = await equip(world, await world.staff('technician'))
    const [early, late] = [await signIn(world, staff), await signIn(world, staff)]
    world.travel(29 * MINUTE)
    expect((await refresh(early.refreshToken)).status).toBe(200)
    world.travel(MINUTE)
    expect(await refresh(late.refreshToken)).toMatchObject(ended)
  })

  test('ends by its organization’s own setting, while its access token would still be good', async () => {
    const { accessToken } = await signedIn({ sessionIdleMinutes: 5 })
    expect((await bearer(accessToken).get('/api/auth/sessions')).status).toBe(200)
    world.travel(5 * MINUTE)
    expect(await bearer(accessToken).get('/api/auth/sessions')).toMatchObject(ended)
  })

  test('outlives its access token, which is good for 15 minutes', async () => {
    const { accessToken, refreshToken } = await signedIn()
    world.travel(15 * MINUTE - 2000)
    expect((await bearer(accessToken).get('/api/auth/sessions')).status).toBe(200)
    world.travel(2000)
    expect(await bearer(accessToken).get('/api/auth/sessions')).toMatchObject({
      status: 401,
      body: { error: 'token_expired' },
    })
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  test.each([
    ['the person', 'update users set status = $2 where id = $1', 'suspended'],
    ['the person for good', 'update users set status = $2 where id = $1', 'deleted'],
    [
      'their organization',
      'update organizations set status = $2 where id = (select org_id from users where id = $1)',
      'suspended',
    ],
  ])('is not refreshed once %s is suspended', async (_, change, status) => {
    const { id, refreshToken } = await signedIn()
    await world.admin.query(change, [id, status])
    expect(await refresh(refreshToken)).toMatchObject(ended)
  })

  test.each([
    ['customer', 24],
    ['provider', 12],
  ])('of a %s ends after %d hours, however much it is used', async (kind, hours) => {
    const away = await createWorld()
    try {
      const holder = await equip(
        away,
        kind === 'provider'
          ? await away.staff('technician')
          : await away.member(await away.customer(), 'basic_user', { mfaEnabled: false }),
      )
      let { refreshToken } = await signIn(away, holder)
      for (let minutes = 0; minutes < hours * 60 - 20; minutes += 20) {
        away.travel(20 * MINUTE)
        const { status, body } = await refresh(refreshToken, away)
        expect(status, `after ${minutes} minutes`).toBe(200)
        refreshToken = body.data.refreshToken
      }
      away.travel(20 * MINUTE)
      expect(await refresh(refreshToken, away)).toMatchObject(ended)
      expect(await untold(away)).toEqual([])
    } finally {
      await away.close()
    }
  })
})

describe('with the refresh token in a cookie', () => {
  let published: World
  beforeAll(async () => {
    published = await createWorld({ PUBLIC_URL: 'https://castellan.example/' })
  })
  afterAll(() => published.close())

  const credentials = async (where: World) => {
    const holder = await equip(where, await where.member(await where.customer(), 'basic_user', { mfaEnabled: false }))
    return { email: holder.email, password: PASSWORD }
  }
  const cookieOf = ({ headers }: Answer): string =>
    [headers['set-cookie']]
      .flat()
      .map(String)
      .find((cookie) => cookie.includes('castellan_refresh=')) ?? ''
  const sent = (answer: Answer): string => cookieOf(answer).split(';')[0] ?? ''

  test('it is in no body, and no script, other site or plain connection gets it', async () => {
    const first = await published.nobody.post('/api/auth/login?transport=cookie', await credentials(published))
    expect(first.status).toBe(200)
    expect(first.body.data).toMatchObject({ accessToken: expect.any(String), user: expect.any(Object) })
    expect(first.body.data.refreshToken).toBeUndefined()
    const [value, ...attributes] = cookieOf(first).split('; ')
    expect(value).toMatch(/^__Host-castellan_refresh=rt_[\w-]{91}$/)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure'])
    const next = await published.nobody.post('/api/auth/refresh?transport=cookie', undefined, { cookie: sent(first) })
    expect(next.status).toBe(200)
    expect(next.body.data.refreshToken).toBeUndefined()
    expect(sent(next)).not.toBe(sent(first))
    const again = await published.nobody.post('/api/auth/refresh?transport=cookie', {}, { cookie: sent(next) })
    expect(again.status).toBe(200)
  })

  test('on one’s own machine without TLS it has a plain name', async () => {
    const first = await world.nobody.post('/api/auth/login?transport=cookie', await credentials(world))
    expect(cookieOf(first)).toMatch(/^castellan_refresh=rt_[\w-]{91}; Path=\/; HttpOnly; SameSite=Strict$/)
    const { status } = await world.nobody.post('/api/auth/refresh?transport=cookie', undefined, { cookie: sent(first) })
    expect(status).toBe(200)
  })

  test('it comes with the second step, and with the setting up of a factor', async () => {
    const customer = await published.customer()
    const admin = await equip(published, await published.member(customer, 'admin', { mfaEnabled: false }))
    const login = () =>
      published.nobody.post('/api/auth/login?transport=cookie', {
        email: admin.email,
        password: PASSWORD,
      })
    const held = await login()
    expect(held.headers['set-cookie']).toBeUndefined()
    const enrolling = published.as({ token: held.body.data.enrollmentToken } as never)
    const { secret } = (await enrolling.post('/api/auth/mfa/setup')).body.data
    const enabled = await enrolling.post('/api/auth/mfa/enable?transport=cookie', { code: codeOf(published, secret) })
    expect(enabled.body.data.recoveryCodes).toHaveLength(10)
    published.travel(30_000)
    const verified = await published.nobody.post('/api/auth/mfa/verify?transport=cookie', {
      challengeToken: (await login()).body.data.challengeToken,
      method: 'totp',
      code: codeOf(published, secret),
    })
    for (const answer of [enabled, verified]) {
      expect(answer.body.data.accessToken).toBeDefined()
      expect(answer.body.data.refreshToken).toBeUndefined()
      expect(sent(answer)).toMatch(/^__Host-castellan_refresh=rt_/)
    }
  })

  test('signing out takes it back', async () => {
    const first = await published.nobody.post('/api/auth/login?transport=cookie', await credentials(published))
    const me = published.as({ token: first.body.data.accessToken } as never)
    const out = await me.post('/api/auth/logout?transport=cookie', undefined, { cookie: sent(first) })
    expect(out.status).toBe(200)
    expect(cookieOf(out)).toMatch(/^__Host-castellan_refresh=; .*Expires=Thu, 01 Jan 1970/)
    expect(cookieOf(out)).toContain('Secure')
    const { status } = await published.nobody.post('/api/auth/refresh?transport=cookie', undefined, {
      cookie: sent(first),
    })
    expect(status).toBe(401)
  })

  test.each([
    ['without the cookie', {}],
    ['with the plain name', { cookie: 'castellan_refresh=rt_x' }],
    ['with what is no token', { cookie: '__Host-castellan_refresh=x' }],
  ])('401: %s', async (_, headers) => {
    expect(await published.nobody.post('/api/auth/refresh?transport=cookie', undefined, headers)).toMatchObject(refused)
  })

  test('a cookie is not looked at where it was not asked for', async () => {
    const first = await published.nobody.post('/api/auth/login?transport=cookie', await credentials(published))
    expect((await published.nobody.post('/api/auth/refresh', {}, { cookie: sent(first) })).status).toBe(400)
  })

  test('403: other sites are refused, before anything happens', async () => {
    const given = await credentials(published)
    const first = await published.nobody.post('/api/auth/login?transport=cookie', given)
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://castellan.example' },
      { origin: 'https://evil.example' },
      { origin: 'http://castellan.example' },
      { origin: 'https://castellan.example:8443' },
      { origin: 'https://castellan.example.evil.example' },
      { origin: 'null' },
    ]
    for (const headers of foreign) {
      const cookie = sent(first)
      const answers = [
        await published.nobody.post('/api/auth/refresh?transport=cookie', undefined, { ...headers, cookie }),
        await published.nobody.post('/api/auth/login?transport=cookie', given, headers),
        await published
          .as({ token: first.body.data.accessToken } as never)
          .post('/api/auth/logout?transport=cookie', undefined, { ...headers, cookie }),
      ]
      for (const answer of answers) {
        expect(answer, JSON.stringify(headers)).toMatchObject({ status: 403, body: { error: 'forbidden' } })
        expect(answer.headers['set-cookie']).toBeUndefined()
      }
    }
    const own: Record<string, string>[] = [
      { 'sec-fetch-site': 'same-origin', origin: 'https://castellan.example' },
      { origin: 'https://castellan.example' },
      {},
    ]
    let cookie = sent(first)
    for (const headers of own) {
      const next = await published.nobody.post('/api/auth/refresh?transport=cookie', undefined, { ...headers, cookie })
      expect(next.status, JSON.stringify(headers)).toBe(200)
      cookie = sent(next)
    }
    expect(await untold(published)).toEqual([])
  })
})
