import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { codeOf, equip, login, PASSWORD, trail, untold } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const MINUTE = 60_000
const WRONG = 'wrong horse battery staple'
const UNKNOWN = 'nobody.at.all@example.com'

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.provider()
})
beforeEach(() => world.admin.query('delete from sign_in_tries'))
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

const member = async (mfaEnabled = false): Promise<Holder> =>
  equip(world, await world.member(await world.customer(), 'basic_user', { mfaEnabled }))

interface From {
  address?: string
  cookie?: string
  agent?: string
}

const signInFrom = (
  { email }: { email: string },
  { address = '127.0.0.1', cookie = '', agent = 'Browser/1' }: From,
  password = PASSWORD,
): Promise<Answer> =>
  world
    .as({ token: '' } as never, { address })
    .post('/api/auth/login?transport=cookie', { email, password }, { 'user-agent': agent, ...(cookie && { cookie }) })

const cookieOf = ({ headers }: Answer): string =>
  [headers['set-cookie']]
    .flat()
    .map((cookie) => String(cookie).split(';')[0] ?? '')
    .find((cookie) => cookie.includes('castellan_device=')) ?? ''

const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `10.${1 + (i >> 8)}.${i & 255}.7`)
const made = (answers: readonly Answer[]): Answer[] => answers.filter(({ status }) => status === 401)

describe('guessing a password', () => {
  test('from 1,000 addresses: never more than ten tries of one account in a quarter of an hour', async () => {
    const victim = await member()
    const times: number[] = []
    const start = world.house.clock().getTime()
    for (const address of addresses(1000)) {
      world.travel(2000)
      const { status } = await signInFrom(victim, { address }, WRONG)
      if (status === 401) times.push(world.house.clock().getTime() - start)
    }
    expect(times.length, 'half an hour long').toBeGreaterThanOrEqual(10)
    for (const first of times) {
      expect(times.filter((at) => at >= first && at < first + 15 * MINUTE).length).toBeLessThanOrEqual(10)
    }
  })

  test('all 1,000 at once are five', async () => {
    const victim = await member()
    const answers = await Promise.all(addresses(1000).map((address) => signInFrom(victim, { address }, WRONG)))
    expect(made(answers).length).toBeLessThanOrEqual(5)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]))
    for (const { status, headers } of answers)
      if (status === 429) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
  })

  test('from one address: four of one account, and the network of an IPv6 address is one', async () => {
    const victim = await member()
    const answers: number[] = []
    for (let i = 0; i < 6; i++) {
      answers.push((await signInFrom(victim, { address: `2001:db8:1:2::${i + 1}` }, WRONG)).status)
    }
    expect(answers).toEqual([401, 401, 401, 401, 429, 429])
    expect((await signInFrom(victim, { address: '2001:db8:1:3::1' })).status).toBe(200)
  })

  test('one address that tries many accounts is held back from all', async () => {
    const [one, other] = [await member(), await member()]
    const start = world.house.clock().getTime()
    let tries = 0
    while ((await signInFrom({ email: `guess.${tries}@example.com` }, { address: '192.0.2.1' }, WRONG)).status === 401)
      tries++
    const cameBack = (world.house.clock().getTime() - start) / (15 * MINUTE)
    expect(tries).toBeGreaterThanOrEqual(100)
    expect(tries).toBeLessThanOrEqual(100 * (1 + cameBack))
    // So that none comes back meanwhile.
    world.travel(-MINUTE)
    expect((await signInFrom(one, { address: '192.0.2.1' })).status).toBe(429)
    expect((await signInFrom(other, { address: '192.0.2.2' })).status).toBe(200)
    world.travel(MINUTE)
  })

  test('is held back alike for accounts that are and that are not, and says for how long', async () => {
    const victim = await member()
    const answers: Answer[] = []
    for (const person of [victim, { email: UNKNOWN }]) {
      for (let i = 0; i < 4; i++) await signInFrom(person, {}, WRONG)
      answers.push(await signInFrom(person, {}))
    }
    const [known, unknown] = answers.map(({ status, headers, body }) => ({
      status,
      body: { ...body, details: null },
      headers: Object.keys(headers).sort(),
    }))
    expect(known).toMatchObject({ status: 429, body: { error: 'rate_limited' } })
    expect(unknown).toEqual(known)
    const waits = answers.map(({ headers }) => Number(headers['retry-after']))
    for (const wait of waits) expect(wait).toBeGreaterThan(100)
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(225)
  })

  test('a wait is a delay and no lock: afterwards the right one signs in', async () => {
    const victim = await member()
    for (let i = 0; i < 4; i++) await signInFrom(victim, {}, WRONG)
    const held = await signInFrom(victim, {})
    expect(held.status).toBe(429)
    world.travel(Number(held.headers['retry-after']) * 1000)
    expect((await signInFrom(victim, {})).status).toBe(200)
  })
})

