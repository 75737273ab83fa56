import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedInNow } from '../support/clock.ts'
import { challenges, codeOf, equip, login, PASSWORD, signIn, trail, untold } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, Client, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

const bearer = (token: string): Client => world.as({ token } as never)
const member = async (mfaEnabled = true, settings = {}): Promise<Holder> =>
  equip(world, await world.member(await world.customer({ settings }), 'basic_user', { mfaEnabled }))
const challenge = async (holder: Holder): Promise<string> => (await login(world, holder)).body.data.challengeToken
const verify = (challengeToken: string, code: string, method = 'totp'): Promise<Answer> =>
  world.nobody.post('/api/auth/mfa/verify', { challengeToken, method, code })
const wrong = (code: string): string => code.replace(/./g, (digit) => String((Number(digit) + 5) % 10))
const won = (answers: Answer[]): Answer[] => answers.filter(({ status }) => status === 200)
const sessionsOf = async ({ id }: Holder): Promise<number> => {
  const { rows } = await world.admin.query(
    'select count(*)::int as n from user_sessions where user_id = $1 and mfa_at is not null',
    [id],
  )
  return rows[0].n
}
/** A code is good in its own and the next half minute: as many as wanted, each new. */
const nextCode = ({ secret }: { secret: string }): string => {
  world.travel(30_000)
  return codeOf(world, secret)
}

describe('the second step', () => {
  test('a right code signs in, with the second factor on the session and in the trail', async () => {
    const holder = await member()
    const asked = await login(world, holder)
    expect(asked.body.data).toEqual({
      mfaRequired: true,
      challengeToken: expect.stringMatching(/^mfa_/),
      methods: ['totp', 'recovery_code'],
    })
    const { status, body } = await verify(asked.body.data.challengeToken, codeOf(world, holder.secret))
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user: { id: holder.id, mfaEnabled: true } })
    const { rows } = await world.admin.query(
      'select mfa_at from user_sessions where user_id = $1 order by created_at',
      [holder.id],
    )
    expect(rows.at(-1).mfa_at).not.toBeNull()
    const [event] = await trail(world, holder.orgId, 'auth.login_succeeded')
    expect(event).toMatchObject({ user_id: holder.id, details: { by: 'totp' } })
  })

  test('a wrong code may be followed by a right one; each wrong one is in the trail', async () => {
    const holder = await member()
    const token = await challenge(holder)
    const code = codeOf(world, holder.secret)
    expect(await verify(token, wrong(code))).toMatchObject({ status: 401, body: { error: 'invalid_credentials' } })
    expect(await verify(token, 'ABCD-EFGH-JKMN-PQRS', 'recovery_code')).toMatchObject({ status: 401 })
    expect((await verify(token, code)).status).toBe(200)
    expect(await trail(world, holder.orgId, 'auth.mfa_failed')).toMatchObject([
      { user_id: null, outcome: 'failure', risk_level: 'high', details: { method: 'totp', attempt: 1 } },
      { details: { method: 'recovery_code', attempt: 2 } },
    ])
  })

  test('five wrong codes end it: then the right one comes too late', async () => {
    const holder = await member()
    const token = await challenge(holder)
    const code = codeOf(world, holder.secret)
    for (let i = 0; i < 5; i++) expect((await verify(token, wrong(code))).body.error).toBe('invalid_credentials')
    expect(await verify(token, code)).toMatchObject({ status: 401, body: { error: 'unauthenticated' } })
    expect((await verify(await challenge(holder), code)).status).toBe(200)
  })

  test('it can be finished for five minutes, and not a moment longer', async () => {
    const holder = await member()
    const [early, late] = [await challenge(holder), await challenge(holder)]
    world.travel(5 * 60_000 - 2000)
    expect((await verify(early, codeOf(world, holder.secret))).status).toBe(200)
    world.travel(30_000)
    expect((await verify(late, codeOf(world, holder.secret))).body.error).toBe('unauthenticated')
  })

  test('it succeeds once', async () => {
    const holder = await member()
    const token = await challenge(holder)
    expect((await verify(token, nextCode(holder))).status).toBe(200)
    expect((await verify(token, nextCode(holder))).body.error).toBe('unauthenticated')
  })

  test('who is suspended meanwhile does not get in, and neither does who belongs to a suspended organization', async () => {
    const [person, organization] = [await member(), await member()]
    const tokens = [await challenge(person), await challenge(organization)]
    await world.admin.query(`update users set status = 'suspended' where id = $1`, [person.id])
    await world.admin.query(`update organizations set status = 'suspended' where id = $1`, [organization.orgId])
    expect((await verify(tokens[0] ?? '', codeOf(world, person.secret))).status).toBe(401)
    expect((await verify(tokens[1] ?? '', codeOf(world, organization.secret))).status).toBe(401)
  })

  test('codes of the half minutes before and after count, each once, older and newer ones do not', async () => {
    const holder = await member()
    const intoTheHalfMinute = world.house.clock().getTime() % 30_000
    if (intoTheHalfMinute > 15_000) world.travel(30_000 - intoTheHalfMinute)
    const codes = [0, 1, 2, 3, 4].map(() => nextCode(holder))
    world.travel(-60_000)
    const token = await challenge(holder)
    expect((await verify(token, codes[0] ?? '')).status).toBe(401)
    expect((await verify(token, codes[4] ?? '')).status).toBe(401)
    expect((await verify(token, codes[1] ?? '')).status).toBe(200)
    expect((await verify(await challenge(holder), codes[2] ?? '')).status).toBe(200)
    expect((await verify(await challenge(holder), codes[3] ?? '')).status).toBe(200)
    expect((await verify(await challenge(holder), codes[3] ?? '')).status).toBe(401)
    world.travel(60_000)
  })

  test.each([
    ['an unknown method', { method: 'passkey', code: '000000' }],
    ['no code', { method: 'totp' }],
    ['a code without end', { method: 'totp', code: '0'.repeat(65) }],
  ])('400: %s', async (_, given) => {
    expect((await world.nobody.post('/api/auth/mfa/verify', { challengeToken: 'mfa_x', ...given })).status).toBe(400)
  })
})

