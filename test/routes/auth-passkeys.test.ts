import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import type { Authenticator } from '../support/authenticator.ts'
import { signedInNow } from '../support/clock.ts'
import { codeOf, equip, login, PASSWORD, trail, untold } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const PUBLIC_URL = 'https://soc.example.com'
const MINUTE = 60_000
const wrong = { status: 401, body: { error: 'invalid_credentials' } }

let world: World
beforeAll(async () => {
  world = await createWorld({ PUBLIC_URL })
  await world.provider()
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

interface Owner extends Person, Holder {
  key: Authenticator
  passkeyId: string
}

const options = async (person: Person): Promise<any> =>
  (await world.as(person).post('/api/auth/passkeys/options')).body.data
const challenge = async (): Promise<any> => (await world.nobody.post('/api/auth/passkeys/sign-in/options')).body.data
const add = (person: Person, credential: object, more = {}): Promise<Answer> =>
  world.as(person).post('/api/auth/passkeys', { credential, ...more })
const signInWith = (credential: object): Promise<Answer> =>
  world.nobody.post('/api/auth/passkeys/sign-in', { credential })

async function holder(): Promise<Person & Holder> {
  const person = await world.member(await world.customer(), 'admin')
  return { ...person, ...(await equip(world, person)), ...(await signedInNow(world, person)) }
}

async function owner(): Promise<Owner> {
  const person = await holder()
  const key = createAuthenticator(PUBLIC_URL)
  const added = await add(person, key.create(await options(person)))
  expect(added.status, JSON.stringify(added.body)).toBe(201)
  return { ...person, key, passkeyId: added.body.data.id }
}

describe('adding a passkey', () => {
  test('one that is discoverable and asks who uses it; it is listed, told of and in the trail', async () => {
    const person = await holder()
    const asked = await options(person)
    expect(asked).toMatchObject({
      rp: { id: 'soc.example.com', name: 'Castellan' },
      user: { name: person.email },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [],
    })
    const key = createAuthenticator(PUBLIC_URL)
    const { status, body } = await add(person, key.create(asked), { name: 'My laptop' })
    expect(status).toBe(201)
    expect(body.data).toEqual({
      id: expect.any(String),
      name: 'My laptop',
      backedUp: false,
      createdAt: expect.any(String),
      lastUsedAt: null,
    })
    expect((await world.as(person).get('/api/auth/passkeys')).body.data).toEqual([body.data])
    expect((await options(person)).excludeCredentials).toMatchObject([{ id: key.id }])
    expect(await trail(world, person.orgId, 'auth.passkey_added')).toMatchObject([{ user_id: person.id }])
    const { rows } = await world.admin.query('select kind from notifications where user_id = $1', [person.id])
    expect(rows).toEqual([{ kind: 'credentials_changed' }])
  })

  test.each([
    ['of another origin', { origin: 'https://soc.example.com.evil.example' }],
    ['for another name', { rpId: 'example.com' }],
    ['whose user was not verified', { verified: false }],
    ['of another ceremony', { type: 'webauthn.get' }],
  ])('400: an answer %s', async (_, than) => {
    const person = await holder()
    const answer = await add(person, createAuthenticator(PUBLIC_URL).create(await options(person), than))
    expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'credential' }] } })
  })

  test('400: an answer to a challenge of somebody else, of signing in, made up, or over', async () => {
    const person = await holder()
    const key = createAuthenticator(PUBLIC_URL)
    const late = await options(person)
    for (const asked of [await options(await holder()), await challenge(), { challenge: 'A'.repeat(72) }]) {
      expect((await add(person, key.create(asked))).status).toBe(400)
    }
    world.travel(5 * MINUTE)
    expect((await add(await signedInNow(world, person), key.create(late))).status).toBe(400)
  })

  test('409: one that is known, also to somebody else; of 20 at once one is added', async () => {
    const [person, other] = [await holder(), await holder()]
    const key = createAuthenticator(PUBLIC_URL)
    const asked = await options(person)
    const answers = await Promise.all(Array.from({ length: 20 }, () => add(person, key.create(asked))))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map(({ body }) => body.error))).toEqual(new Set([undefined, 'passkey_known']))
    expect((await add(other, key.create(await options(other)))).body.error).toBe('passkey_known')
  })

  test('needs a fresh proof, and a second factor that can be typed', async () => {
    const person = await holder()
    const without = await world.member(await world.customer(), 'basic_user', { mfaEnabled: false })
    const client = world.as(await signedInNow(world, without))
    expect((await client.post('/api/auth/passkeys/options')).body.error).toBe('mfa_not_set_up')
    world.travel(5 * MINUTE + 1000)
    expect((await world.as(person).post('/api/auth/passkeys/options')).body.error).toBe('step_up_required')
  })
})

