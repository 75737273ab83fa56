import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { newToken } from '../../src/credentials/one-time-token.ts'
import { PASSWORD, trail, untold } from '../support/credentials.ts'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const HOUR = 3_600_000

let world: World
let inviter: Person
beforeAll(async () => {
  world = await createWorld()
  inviter = await world.staff('super_admin')
})
afterAll(async () => {
  expect(await untold(world)).toEqual([])
  await world.close()
})

interface Invited {
  id: string
  email: string
  token: string
  customer: Customer
}

async function invite(customer?: Customer, email = `${uuidv7()}@example.com`): Promise<Invited> {
  const organization = customer ?? (await world.customer())
  const { status, body } = await world.as(inviter).post('/api/users', {
    email,
    firstName: 'Ada',
    lastName: 'Given',
    role: 'basic_user',
    organizationId: organization.id,
  })
  if (status !== 201) throw new Error(`could not invite: ${JSON.stringify(body)}`)
  const { id, invitationUrl } = body.data
  return { id, email, token: invitationUrl.split('/').at(-1), customer: organization }
}

const look = (token: string): Promise<Answer> => world.nobody.get(`/api/auth/invitations/${token}`)
const accept = (token: string, given: object = { password: PASSWORD }): Promise<Answer> =>
  world.nobody.post(`/api/auth/invitations/${token}/accept`, given)
const signIn = (email: string, password = PASSWORD): Promise<Answer> =>
  world.nobody.post('/api/auth/login', { email, password })
/** How many wait for a lock. */
const waiting = async (): Promise<number> => {
  const { rows } = await world.admin.query(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0].n
}
/** Holds the person's row until so many wait for it, changes something, and lets them go. */
async function whileLocked<T>(userId: string, count: number, work: () => Promise<T>, change?: string): Promise<T> {
  const holding = await world.admin.connect()
  try {
    await holding.query('begin')
    await holding.query('select from users where id = $1 for update', [userId])
    const working = work()
    await expect.poll(waiting, { timeout: 4000 }).toBe(count)
    if (change) await holding.query(change, [userId])
    await holding.query('commit')
    return await working
  } finally {
    holding.release(true)
  }
}
const missing = { status: 404, body: { success: false, error: 'not_found' } }

