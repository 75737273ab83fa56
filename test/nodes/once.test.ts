import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newToken } from '../../src/credentials/one-time-token.ts'
import { tokenKinds } from '../../src/credentials/token-kinds.ts'
import { createAuthenticator } from '../support/authenticator.ts'
import { statusesOf } from '../support/caller.ts'
import type { Heard } from '../support/caller.ts'
import { challenges, codeOf, equip, PASSWORD, refreshTokenOf } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { INSTALL_MS } from '../support/redis-server.ts'
import { openTwoNodes, PUBLIC_URL } from '../support/two-nodes.ts'
import type { TwoNodes } from '../support/two-nodes.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const TIMES = 100

let world: World
let two: TwoNodes
let admin: Person
beforeAll(async () => {
  world = await createWorld({ PUBLIC_URL })
  two = await openTwoNodes(world, {})
  admin = await world.staff('super_admin')
}, INSTALL_MS)
afterAll(async () => {
  await two.close()
  await world.close()
})

const post = (url: string, body: object | null, token?: string, headers = {}): Promise<Heard> =>
  two.front.ask(url, { method: 'POST', headers, ...(body && { body }), ...(token !== undefined && { token }) })
const atOnce = (count: number, use: (i: number) => Promise<Heard>): Promise<Heard[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => use(i)))
const won = (answers: readonly Heard[]): Heard[] => answers.filter(({ status }) => status >= 200 && status < 300)
/** Refused as spent, held back as guessing, or shed for a moment. */
const LOST = new Set([401, 404, 409, 429, 503])

async function holder(): Promise<Person & Holder> {
  const person = await world.member(await world.customer(), 'admin')
  return { ...person, ...(await equip(world, person)) }
}
const verify = (challengeToken: string, method: string, code: string): Promise<Heard> =>
  post('/api/auth/mfa/verify', { challengeToken, method, code })

type Use = (i: number) => Promise<Heard>

const things: Readonly<Record<string, () => Promise<Use>>> = {
  'a code of an app, for as many sign-ins': async () => {
    const person = await holder()
    const tokens = await challenges(world, person, TIMES)
    const code = codeOf(world, person.secret)
    return (i) => verify(tokens[i] ?? '', 'totp', code)
  },
  'a recovery code, for as many sign-ins': async () => {
    const person = await holder()
    const tokens = await challenges(world, person, TIMES)
    return (i) => verify(tokens[i] ?? '', 'recovery_code', person.recoveryCodes[0] ?? '')
  },
  'a step between password and session': async () => {
    const person = await holder()
    const [token = ''] = await challenges(world, person, 1)
    return (i) => verify(token, 'recovery_code', person.recoveryCodes[i % 10] ?? '')
  },
  'an invitation': async () => {
    const invited = { email: 'once@example.com', firstName: 'Ada', lastName: 'Given', role: 'technician' }
    const { body } = await post('/api/users', invited, admin.token)
    const token = body.data.invitationUrl.split('/').at(-1)
    return (i) => post(`/api/auth/invitations/${token}/accept`, { password: `${PASSWORD} no ${i}` })
  },
  'the link of a forgotten password': async () => {
    const person = await holder()
    const { token, hash } = newToken(tokenKinds.passwordReset)
    await world.admin.query(
      `insert into password_resets (org_id, id, user_id, token_hash, created_at, expires_at)
       values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour')`,
      [person.orgId, person.id, hash],
    )
    return (i) => post('/api/auth/password/reset', { token, newPassword: `${PASSWORD} no ${i}` })
  },
  'the way to a first second factor': async () => {
    const person = await world.member(await world.customer(), 'admin', { mfaEnabled: false })
    await equip(world, person)
    const held = await post('/api/auth/login', { email: person.email, password: PASSWORD })
    const { enrollmentToken } = held.body.data
    const { secret } = (await post('/api/auth/mfa/setup', null, enrollmentToken)).body.data
    return () => post('/api/auth/mfa/enable', { code: codeOf(world, secret) }, enrollmentToken)
  },
  'a code to step up': async () => {
    const person = await holder()
    const code = codeOf(world, person.secret)
    return () => post('/api/auth/step-up', { code }, person.token)
  },
  'an answer of a passkey': async () => {
    const person = await holder()
    const key = createAuthenticator(PUBLIC_URL)
    const asked = (await post('/api/auth/passkeys/options', null, person.token)).body.data
    await post('/api/auth/passkeys', { credential: key.create(asked) }, person.token)
    const credential = key.get((await post('/api/auth/passkeys/sign-in/options', null)).body.data)
    return () => post('/api/auth/passkeys/sign-in', { credential })
  },
}

