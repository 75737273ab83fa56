import { afterEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { bootstrap } from '../../src/services/auth.service.ts'
import { codeOf, PASSWORD, untold } from '../support/credentials.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const worlds: World[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    expect(await untold(world)).toEqual([])
    await world.close()
  }
})

async function empty(environment: Record<string, string> = {}): Promise<World> {
  const world = await createWorld(environment)
  worlds.push(world)
  return world
}

const started = (world: World, environment: Record<string, string> = {}): Promise<string | null> =>
  bootstrap(world.house, readConfig(environment))
const tokenIn = (hint: string | null): string => /bst_[\w-]{43}/.exec(hint ?? '')?.[0] ?? ''
const first = {
  email: 'grace@provider.example',
  password: PASSWORD,
  firstName: 'Grace',
  lastName: 'Hopper',
  providerName: 'Harbour Security',
}
const named = {
  BOOTSTRAP_ADMIN_EMAIL: first.email,
  BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
}
const state = async (world: World): Promise<any> => {
  const { rows } = await world.admin.query(
    `select (select count(*)::int from organizations) as organizations, (select count(*)::int from users) as users,
            (select count(*)::int from audit_logs) as events`,
  )
  return rows[0]
}
const nothing = { organizations: 0, users: 0, events: 0 }

describe('an empty installation', () => {
  test('is set up by whoever holds the printed token, who then signs in and sets up their second factor', async () => {
    const world = await empty()
    const required = async () => (await world.nobody.get('/api/auth/bootstrap')).body.data
    expect(await required()).toEqual({ required: true })
    const hint = await started(world)
    expect(hint).toContain('http://localhost:8080')
    const { status, body } = await world.nobody.post('/api/auth/bootstrap', { token: tokenIn(hint), ...first })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({
      organization: { name: 'Harbour Security', type: 'mss_provider', status: 'active' },
      user: { email: first.email, firstName: 'Grace', role: 'super_admin', status: 'active', mfaEnabled: false },
    })
    expect(JSON.stringify(body)).not.toMatch(/argon2|token|password/i)
    expect(await required()).toEqual({ required: false })
    const { rows } = await world.admin.query('select action, org_id, resource_id, user_id from audit_logs')
    const { id } = body.data.organization
    expect(rows).toEqual([{ action: 'provider.created', org_id: id, resource_id: id, user_id: null }])

    const { email, password } = first
    const held = (await world.nobody.post('/api/auth/login', { email, password })).body.data
    const enrolling = world.as({ token: held.enrollmentToken } as never)
    const { secret } = (await enrolling.post('/api/auth/mfa/setup')).body.data
    const enabled = await enrolling.post('/api/auth/mfa/enable', { code: codeOf(world, secret) })
    const me = world.as({ token: enabled.body.data.accessToken } as never)
    expect(await me.get(`/api/organizations/${id}`)).toMatchObject({ status: 200, body: { data: { id } } })
    expect((await me.post('/api/organizations', { name: 'First customer' })).status).toBe(201)
  })

  test('401: a wrong token, one of another start, and any where none was printed', async () => {
    const world = await empty()
    const post = (token: string) => world.nobody.post('/api/auth/bootstrap', { token, ...first })
    const refused = { status: 401, body: { error: 'invalid_credentials' } }
    expect(await post(`bst_${'A'.repeat(43)}`)).toMatchObject(refused)
    const [older, newest] = [tokenIn(await started(world)), tokenIn(await started(world))]
    expect(newest).not.toBe(older)
    for (const token of [older, newest.slice(0, -1), `${newest}A`, newest.toUpperCase()]) {
      expect(await post(token)).toMatchObject(refused)
    }
    expect(await state(world)).toEqual(nothing)
    expect((await post(newest)).status).toBe(201)
  })

  test('400: a password that breaks the rules, a name that is missing, a field too many; the token stays good', async () => {
    const world = await empty()
    const token = tokenIn(await started(world))
    for (const change of [
      { password: 'too short' },
      { password: 'Harbour Security' },
      { firstName: undefined },
      { role: 'super_admin' },
      { email: 'nobody' },
    ]) {
      const { status, body } = await world.nobody.post('/api/auth/bootstrap', { token, ...first, ...change })
      expect(status, JSON.stringify(change)).toBe(400)
      expect(body.error).toBe('validation_failed')
    }
    expect(await state(world)).toEqual(nothing)
    expect((await world.nobody.post('/api/auth/bootstrap', { token, ...first })).status).toBe(201)
  })

  test('20 at once: exactly one makes the provider; after that it is done, right token or not', async () => {
    const world = await empty()
    const token = tokenIn(await started(world))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        world.nobody.post('/api/auth/bootstrap', { token, ...first, email: `admin.${i}@provider.example` }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const done = { status: 409, body: { error: 'already_bootstrapped' } }
    for (const answer of answers.filter(({ status }) => status !== 201)) expect(answer).toMatchObject(done)
    expect(await state(world)).toEqual({ organizations: 1, users: 1, events: 1 })
    for (const given of [token, 'bst_x']) {
      expect(await world.nobody.post('/api/auth/bootstrap', { token: given, ...first })).toMatchObject(done)
    }
    expect(await started(world), 'nothing is printed any more').toBeNull()
  })
})

describe('an environment that names the first administrator', () => {
  test('has made them when the server listens', async () => {
    const world = await empty()
    expect(await started(world, { ...named, BOOTSTRAP_PROVIDER_NAME: 'Harbour Security' })).toBeNull()
    const { rows } = await world.admin.query(
      'select o.name, u.role, u.status from organizations o join users u on u.org_id = o.id',
    )
    expect(rows).toEqual([{ name: 'Harbour Security', role: 'super_admin', status: 'active' }])
    const { body } = await world.nobody.post('/api/auth/login', { email: first.email, password: PASSWORD })
    expect(body.data).toMatchObject({ mfaEnrollmentRequired: true })
    expect((await world.nobody.get('/api/auth/bootstrap')).body.data).toEqual({ required: false })
  })

  test('changes nothing at the next start, whatever it names', async () => {
    const world = await empty()
    await started(world, named)
    const before = await state(world)
    expect(await started(world, { ...named, BOOTSTRAP_ADMIN_EMAIL: 'eve@provider.example' })).toBeNull()
    expect(await started(world, { ...named, BOOTSTRAP_ADMIN_PASSWORD: 'short' })).toBeNull()
    expect(await state(world)).toEqual(before)
  })

  test.each(['short', 'passwordpassword', 'grace@provider.example'])(
    'stops the start at a password that breaks the rules, without showing it: %s',
    async (password) => {
      const world = await empty()
      const error = await started(world, { ...named, BOOTSTRAP_ADMIN_PASSWORD: password }).catch((thrown) => thrown)
      expect(error).toMatchObject({ message: expect.stringMatching(/^BOOTSTRAP_ADMIN_PASSWORD: Must /) })
      expect(error.constructor.name).toBe('FirstStartError')
      expect(error.message).not.toContain(password)
      expect(await state(world)).toEqual(nothing)
    },
  )

  test('starts several servers at once on one database: one provider, and none fails', async () => {
    const world = await empty()
    const hints = await Promise.all(Array.from({ length: 8 }, () => started(world, named)))
    expect(hints).toEqual(Array.from({ length: 8 }, () => null))
    expect(await state(world)).toEqual({ organizations: 1, users: 1, events: 1 })
  })
})