describe('signing in with a passkey', () => {
  test('takes nothing else, counts as a second factor, and is in the trail', async () => {
    const person = await owner()
    const { status, body } = await signInWith(person.key.get(await challenge()))
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.data).toMatchObject({ tokenType: 'Bearer', user: { id: person.id } })
    expect((await world.as({ token: body.data.accessToken } as never).get('/api/auth/sessions')).status).toBe(200)
    const [event] = await trail(world, person.orgId, 'auth.login_succeeded')
    expect(event).toMatchObject({ user_id: person.id, details: { by: 'passkey' } })
    const [listed] = (await world.as(person).get('/api/auth/passkeys')).body.data
    expect(listed.lastUsedAt).not.toBeNull()
  })

  test('one answer signs in once, also when it is sent 100 times at once', async () => {
    const person = await owner()
    const credential = person.key.get(await challenge())
    const answers = await Promise.all(Array.from({ length: 100 }, () => signInWith(credential)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]))
    expect(await signInWith(credential)).toMatchObject(wrong)
  })

  test('an authenticator that does not count is held to once as well', async () => {
    const person = await owner()
    const credential = person.key.get(await challenge(), { count: 0 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => signInWith(credential)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await signInWith(person.key.get(await challenge(), { count: 0 }))).status).toBe(200)
  })

  test.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['for another name', { rpId: 'evil.example' }],
    ['whose user was not verified', { verified: false }],
    ['of another ceremony', { type: 'webauthn.create' }],
    ['in the name of somebody else', { userHandle: Buffer.alloc(16, 1).toString('base64url') }],
  ])('401: an answer %s', async (_, than) => {
    const person = await owner()
    expect(await signInWith(person.key.get(await challenge(), than))).toMatchObject(wrong)
    expect((await trail(world, person.orgId, 'auth.login_failed')).at(-1)).toMatchObject({ outcome: 'failure' })
  })

  test('401: signed by another key, a copy that counts behind, a challenge that is made up, foreign or over', async () => {
    const person = await owner()
    const forged = {
      ...createAuthenticator(PUBLIC_URL).get(await challenge()),
      id: person.key.id,
      rawId: person.key.id,
    }
    expect(await signInWith(forged)).toMatchObject(wrong)
    expect((await signInWith(person.key.get(await challenge(), { count: 7 }))).status).toBe(200)
    expect(await signInWith(person.key.get(await challenge(), { count: 7 }))).toMatchObject(wrong)
    for (const asked of [await options(person), { challenge: 'A'.repeat(72) }, { challenge: '' }]) {
      expect(await signInWith(person.key.get(asked, { count: 99 }))).toMatchObject(wrong)
    }
    const late = await challenge()
    world.travel(5 * MINUTE)
    expect(await signInWith(person.key.get(late, { count: 99 }))).toMatchObject(wrong)
  })

  test('401: not known, removed, of who is suspended, or of a suspended organization', async () => {
    expect(await signInWith(createAuthenticator(PUBLIC_URL).get(await challenge()))).toMatchObject(wrong)
    const [removed, suspended, closed] = [await owner(), await owner(), await owner()]
    const gone = await world.as(removed).delete(`/api/auth/passkeys/${removed.passkeyId}`)
    expect(gone.status).toBe(200)
    expect(await trail(world, removed.orgId, 'auth.passkey_removed')).toHaveLength(1)
    await world.admin.query(`update users set status = 'suspended' where id = $1`, [suspended.id])
    await world.admin.query(`update organizations set status = 'suspended' where id = $1`, [closed.orgId])
    for (const { key } of [removed, suspended, closed]) {
      expect(await signInWith(key.get(await challenge()))).toMatchObject(wrong)
    }
  })
})

describe('a passkey as a second factor', () => {
  const verify = (challengeToken: string, credential: object): Promise<Answer> =>
    world.nobody.post('/api/auth/mfa/verify', { challengeToken, method: 'passkey', credential })

  test('is offered to who has one, and takes the place of a code', async () => {
    const [person, without] = [await owner(), await holder()]
    expect((await login(world, without)).body.data.methods).toEqual(['totp', 'recovery_code'])
    const { challengeToken, methods } = (await login(world, person)).body.data
    expect(methods).toEqual(['totp', 'recovery_code', 'passkey'])
    const { status, body } = await verify(challengeToken, person.key.get(await challenge()))
    expect(status).toBe(200)
    expect(body.data.user.id).toBe(person.id)
  })

  test('is the person’s own: nobody finishes a sign-in with somebody else’s', async () => {
    const [person, other] = [await owner(), await owner()]
    const { challengeToken } = (await login(world, person)).body.data
    expect(await verify(challengeToken, other.key.get(await challenge()))).toMatchObject(wrong)
    expect(await trail(world, person.orgId, 'auth.mfa_failed')).toMatchObject([{ details: { method: 'passkey' } }])
  })

  test('steps up, the own alone', async () => {
    const [person, other] = [await owner(), await owner()]
    world.travel(6 * MINUTE)
    const client = world.as(person)
    expect((await client.post('/api/auth/passkeys/options')).body.error).toBe('step_up_required')
    const foreign = other.key.get(await challenge())
    expect(await client.post('/api/auth/step-up', { credential: foreign })).toMatchObject(wrong)
    const own = person.key.get(await challenge())
    expect((await client.post('/api/auth/step-up', { credential: own })).status).toBe(200)
    expect((await client.post('/api/auth/passkeys/options')).status).toBe(200)
    expect(await client.post('/api/auth/step-up', { credential: own }), 'once').toMatchObject(wrong)
  })

  test('is gone with the second factor, given up or reset', async () => {
    const person = await world.member(await world.customer(), 'basic_user')
    const given = { ...person, ...(await equip(world, person)), ...(await signedInNow(world, person)) }
    const key = createAuthenticator(PUBLIC_URL)
    expect((await add(given, key.create(await options(given)))).status).toBe(201)
    const code = codeOf(world, given.secret)
    expect((await world.as(given).post('/api/auth/mfa/disable', { password: PASSWORD, code })).status).toBe(200)
    expect(await signInWith(key.get(await challenge()))).toMatchObject(wrong)
    const reset = await owner()
    const admin = await signedInNow(world, await world.staff('super_admin'))
    expect((await world.as(admin).post(`/api/users/${reset.id}/reset-mfa`)).status).toBe(200)
    expect(await signInWith(reset.key.get(await challenge()))).toMatchObject(wrong)
  })
})
