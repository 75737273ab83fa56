import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deriveKey } from '../../src/credentials/master-key.ts'
import { newToken } from '../../src/credentials/one-time-token.ts'
import { signingKeyFromSeed } from '../../src/credentials/signing-key.ts'
import { tokenKinds } from '../../src/credentials/token-kinds.ts'
import { bootstrap } from '../../src/services/auth.service.ts'
import { readConfig } from '../../src/config.ts'
import { challenges, codeOf, equip, PASSWORD, refreshTokenOf } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import { MASTER_KEY } from '../support/database-server.ts'
import type { Person } from '../support/factories.ts'
import { freePort } from '../support/free-port.ts'
import { forgeTokens } from '../support/forged-tokens.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const PUBLIC_URL = 'https://soc.example.com'

let world: World
let person: Person & Holder
let firstStart: string
beforeAll(async () => {
  world = await createWorld({ PUBLIC_URL })
  firstStart = /bst_[\w-]{43}/.exec((await bootstrap(world.house, readConfig({}))) ?? '')?.[0] ?? ''
  const member = await world.member(await world.customer(), 'admin')
  person = { ...member, ...(await equip(world, member)) }
})
afterAll(() => world.close())

/** What this process connected to while it worked. */
async function connectionsOf(work: () => Promise<unknown>): Promise<number> {
  let made = 0
  const count = (): void => void made++
  subscribe('net.client.socket', count)
  try {
    await work()
  } finally {
    unsubscribe('net.client.socket', count)
  }
  return made
}

const keyOf = (generation: number) =>
  signingKeyFromSeed(deriveKey(Buffer.from(MASTER_KEY, 'base64'), `access token signing ${generation}`))
const bearer = (token: string) => world.as({ token } as never)
const asBearer = (token: string): Promise<Answer> => bearer(token).get('/api/users/profile')

function tokens() {
  return forgeTokens({
    key: keyOf(1),
    retired: keyOf(9),
    stranger: signingKeyFromSeed(Buffer.alloc(32, 3)),
    parties: { issuer: PUBLIC_URL, audience: PUBLIC_URL },
    subject: { sub: person.id, sid: person.sessionId },
    now: world.house.clock(),
  })
}

/** What a header can carry, and what does not become good while the others are asked. */
async function sendable(): Promise<[string, string][]> {
  const made: [string, string][] = []
  for (const [group, corpus] of Object.entries(tokens().forged)) {
    for (const [name, make] of Object.entries(corpus)) {
      const token = await make()
      if (/^[\x21-\x7e]{1,8000}$/.test(token) && !name.includes('six seconds')) made.push([`${group}: ${name}`, token])
    }
  }
  return made
}

describe('an access token', () => {
  test('that is what it says it is, is taken', async () => {
    for (const make of Object.values(tokens().genuine)) expect((await asBearer(await make())).status).toBe(200)
  })

  test('forged in any of more than a hundred ways is refused, and nobody is asked about it', async () => {
    const forged = await sendable()
    expect(forged.length).toBeGreaterThan(100)
    const connections = await connectionsOf(async () => {
      for (const [name, token] of forged) {
        expect(await asBearer(token), name).toMatchObject({ status: 401, body: { error: 'unauthenticated' } })
      }
    })
    expect(connections).toBe(0)
  })

  test('(a connection would have been noticed)', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    expect(await connectionsOf(() => fetch(nowhere).catch(() => null))).toBeGreaterThan(0)
  })
})