describe('what works once works once', () => {
  test('one code for one challenge, sent 100 times at once', async () => {
    const holder = await member()
    const token = await challenge(holder)
    const code = nextCode(holder)
    const answers = await Promise.all(Array.from({ length: 100 }, () => verify(token, code)))
    expect(won(answers)).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]))
    expect(await sessionsOf(holder)).toBe(2)
  })

  test('one code for 100 challenges at once, and one recovery code', async () => {
    for (const method of ['totp', 'recovery_code']) {
      const holder = await member()
      const tokens = await challenges(world, holder, 100)
      const code = method === 'totp' ? nextCode(holder) : (holder.recoveryCodes[0] ?? '')
      const answers = await Promise.all(tokens.map((token) => verify(token, code, method)))
      expect(won(answers)).toHaveLength(1)
      expect(await sessionsOf(holder)).toBe(2)
      expect((await verify(await challenge(holder), code, method)).status).toBe(401)
    }
  })

  test('one challenge, met by several right codes at once: one signs in, and the others are not spent', async () => {
    const holder = await member()
    const token = await challenge(holder)
    const codes = holder.recoveryCodes.slice(0, 4)
    const answers = await Promise.all(codes.map((code) => verify(token, code, 'recovery_code')))
    expect(won(answers)).toHaveLength(1)
    for (const [i, { status }] of answers.entries()) {
      const again = await verify(await challenge(holder), codes[i] ?? '', 'recovery_code')
      expect(again.status).toBe(status === 200 ? 401 : 200)
    }
  })

  test('100 guesses at once for one challenge are five guesses', async () => {
    const holder = await member()
    const token = await challenge(holder)
    const code = nextCode(holder)
    const guesses = Array.from({ length: 100 }, (_, i) => String(i).padStart(6, '0')).filter((guess) => guess !== code)
    const answers = await Promise.all(guesses.map((guess) => verify(token, guess)))
    expect(answers.filter(({ body }) => body.error === 'invalid_credentials').length).toBeLessThanOrEqual(5)
    expect(await trail(world, holder.orgId, 'auth.mfa_failed')).toHaveLength(5)
    expect((await verify(token, code)).body.error).toBe('unauthenticated')
  })

  test('a code spent at sign-in is spent everywhere', async () => {
    const holder = await member()
    const token = await challenge(holder)
    const code = nextCode(holder)
    const { accessToken } = (await verify(token, code)).body.data
    expect((await bearer(accessToken).post('/api/auth/mfa/recovery-codes', { code })).status).toBe(401)
  })
})