describe.each(Object.entries(things))('%s', (_, make) => {
  test('used 100 times at once on two nodes, is good for one', async () => {
    const answers = await atOnce(TIMES, await make())
    expect(won(answers)).toHaveLength(1)
    const others = statusesOf(answers).difference(new Set([200, 201]))
    expect(others.isSubsetOf(LOST), [...others].join()).toBe(true)
  })
})

test('as many different ones at once are all good', async () => {
  const person = await holder()
  const tokens = await challenges(world, person, 8)
  const answers = await atOnce(8, (i) => verify(tokens[i] ?? '', 'recovery_code', person.recoveryCodes[i] ?? ''))
  expect(won(answers)).toHaveLength(8)
})

test('a refresh token, used 100 times at once on two nodes, has one successor', async () => {
  const person = await world.member(await world.customer(), 'basic_user')
  const refreshToken = await refreshTokenOf(world, person)
  const answers = await atOnce(TIMES, () => post('/api/auth/refresh', { refreshToken }))
  expect(new Set(won(answers).map(({ body }) => body.data.refreshToken)).size).toBe(1)
  expect(statusesOf(answers).isSubsetOf(new Set([200, 503]))).toBe(true)
})

test('an Idempotency-Key, used 100 times at once on two nodes, makes one thing', async () => {
  const headers = { 'idempotency-key': 'one-hundred-at-once' }
  const answers = await atOnce(TIMES, () => post('/api/organizations', { name: 'Once Ltd' }, admin.token, headers))
  const made = won(answers)
  expect(made.filter((answer) => answer.headers['idempotency-replayed'] === undefined)).toHaveLength(1)
  expect(new Set(made.map(({ body }) => body.data.id)).size).toBe(1)
  const refusals = new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.error))
  expect(refusals.isSubsetOf(new Set(['idempotency_key_in_use', 'unavailable']))).toBe(true)
  const { rows } = await world.admin.query(`select from organizations where name = 'Once Ltd'`)
  expect(rows).toHaveLength(1)
})

test('of the tokens that two nodes print at their first start, used 100 times at once, one makes the provider', async () => {
  const empty = await createWorld({ PUBLIC_URL })
  const starting = await openTwoNodes(empty, {})
  try {
    const tokens = starting.nodes.map((node) => /bst_[\w-]{43}/.exec(node.said())?.[0])
    expect(new Set(tokens).size).toBe(2)
    const answers = await atOnce(TIMES, async (i) => {
      const named = { firstName: 'Grace', lastName: 'Hopper', providerName: 'Harbour Security' }
      const body = { token: tokens[i % 2], email: `admin.${i}@provider.example`, password: PASSWORD, ...named }
      const node = starting.nodes[i % 2] ?? starting.nodes[0]
      return node.ask('/api/auth/bootstrap', { method: 'POST', body })
    })
    expect(won(answers)).toHaveLength(1)
    const others = statusesOf(answers).difference(new Set([201]))
    expect(others.isSubsetOf(new Set([409, 503]))).toBe(true)
    const { rows } = await empty.admin.query('select (select count(*)::int from organizations) as n')
    expect(rows[0].n).toBe(1)
  } finally {
    await starting.close()
    await empty.close()
  }
})