/** One of each kind, good in its own place. */
async function oneOfEach(): Promise<Record<string, string>> {
  const [reset, invitation, enrollment] = [
    newToken(tokenKinds.passwordReset),
    newToken(tokenKinds.invitation),
    newToken(tokenKinds.enrollment),
  ]
  const held = await world.member({ id: person.orgId }, 'admin', { mfaEnabled: false })
  const invited = await world.member({ id: person.orgId }, 'basic_user', { status: 'invited', mfaEnabled: false })
  const values = `values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour')`
  const rows = [
    [
      `insert into password_resets (org_id, id, user_id, token_hash, created_at, expires_at) ${values}`,
      person.id,
      reset,
    ],
    [
      `insert into invitations (org_id, id, user_id, token_hash, created_at, expires_at) ${values}`,
      invited.id,
      invitation,
    ],
    [
      `insert into auth_challenges (org_id, id, user_id, token_hash, created_at, expires_at, purpose)
       values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour', 'enrollment')`,
      held.id,
      enrollment,
    ],
  ] as const
  for (const [insert, userId, { hash }] of rows) await world.admin.query(insert, [person.orgId, userId, hash])
  const signedIn = await world.nobody.post('/api/auth/login?transport=cookie', {
    email: (await withoutFactor()).email,
    password: PASSWORD,
  })
  const device = /castellan_device=([^;]+)/.exec(String(signedIn.headers['set-cookie']))?.[1] ?? ''
  return {
    access: person.token,
    refresh: await refreshTokenOf(world, person),
    challenge: (await challenges(world, person, 1))[0] ?? '',
    enrollment: enrollment.token,
    invitation: invitation.token,
    'first start': firstStart,
    reset: reset.token,
    device,
    passkey: (await world.nobody.post('/api/auth/passkeys/sign-in/options')).body.data.challenge,
  }
}

async function withoutFactor(): Promise<Holder> {
  return equip(world, await world.member(await world.customer(), 'basic_user', { mfaEnabled: false }))
}

const post = (url: string, body?: object, headers = {}): Promise<Answer> => world.nobody.post(url, body, headers)
const FIRST = {
  email: 'first@example.com',
  password: PASSWORD,
  firstName: 'Ada',
  lastName: 'First',
  providerName: 'Provider',
}

/** Where each is good. */
const places: Record<string, (token: string) => Promise<Answer>> = {
  access: asBearer,
  'new recovery codes': (token) => bearer(token).post('/api/auth/mfa/recovery-codes', { code: '000000' }),
  'signing out': (token) => bearer(token).post('/api/auth/logout'),
  refresh: (refreshToken) => post('/api/auth/refresh', { refreshToken }),
  'refresh, as a cookie': (token) =>
    post('/api/auth/refresh?transport=cookie', undefined, { cookie: `__Host-castellan_refresh=${token}` }),
  challenge: (challengeToken) =>
    post('/api/auth/mfa/verify', { challengeToken, method: 'totp', code: codeOf(world, person.secret) }),
  enrollment: (token) => bearer(token).post('/api/auth/mfa/setup'),
  'end of enrollment': (token) => bearer(token).post('/api/auth/mfa/enable', { code: '000000' }),
  'look at an invitation': (token) => world.nobody.get(`/api/auth/invitations/${token}`),
  invitation: (token) => post(`/api/auth/invitations/${token}/accept`, { password: PASSWORD }),
  'first start': (token) => post('/api/auth/bootstrap', { token, ...FIRST }),
  reset: (token) => post('/api/auth/password/reset', { token, newPassword: `${PASSWORD} anew` }),
}

/** In a path, what is too long for any token is not even looked for. */
function refusalAt(place: string, token: string): number {
  if (!place.endsWith('invitation')) return 401
  return token.length > 256 ? 400 : 404
}

/** Where one is good besides. */
const alsoGood: Record<string, readonly string[]> = {
  'new recovery codes': ['access'],
  'signing out': ['access'],
  'refresh, as a cookie': ['refresh'],
  enrollment: ['access'],
  'end of enrollment': ['access', 'enrollment'],
  'look at an invitation': ['invitation'],
}

describe('a token of one kind', () => {
  test('is refused in every place of another, and is good in its own', async () => {
    const kinds = Object.entries(await oneOfEach())
    let swaps = 0
    for (const [place, present] of Object.entries(places)) {
      const foreign = kinds.filter(([kind]) => kind !== place && !alsoGood[place]?.includes(kind))
      for (const [kind, token] of foreign) {
        const { status } = await present(token)
        expect(status, `${kind} at ${place}`).toBe(refusalAt(place, token))
      }
      swaps += foreign.length
    }
    expect(swaps).toBeGreaterThanOrEqual(80)
    for (const [kind, token] of kinds.filter(([name]) => name in places)) {
      const own = await places[kind]?.(token)
      expect(own?.status, `${kind}: ${JSON.stringify(own?.body)}`).toBeLessThan(300)
    }
  })
})