describe('recovery codes', () => {
  test('sign in however they are typed, once each, and are no longer offered when all are spent', async () => {
    const holder = await member()
    for (const [i, code] of holder.recoveryCodes.entries()) {
      const typed = i % 2 === 0 ? code : ` ${code.toLowerCase().replaceAll('-', ' ')} `
      expect((await verify(await challenge(holder), typed, 'recovery_code')).status).toBe(200)
    }
    const { methods } = (await login(world, holder)).body.data
    expect(methods).toEqual(['totp'])
    const told = await trail(world, holder.orgId, 'auth.login_succeeded')
    expect(told).toHaveLength(10)
    expect(told[0]).toMatchObject({ risk_level: 'medium', risk_factors: ['recovery_code_used'] })
  })

  test('are replaced by ten new ones for a code; the old ones are void, and it is in the trail', async () => {
    const holder = await member()
    const { accessToken } = await signIn(world, holder)
    const me = bearer(accessToken)
    expect(await me.post('/api/auth/mfa/recovery-codes', { code: wrong(nextCode(holder)) })).toMatchObject({
      status: 401,
      body: { error: 'invalid_credentials' },
    })
    const { status, body } = await me.post('/api/auth/mfa/recovery-codes', { code: nextCode(holder) })
    expect(status).toBe(200)
    expect(new Set(body.data.recoveryCodes).size).toBe(10)
    const old = await verify(await challenge(holder), holder.recoveryCodes[0] ?? '', 'recovery_code')
    expect(old.status).toBe(401)
    expect((await verify(await challenge(holder), body.data.recoveryCodes[9], 'recovery_code')).status).toBe(200)
    expect(await trail(world, holder.orgId, 'auth.recovery_codes_replaced')).toMatchObject([{ user_id: holder.id }])
    expect(await trail(world, holder.orgId, 'auth.mfa_failed')).toMatchObject([
      { user_id: holder.id },
      { user_id: null },
    ])
  })

  test('there are none to replace without a second factor', async () => {
    const holder = await member(false)
    const { accessToken } = await signIn(world, holder)
    expect(await bearer(accessToken).post('/api/auth/mfa/recovery-codes', { code: '000000' })).toMatchObject({
      status: 409,
      body: { error: 'mfa_not_set_up' },
    })
  })
})

