import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let acme: Customer
let other: Customer
let superAdmin: Person
let manager: Person
let admin: Person
beforeAll(async () => {
  world = await createWorld({ PUBLIC_URL: 'https://castellan.example' })
  acme = await world.customer({ name: 'Acme' })
  other = await world.customer({ name: 'Other' })
  superAdmin = await world.staff('super_admin')
  manager = await world.staff('account_manager')
  admin = await world.member(acme, 'admin')
})
afterAll(() => world.close())

let invited = 0
const invitation = (fields: object = {}) => ({
  email: `invited.${++invited}@example.com`,
  firstName: 'Ada',
  lastName: 'Lovelace',
  role: 'basic_user',
  ...fields,
})
const invite = (person: Person, fields: object = {}) => world.as(person).post('/api/users', invitation(fields))

const usersWith = async (email: string) =>
  (await world.admin.query('select id, org_id, role, status from users where email_normal = $1', [email.toLowerCase()]))
    .rows
const eventsAbout = async (id: string) =>
  (await world.admin.query('select action, org_id, user_id, changes from audit_logs where resource_id = $1', [id])).rows
const countOf = async (table: string) =>
  (await world.admin.query(`select count(*)::int as n from ${table}`)).rows[0].n as number

describe('201', () => {
  test('a customer admin invites into their organization, and passes on a link that carries what only the hash is kept of', async () => {
    const answer = await invite(admin, { email: 'Grace.Hopper@example.com' })
    expect(answer.status).toBe(201)
    const { invitationUrl, ...user } = answer.body.data
    expect(answer.headers['etag']).toBe('"1"')
    expect((await world.as(admin).get(`/api/users/${user.id}`)).headers['etag']).toBe('"1"')
    expect(user).toEqual({
      id: expect.any(String),
      organizationId: acme.id,
      email: 'Grace.Hopper@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      role: 'basic_user',
      status: 'invited',
      mfaEnabled: false,
      timezone: 'UTC',
      lastLoginAt: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: user.createdAt,
    })
    expect(invitationUrl).toMatch(/^https:\/\/castellan\.example\/invitations\/inv_[\w-]{43}$/)
    const { rows } = await world.admin.query(
      `select i.created_by, i.expires_at - i.created_at = interval '24 hours' as "forADay", i.accepted_at,
              i.token_hash = sha256(convert_to($2, 'utf8')) as "isHash"
         from invitations i where i.user_id = $1`,
      [user.id, invitationUrl.split('/').at(-1)],
    )
    expect(rows).toEqual([{ created_by: admin.id, forADay: true, accepted_at: null, isHash: true }])
  })

  test('exactly one event tells of it, by whom and in whose trail, without the token', async () => {
    const { body } = await invite(admin)
    const { invitationUrl, ...user } = body.data
    expect(await eventsAbout(user.id)).toEqual([
      { action: 'user.invited', org_id: acme.id, user_id: admin.id, changes: { before: null, after: user } },
    ])
    const { rows } = await world.admin.query('select 1 from audit_logs a where a::text like $1', [
      `%${invitationUrl.split('/').at(-1)}%`,
    ])
    expect(rows).toEqual([])
  })

  test('an account manager invites into a customer, in any role of a customer', async () => {
    for (const role of ['admin', 'report_viewer', 'request_user', 'basic_user']) {
      const answer = await invite(manager, { organizationId: acme.id, role })
      expect(answer).toMatchObject({ status: 201, body: { data: { organizationId: acme.id, role } } })
    }
  })

  test("a super admin's invitation is to the provider unless it names a customer", async () => {
    const provider = await world.provider()
    expect(await invite(superAdmin, { role: 'technician' })).toMatchObject({
      status: 201,
      body: { data: { organizationId: provider.id, role: 'technician' } },
    })
    expect(await invite(superAdmin, { role: 'admin', organizationId: acme.id })).toMatchObject({
      status: 201,
      body: { data: { organizationId: acme.id } },
    })
  })

  test('who has gone may be invited again', async () => {
    const left = await world.member(acme, 'basic_user', { status: 'deleted' })
    expect(await invite(admin, { email: left.email })).toMatchObject({ status: 201 })
  })
})

describe('400', () => {
  test.each([
    ['a provider role in a customer', () => acme.id, 'technician'],
    ['a customer role in the provider', () => undefined, 'admin'],
  ])('%s is refused with the reason', async (_, organizationId, role) => {
    const answer = await invite(superAdmin, { role, organizationId: organizationId() })
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed', details: [{ path: 'role' }] } })
  })

  test('a customer admin cannot make someone of the provider', async () => {
    for (const role of ['super_admin', 'technician', 'security_analyst', 'account_manager']) {
      const input = invitation({ role })
      const answer = await world.as(admin).post('/api/users', input)
      expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'role' }] } })
      expect(await usersWith(input.email)).toEqual([])
    }
  })

  test('an account manager names the customer', async () => {
    const answer = await invite(manager)
    expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'organizationId' }] } })
  })

  test('403 to an account manager for a role of the provider, with no organization named', async () => {
    for (const role of ['technician', 'super_admin'])
      expect(await invite(manager, { role })).toMatchObject({ status: 403, body: { error: 'forbidden' } })
  })

  test.each([
    ['id', uuidv7()],
    ['status', 'active'],
    ['mfaEnabled', true],
    ['passwordHash', 'x'],
    ['password_hash', 'x'],
    ['orgId', uuidv7()],
    ['org_type', 'mss_provider'],
    ['createdBy', uuidv7()],
    ['lastLoginAt', '2026-01-01T00:00:00.000Z'],
    ['__proto__', { role: 'super_admin' }],
  ])('the field %s is refused, and nothing is made', async (field, value) => {
    const input = invitation({ organizationId: acme.id })
    const text = JSON.stringify(input).replace(/\}$/, `,${JSON.stringify(field)}:${JSON.stringify(value)}}`)
    expect((await world.as(superAdmin).post('/api/users', text)).status).toBe(400)
    expect(await usersWith(input.email)).toEqual([])
  })

  test.each([
    ['email', 'nobody'],
    ['email', 'a@b.example\r\nBcc: c@d.example'],
    ['firstName', ' '],
    ['lastName', 'x'.repeat(101)],
    ['role', 'owner'],
    ['organizationId', 'acme'],
    ['organizationId', null],
  ])('a wrong %s is refused by its name (%#)', async (path, value) => {
    const answer = await invite(superAdmin, { [path]: value })
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed', details: [{ path }] } })
  })
})