test('more sign-ins than can be hashed are shed at once with 503, and cost none of the tries', async () => {
  const person = await member()
  const emails = Array.from({ length: 240 }, (_, i) => `flood.${i}@example.com`)
  const answers = await Promise.all(emails.map((email, i) => signInFrom({ email }, { address: `10.9.${i}.1` }, WRONG)))
  const shed = answers.filter(({ status }) => status === 503)
  expect(shed.length).toBeGreaterThan(0)
  for (const { headers, body } of shed) {
    expect({ headers, body }).toMatchObject({ headers: { 'retry-after': '1' }, body: { error: 'unavailable' } })
  }
  const { rows } = await world.admin.query('select count(*)::int as n from sign_in_tries where full_at > $1', [
    world.house.clock(),
  ])
  expect(rows[0].n).toBeLessThanOrEqual(3 * (answers.length - shed.length))
  expect((await signInFrom(person, {})).status).toBe(200)
})

describe('what succeeds costs nothing', () => {
  test('30 sign-ins one after the other, and 60 at once', async () => {
    const person = await member()
    for (let i = 0; i < 30; i++) expect((await signInFrom(person, {})).status).toBe(200)
    const answers = await Promise.all(Array.from({ length: 60 }, () => signInFrom(person, {})))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })
})

describe('a known device', () => {
  test('signs in while strangers use up all the tries of the account', async () => {
    const owner = await member()
    const cookie = cookieOf(await signInFrom(owner, {}))
    expect(cookie).toMatch(/^castellan_device=dev_[\w-]{43}$/)
    for (const address of addresses(10)) await signInFrom(owner, { address }, WRONG)
    expect((await signInFrom(owner, { address: '127.0.0.1' })).status, 'without it').toBe(429)
    const back = await signInFrom(owner, { cookie })
    expect(back.status).toBe(200)
    expect(cookieOf(back), 'it stays the same').toBe(cookie)
  })

  test('has ten tries, is known for its account alone, and cannot be made up', async () => {
    const [owner, other] = [await member(), await member()]
    const cookie = cookieOf(await signInFrom(owner, {}))
    for (const person of [owner, other]) {
      for (const address of addresses(10)) await signInFrom(person, { address }, WRONG)
    }
    expect((await signInFrom(other, { cookie })).status).toBe(429)
    expect((await signInFrom(owner, { cookie: `castellan_device=dev_${'A'.repeat(43)}` })).status).toBe(429)
    const answers: number[] = []
    for (let i = 0; i < 11; i++) answers.push((await signInFrom(owner, { cookie }, WRONG)).status)
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  })

  test('is stored as a hash, is trusted no more after a reset, and gets its cookie from a right sign-in alone', async () => {
    const owner = await member()
    expect(cookieOf(await signInFrom(owner, {}, WRONG))).toBe('')
    const cookie = cookieOf(await signInFrom(owner, {}))
    const { rows } = await world.admin.query('select device_hash from known_devices where user_id = $1', [owner.id])
    expect(JSON.stringify(rows.map(({ device_hash }) => String(device_hash)))).not.toContain(cookie.split('dev_')[1])
    const plain = await world.nobody.post('/api/auth/login', { email: owner.email, password: PASSWORD })
    expect(plain.headers['set-cookie']).toBeUndefined()
  })
})