describe('setting up a second factor', () => {
  const held = async (): Promise<Holder & { token: string }> => {
    const admin = await equip(world, await world.member(await world.customer(), 'admin', { mfaEnabled: false }))
    return { ...admin, token: (await login(world, admin)).body.data.enrollmentToken }
  }

  test('from being held back to being signed in', async () => {
    const admin = await held()
    const setup = await bearer(admin.token).post('/api/auth/mfa/setup')
    expect(setup.body.data).toEqual({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      otpauthUrl: expect.stringContaining(`otpauth://totp/Castellan:${encodeURIComponent(admin.email)}?`),
      qrCode: expect.stringMatching(/^data:image\/svg\+xml;base64,/),
    })
    const { secret } = setup.body.data
    const code = codeOf(world, secret)
    expect((await bearer(admin.token).post('/api/auth/mfa/enable', { code: wrong(code) })).body.error).toBe(
      'invalid_credentials',
    )
    const { status, body } = await bearer(admin.token).post('/api/auth/mfa/enable', { code })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      recoveryCodes: expect.arrayContaining([expect.stringMatching(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/)]),
      accessToken: expect.any(String),
      refreshToken: expect.stringMatching(/^rt_/),
      user: { id: admin.id, mfaEnabled: true },
    })
    expect(body.data.recoveryCodes).toHaveLength(10)
    expect((await bearer(body.data.accessToken).get(`/api/organizations/${admin.orgId}`)).status).toBe(200)
    expect((await trail(world, admin.orgId, 'auth.%')).map(({ action }) => action)).toEqual([
      'auth.mfa_failed',
      'auth.mfa_enabled',
      'auth.login_succeeded',
    ])
    const again = await challenge(admin)
    expect((await verify(again, code)).status, 'the code is spent').toBe(401)
    expect((await verify(again, nextCode({ secret }))).status).toBe(200)
    expect((await verify(await challenge(admin), body.data.recoveryCodes[3], 'recovery_code')).status).toBe(200)
  })

  test('an enrollment token is good once, for a quarter of an hour', async () => {
    const admin = await held()
    const setup = await bearer(admin.token).post('/api/auth/mfa/setup')
    const code = codeOf(world, setup.body.data.secret)
    expect((await bearer(admin.token).post('/api/auth/mfa/enable', { code })).status).toBe(200)
    for (const [url, body] of [
      ['/api/auth/mfa/enable', { code: nextCode(setup.body.data) }],
      ['/api/auth/mfa/setup', undefined],
    ] as const) {
      expect(await bearer(admin.token).post(url, body)).toMatchObject({
        status: 401,
        body: { error: 'unauthenticated' },
      })
    }
    const other = await held()
    world.travel(15 * 60_000 - 2000)
    expect((await bearer(other.token).post('/api/auth/mfa/setup')).status).toBe(200)
    world.travel(2000)
    expect((await bearer(other.token).post('/api/auth/mfa/setup')).status).toBe(401)
  })

  test('20 at once with one enrollment token give one session and one set of codes', async () => {
    const admin = await held()
    const setup = await bearer(admin.token).post('/api/auth/mfa/setup')
    const code = codeOf(world, setup.body.data.secret)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bearer(admin.token).post('/api/auth/mfa/enable', { code })),
    )
    expect(won(answers)).toHaveLength(1)
    expect(await sessionsOf(admin)).toBe(2)
    const { rows } = await world.admin.query('select count(*)::int as n from recovery_codes where user_id = $1', [
      admin.id,
    ])
    expect(rows[0].n).toBe(10)
  })

  test('asking for another secret while the first is put to use never takes a factor away that is in use', async () => {
    for (let round = 0; round < 10; round++) {
      const admin = await held()
      const setup = await bearer(admin.token).post('/api/auth/mfa/setup')
      const { secret } = setup.body.data
      const [enabled] = await Promise.all([
        bearer(admin.token).post('/api/auth/mfa/enable', { code: codeOf(world, secret) }),
        ...Array.from({ length: 5 }, () => bearer(admin.token).post('/api/auth/mfa/setup')),
      ])
      if (enabled.status === 200) expect((await verify(await challenge(admin), nextCode({ secret }))).status).toBe(200)
      else expect(enabled.status).toBe(401)
    }
  })

  test('another enrollment under way is void once one is done', async () => {
    const admin = await held()
    const other = (await login(world, admin)).body.data.enrollmentToken
    const setup = await bearer(admin.token).post('/api/auth/mfa/setup')
    await bearer(admin.token).post('/api/auth/mfa/enable', { code: codeOf(world, setup.body.data.secret) })
    for (const [url, body] of [
      ['/api/auth/mfa/setup', undefined],
      ['/api/auth/mfa/enable', { code: nextCode(setup.body.data) }],
    ] as const) {
      expect(await bearer(other).post(url, body)).toMatchObject({ status: 409, body: { error: 'mfa_already_enabled' } })
    }
  })

  test('by somebody signed in: their session has the factor from then on, and no second one is opened', async () => {
    const holder = await member(false)
    const { accessToken } = await signIn(world, holder)
    const me = bearer(accessToken)
    const before = (await me.get('/api/auth/sessions')).body.data.length
    expect(await me.post('/api/auth/mfa/enable', { code: '000000' })).toMatchObject({
      status: 409,
      body: { error: 'mfa_not_set_up' },
    })
    const first = await me.post('/api/auth/mfa/setup')
    const { secret } = (await me.post('/api/auth/mfa/setup')).body.data
    const replaced = await me.post('/api/auth/mfa/enable', { code: codeOf(world, first.body.data.secret) })
    expect(replaced.status, 'asking again replaces the secret').toBe(401)
    const { status, body } = await me.post('/api/auth/mfa/enable', { code: codeOf(world, secret) })
    expect(status).toBe(200)
    expect(Object.keys(body.data)).toEqual(['recoveryCodes'])
    const sessions = await me.get('/api/auth/sessions')
    expect(sessions.body.data).toHaveLength(before)
    expect(await sessionsOf(holder)).toBe(2)
    expect(await me.post('/api/auth/mfa/setup')).toMatchObject({ status: 409, body: { error: 'mfa_already_enabled' } })
  })

  test('who owes it can do nothing else but sign out and read their profile, though they have a session', async () => {
    const person = await world.member(await world.customer(), 'admin', { mfaEnabled: false })
    const me = world.as(await signedInNow(world, person))
    const refused = { status: 403, body: { error: 'access_restricted', details: { reasons: ['mfa_required'] } } }
    expect(await me.get(`/api/organizations/${person.orgId}`)).toMatchObject(refused)
    expect(await me.get('/api/auth/sessions')).toMatchObject(refused)
    expect(await me.delete('/api/auth/sessions')).toMatchObject(refused)
    expect(await me.post('/api/auth/mfa/recovery-codes', { code: '000000' })).toMatchObject(refused)
    expect((await me.get('/api/users/profile')).status).toBe(200)
    const other = world.as({ ...person, ...(await world.signIn(person)) })
    expect((await other.post('/api/auth/logout')).status).toBe(200)
    const { secret } = (await me.post('/api/auth/mfa/setup')).body.data
    expect((await me.post('/api/auth/mfa/enable', { code: codeOf(world, secret) })).status).toBe(200)
    expect((await me.get(`/api/organizations/${person.orgId}`)).status, 'from then on, all').toBe(200)
  })

  test('the secret is sealed where it is stored, and opens for no other person', async () => {
    const [one, other] = [await member(), await member()]
    await world.admin.query(
      'update totp_factors set secret_sealed = (select secret_sealed from totp_factors where user_id = $1) where user_id = $2',
      [one.id, other.id],
    )
    const { rows } = await world.admin.query('select secret_sealed from totp_factors where user_id = $1', [one.id])
    expect(rows[0].secret_sealed).not.toContain(one.secret)
    expect((await verify(await challenge(other), codeOf(world, one.secret))).status).toBe(500)
  })
})