test('401: nobody unknown invites', async () => {
  expect(await world.nobody.post('/api/users', invitation())).toMatchObject({ status: 401 })
})

test.each(['security_analyst', 'technician'] as const)('403: a %s does not invite', async (role) => {
  const person = await world.staff(role)
  expect(await invite(person, { organizationId: acme.id })).toMatchObject({ status: 403, body: { error: 'forbidden' } })
})

test.each(['report_viewer', 'request_user', 'basic_user'] as const)('403: a %s does not invite', async (role) => {
  const person = await world.member(acme, role)
  expect(await invite(person)).toMatchObject({ status: 403, body: { error: 'forbidden' } })
})

describe('404', () => {
  test("for a customer admin another's organization, the provider and none at all are the same", async () => {
    const before = await countOf('users')
    const foreign = [other.id, (await world.provider()).id, uuidv7()]
    const answers = await Promise.all(foreign.map((organizationId) => invite(admin, { organizationId })))
    for (const { status, body } of answers) {
      expect(status).toBe(404)
      expect(body).toEqual(answers[0]?.body)
    }
    expect(await countOf('users')).toBe(before)
  })

  test('for an account manager the provider is out of reach', async () => {
    const answer = await invite(manager, { organizationId: (await world.provider()).id, role: 'technician' })
    expect(answer).toMatchObject({ status: 404 })
  })

  test('nobody is invited to what is deleted', async () => {
    const gone = await world.customer({ status: 'deleted' })
    expect(await invite(superAdmin, { organizationId: gone.id })).toMatchObject({ status: 404 })
  })
})

describe('409', () => {
  test('nobody is invited to a suspended customer', async () => {
    const suspended = await world.customer({ status: 'suspended' })
    const answer = await invite(manager, { organizationId: suspended.id })
    expect(answer).toMatchObject({ status: 409, body: { error: 'customer_not_active' } })
  })

  test('an invitation waits for a suspension under way, and then is refused', async () => {
    const customer = await world.customer()
    const client = await world.admin.connect()
    try {
      await client.query('begin')
      await client.query(`update organizations set status = 'suspended' where id = $1`, [customer.id])
      const asked = invite(manager, { organizationId: customer.id })
      await expect.poll(() => waitingForLocks()).toBe(1)
      await client.query('commit')
      expect(await asked).toMatchObject({ status: 409, body: { error: 'customer_not_active' } })
    } finally {
      client.release()
    }
  })

  test('staff learn that an address has an account anywhere, whatever its case', async () => {
    const taken = await world.member(other, 'basic_user', { email: 'Taken@example.com' })
    for (const status of ['active', 'suspended']) {
      await world.admin.query('update users set status = $1 where id = $2', [status, taken.id])
      const answer = await invite(manager, { organizationId: acme.id, email: 'tAKEN@EXAMPLE.com' })
      expect(answer).toMatchObject({ status: 409, body: { error: 'email_taken' } })
    }
    expect(await usersWith('taken@example.com')).toHaveLength(1)
  })

  test('a pending invitation elsewhere does not hold the address', async () => {
    const email = 'wanted.twice@example.com'
    expect((await invite(manager, { organizationId: acme.id, email })).status).toBe(201)
    expect((await invite(manager, { organizationId: other.id, email })).status).toBe(201)
  })

  test('a customer admin learns it of their own people, invited or accepted', async () => {
    const colleague = await world.member(acme, 'basic_user')
    const pending = (await invite(admin)).body.data
    for (const { email } of [colleague, pending]) {
      expect(await invite(admin, { email: email.toUpperCase() })).toMatchObject({
        status: 409,
        body: { error: 'email_taken' },
      })
      expect(await usersWith(email)).toHaveLength(1)
    }
  })

  test('a customer admin does not learn of an account elsewhere: the invitation is made as any other', async () => {
    const stranger = await world.member(other, 'basic_user')
    const answers = [await invite(admin, { email: stranger.email }), await invite(admin)]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    const [taken, free] = answers.map(({ body }) => Object.keys(body.data))
    expect(taken).toEqual(free)
    expect(await usersWith(stranger.email)).toHaveLength(2)
  })

  test('of twenty invitations of one address at once exactly one is made', async () => {
    const email = 'race@example.com'
    const askers = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? admin : manager))
    const answers = await Promise.all(askers.map((asker) => invite(asker, { email, organizationId: acme.id })))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)])
    const [user, ...more] = await usersWith(email)
    expect(more).toEqual([])
    expect((await eventsAbout(user.id)).map(({ action }) => action)).toEqual(['user.invited'])
    const { rows } = await world.admin.query('select 1 from invitations where user_id = $1', [user.id])
    expect(rows).toHaveLength(1)
  })
})

const waitingForLocks = async () =>
  (
    await world.admin.query(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).rows[0].n as number