describe('a device that was not seen before', () => {
  const told = async ({ id }: Holder): Promise<string[]> => {
    const { rows } = await world.admin.query(
      `select body from notifications where user_id = $1 and kind = 'new_device' order by created_at`,
      [id],
    )
    return rows.map(({ body }) => body)
  }

  test('is told of once, with what and where it is; the very first is not', async () => {
    const owner = await member()
    const first = await signInFrom(owner, { agent: 'Home/1' })
    expect(await told(owner)).toEqual([])
    await signInFrom(owner, { agent: 'Home/1' })
    await signInFrom(owner, { agent: 'Home/1', address: '203.0.113.9', cookie: cookieOf(first) })
    expect(await told(owner), 'the same, elsewhere').toEqual([])
    await signInFrom(owner, { agent: 'Strange/1', address: '203.0.113.66' })
    await signInFrom(owner, { agent: 'Strange/1', address: '203.0.113.66' })
    const news = await told(owner)
    expect(news).toHaveLength(1)
    expect(news[0]).toContain('Strange/1, 203.0.113.66')
  })

  test('makes its sign-in riskier, and so does an address that they did not come from before; the very first is neither', async () => {
    const owner = await member()
    const cookie = cookieOf(await signInFrom(owner, {}))
    await signInFrom(owner, {})
    await signInFrom(owner, { agent: 'Strange/1' })
    await signInFrom(owner, { cookie, address: '203.0.113.66' })
    await signInFrom(owner, { cookie, address: '203.0.113.66' })
    await signInFrom(owner, { agent: 'Strange/2', address: '203.0.113.67' })
    await signInFrom(
      await equip(world, await world.member({ id: owner.orgId }, 'basic_user', { mfaEnabled: false })),
      {},
    )
    const events = await trail(world, owner.orgId, 'auth.login_succeeded')
    expect(events.map(({ risk_factors, risk_level }) => [risk_level, ...risk_factors])).toEqual([
      ['low'],
      ['low'],
      ['low', 'new_device'],
      ['low', 'new_address'],
      ['low'],
      ['medium', 'new_address', 'new_device'],
      ['low'],
    ])
  })

  test('without cookies it is known by what it says it is and where', async () => {
    const owner = await member(true)
    for (const agent of ['Script/1', 'Script/1', 'Other/1']) {
      world.travel(30_000)
      const client = world.as({ token: '' } as never)
      const { challengeToken } = (await login(world, owner)).body.data
      const given = { challengeToken, method: 'totp', code: codeOf(world, owner.secret) }
      expect((await client.post('/api/auth/mfa/verify', given, { 'user-agent': agent })).status).toBe(200)
    }
    expect(await told(owner)).toHaveLength(1)
  })
})

describe('a second factor', () => {
  test('may be guessed ten times in all, however many challenges whoever has the password asks for', async () => {
    const owner = await member(true)
    const answers: number[] = []
    for (let i = 0; i < 4; i++) {
      const { challengeToken } = (await login(world, owner)).body.data
      for (let j = 0; j < 4; j++) {
        const given = { challengeToken, method: 'totp', code: '000000' }
        answers.push((await world.nobody.post('/api/auth/mfa/verify', given)).status)
      }
    }
    expect(answers.filter((status) => status === 401)).toHaveLength(10)
    expect(answers.filter((status) => status === 429)).toHaveLength(6)
  })
})

test('a hash of older parameters is replaced at the next sign-in, which tells of it', async () => {
  const person = await member()
  const { hash } = await import('@node-rs/argon2')
  const old = await hash(PASSWORD, { algorithm: 2, memoryCost: 8192, timeCost: 1, parallelism: 1 })
  await world.admin.query('update users set password_hash = $2 where id = $1', [person.id, old])
  expect((await signInFrom(person, {})).status).toBe(200)
  const stored = async () =>
    (await world.admin.query('select password_hash from users where id = $1', [person.id])).rows[0].password_hash
  expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const after = await stored()
  expect((await signInFrom(person, {})).status).toBe(200)
  expect(await stored()).toBe(after)
  expect(await trail(world, person.orgId, 'auth.password_rehashed')).toHaveLength(1)
})