describe('giving up the second factor', () => {
  test('takes the password and a code; then the password alone signs in', async () => {
    const holder = await member()
    const me = bearer((await signIn(world, holder)).accessToken)
    const disable = (password: string, code: string) => me.post('/api/auth/mfa/disable', { password, code })
    expect((await disable('wrong horse battery staple', nextCode(holder))).status).toBe(401)
    expect((await disable(PASSWORD, wrong(nextCode(holder)))).status).toBe(401)
    expect(await disable(PASSWORD, nextCode(holder))).toMatchObject({
      status: 200,
      body: { data: { mfaEnabled: false } },
    })
    expect((await login(world, holder)).body.data.accessToken).toBeDefined()
    expect(await disable(PASSWORD, nextCode(holder))).toMatchObject({ status: 409, body: { error: 'mfa_not_set_up' } })
    const { rows } = await world.admin.query(
      `select (select count(*) from totp_factors where user_id = $1)::int + (select count(*) from recovery_codes where user_id = $1)::int as n`,
      [holder.id],
    )
    expect(rows[0].n).toBe(0)
    expect(await trail(world, holder.orgId, 'auth.mfa_disabled')).toMatchObject([
      { user_id: holder.id, risk_level: 'high' },
    ])
  })

  test('works with a recovery code for who lost the authenticator', async () => {
    const holder = await member()
    const me = bearer((await signIn(world, holder)).accessToken)
    const code = holder.recoveryCodes[0]
    expect((await me.post('/api/auth/mfa/disable', { password: PASSWORD, code })).status).toBe(200)
  })

  test('409: not where policy demands it, of the role or of the organization', async () => {
    const staff = await equip(world, await world.staff('account_manager'))
    const strict = await member(true, { requireMfa: true })
    for (const holder of [staff, strict]) {
      const { accessToken } = await signIn(world, holder)
      const given = { password: PASSWORD, code: nextCode(holder) }
      expect(await bearer(accessToken).post('/api/auth/mfa/disable', given)).toMatchObject({
        status: 409,
        body: { error: 'mfa_mandatory' },
      })
    }
  })
})