describe('an invitation', () => {
  test('tells what it is for, and no more', async () => {
    const { email, token, customer } = await invite()
    expect((await look(token)).body.data).toEqual({
      email,
      organization: { id: customer.id, name: customer.name, type: 'customer' },
      role: 'basic_user',
      expiresAt: expect.stringMatching(/Z$/),
      invitedBy: { firstName: expect.any(String), lastName: expect.any(String) },
    })
  })

  test('accepted with a password, the person signs in with it; it is in the trail as theirs', async () => {
    const { id, email, token, customer } = await invite()
    expect((await signIn(email)).status, 'nobody signs in before').toBe(401)
    const { status, body } = await accept(token)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ id, email, status: 'active', firstName: 'Ada', lastName: 'Given' })
    expect(body.data).not.toHaveProperty('accessToken')
    expect((await signIn(email)).body.data.user).toMatchObject({ id, organizationId: customer.id })
    expect(await trail(world, customer.id, 'user.invitation_accepted')).toMatchObject([
      { user_id: id, resource_id: id, changes: { before: { status: 'invited' }, after: { status: 'active' } } },
    ])
    const { rows } = await world.admin.query('select password_hash from users where id = $1', [id])
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('the person may correct their name', async () => {
    const { token } = await invite()
    const { body } = await accept(token, { password: PASSWORD, firstName: 'Adaline', lastName: 'Taken' })
    expect(body.data).toMatchObject({ firstName: 'Adaline', lastName: 'Taken' })
  })

  test('their password is the same however its letters are composed later', async () => {
    const { email, token } = await invite()
    const password = 'd\u00e9j\u00e0 vu, sagt Grossvater'
    expect((await accept(token, { password: password.normalize('NFD') })).status).toBe(200)
    expect((await signIn(email, password)).status).toBe(200)
  })

  test('works once', async () => {
    const { token } = await invite()
    expect((await accept(token)).status).toBe(200)
    expect(await accept(token)).toMatchObject(missing)
    expect(await look(token)).toMatchObject(missing)
  })

  test('20 at once: one accepts, and only that password is good', async () => {
    const { id, email, token } = await invite()
    const passwords = Array.from({ length: 20 }, (_, i) => `correct horse battery staple ${i}`)
    const answers = await Promise.all(passwords.map((password) => accept(token, { password })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 404]))
    const winner = answers.findIndex(({ status }) => status === 200)
    expect((await signIn(email, passwords[winner])).status).toBe(200)
    expect((await signIn(email, passwords[(winner + 1) % 20])).status).toBe(401)
    const { rows } = await world.admin.query(
      `select from audit_logs where action = 'user.invitation_accepted' and resource_id = $1`,
      [id],
    )
    expect(rows).toHaveLength(1)
  })

  test('two of them for one person at once: one is accepted, and then neither is any good', async () => {
    const { id, token, customer } = await invite()
    const second = newToken('inv_')
    await world.admin.query(
      `insert into invitations (org_id, id, user_id, token_hash, created_at, expires_at)
       values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour')`,
      [customer.id, id, second.hash],
    )
    const answers = await whileLocked(id, 2, () => Promise.all([accept(token), accept(second.token)]))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 404])
    for (const one of [token, second.token]) expect(await look(one)).toMatchObject(missing)
    expect(await trail(world, customer.id, 'user.invitation_accepted')).toHaveLength(1)
  })

  test('404: withdrawn at the very moment, nobody becomes active by it', async () => {
    const { id, token } = await invite()
    const withdraw = `update invitations set expires_at = created_at where user_id = $1`
    const answer = await whileLocked(id, 1, () => accept(token), withdraw)
    expect(answer).toMatchObject(missing)
    const { rows } = await world.admin.query('select status, password_hash from users where id = $1', [id])
    expect(rows).toEqual([{ status: 'invited', password_hash: null }])
  })

  test('is good for 24 hours, and not a moment longer', async () => {
    const away = await createWorld()
    try {
      const admin = await away.staff('super_admin')
      const customer = await away.customer()
      const tokens: string[] = []
      for (const email of ['early@example.com', 'late@example.com']) {
        const given = { email, firstName: 'Ada', lastName: 'Given', role: 'basic_user', organizationId: customer.id }
        const { body } = await away.as(admin).post('/api/users', given)
        tokens.push(body.data.invitationUrl.split('/').at(-1))
      }
      away.travel(24 * HOUR - 5000)
      const acceptAt = (token?: string) =>
        away.nobody.post(`/api/auth/invitations/${token}/accept`, { password: PASSWORD })
      expect((await acceptAt(tokens[0])).status).toBe(200)
      away.travel(5000)
      expect(await acceptAt(tokens[1])).toMatchObject(missing)
      expect(await away.nobody.get(`/api/auth/invitations/${tokens[1]}`)).toMatchObject(missing)
    } finally {
      await away.close()
    }
  })

  test('404: unknown, misspelt, of another kind, for somebody deleted, into an organization that is not active', async () => {
    const [gone, suspended, deleted] = [await invite(), await invite(), await invite()]
    await world.admin.query(`update users set status = 'deleted' where id = $1`, [gone.id])
    await world.admin.query(`update organizations set status = 'suspended' where id = $1`, [suspended.customer.id])
    await world.admin.query(`update organizations set status = 'deleted' where id = $1`, [deleted.customer.id])
    const { token } = await invite()
    const changed = `${token.slice(0, 10)}${token[10] === 'A' ? 'B' : 'A'}${token.slice(11)}`
    const tokens = [`inv_${'A'.repeat(43)}`, changed, `mfa_${token.slice(4)}`, token.slice(4), 'x']
    for (const one of [...tokens, gone.token, suspended.token, deleted.token]) {
      const [looked, accepted] = [await look(one), await accept(one)]
      expect(looked, one).toMatchObject(missing)
      expect(accepted, one).toMatchObject(missing)
      expect(looked.body).toEqual(accepted.body)
    }
    await world.admin.query(`update organizations set status = 'active' where id = $1`, [suspended.customer.id])
    expect((await accept(suspended.token)).status).toBe(200)
  })

  test('409: an address has one account; whoever accepts second learns it, and their invitation stays', async () => {
    const email = `${uuidv7()}@example.com`
    const [one, other] = [
      await invite(await world.customer(), email),
      await invite(await world.customer(), email.toUpperCase()),
    ]
    expect((await accept(one.token)).status).toBe(200)
    expect(await accept(other.token)).toMatchObject({ status: 409, body: { error: 'email_taken' } })
    expect((await look(other.token)).status).toBe(200)
    expect(await trail(world, other.customer.id, 'user.invitation_accepted')).toEqual([])
    const together = `${uuidv7()}@example.com`
    const racing = [await invite(await world.customer(), together), await invite(await world.customer(), together)]
    const answers = await Promise.all(racing.map(({ token }) => accept(token)))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409])
  })
})

describe('400: a password that breaks the rules,', () => {
  test.each([
    ['too short', 'fourteen chars'],
    ['too long', 'a long word '.repeat(22)],
    ['common', 'passwordpassword'],
    ['made of one’s name', 'ada.given.given.ada'],
    ['empty', ''],
    ['without end', 'x'.repeat(1025)],
  ])('%s: nothing is accepted, and the fault is named', async (_, password) => {
    const { token } = await invite()
    const { status, body } = await accept(token, { password })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      error: 'validation_failed',
      details: [{ path: 'password', message: expect.any(String) }],
    })
    expect((await look(token)).status).toBe(200)
  })

  test('made of the name that the person gives, or of the organization’s', async () => {
    const { token } = await invite(await world.customer({ name: 'Thunderbolt Fisheries' }))
    for (const given of [
      { password: 'Wolfeschlegel Hubert', firstName: 'Hubert', lastName: 'Wolfeschlegel' },
      { password: 'Thunderbolt Fisheries' },
    ]) {
      expect((await accept(token, given)).status).toBe(400)
    }
  })

  test.each([
    [{}],
    [{ password: PASSWORD, role: 'admin' }],
    [{ password: PASSWORD, email: 'other@example.com' }],
    [null],
  ])('or %j', async (given) => {
    const { token } = await invite()
    expect((await accept(token, given as never)).status).toBe(400)
  })
})

test('an invitation gives an admin no way around the second factor', async () => {
  const customer = await world.customer()
  const { body } = await world.as(inviter).post('/api/users', {
    email: 'first.admin@example.com',
    firstName: 'First',
    lastName: 'Admin',
    role: 'admin',
    organizationId: customer.id,
  })
  await accept(body.data.invitationUrl.split('/').at(-1))
  expect((await signIn('first.admin@example.com')).body.data).toMatchObject({ mfaEnrollmentRequired: true })
})
