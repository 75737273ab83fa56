import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { equip, login, PASSWORD } from '../support/credentials.ts'
import type { Customer, Person } from '../support/factories.ts'
import { outcome, record, tally, trailOf } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let provider: Customer
let superAdmin: Person
let secondSuperAdmin: Person
let technician: Person
beforeAll(async () => {
  world = await createWorld()
  provider = await world.provider()
  superAdmin = await world.staff('super_admin')
  secondSuperAdmin = await world.staff('super_admin')
  technician = await world.staff('technician')
})
afterAll(() => world.close())

const urlOf = ({ id }: { id: string }) => `/api/organizations/${id}`
const read = (customer: { id: string }, person = superAdmin): Promise<Answer> => world.as(person).get(urlOf(customer))
const change = (person: Person, customer: { id: string }, body: unknown, headers = {}): Promise<Answer> =>
  world.as(person).put(urlOf(customer), body, headers)
const remove = (person: Person, customer: { id: string }, headers = {}): Promise<Answer> =>
  world.as(person).delete(urlOf(customer), undefined, headers)
const missing = { status: 404, body: { success: false, error: 'not_found', message: 'There is no such thing.' } }

/** What has happened to the organization itself and to what it holds; without the refusals, which are told of too. */
const happened = async ({ id }: { id: string }) =>
  (await trailOf(world, id)).filter(({ action }) => action !== 'authorization.denied')
const actionsIn = async (customer: { id: string }): Promise<string[]> =>
  (await happened(customer)).map(({ action }) => action).sort()
/** The row as it is stored, and its people's, sessions' and grants'. */
async function stored({ id }: { id: string }): Promise<unknown> {
  const { rows } = await world.admin.query(
    `select (select to_jsonb(o) from organizations o where o.id = $1) as organization,
            (select jsonb_agg(u order by u.id) from users u where u.org_id = $1) as users,
            (select jsonb_agg(s order by s.id) from user_sessions s where s.org_id = $1) as sessions,
            (select jsonb_agg(g order by g.id) from technician_customer_access g where g.customer_org_id = $1) as grants`,
    [id],
  )
  return rows[0]
}
const grantsOn = async ({ id }: { id: string }): Promise<Record<string, string>> => {
  const { rows } = await world.admin.query(
    'select id, status from technician_customer_access where customer_org_id = $1',
    [id],
  )
  return Object.fromEntries(rows.map((row) => [row.id, row.status]))
}

describe('PUT /:id', () => {
  test('changes what is named and nothing else; one event tells what it was and what it is', async () => {
    const customer = await world.customer({ settings: { requireMfa: true } })
    const before = (await read(customer)).body.data
    const answer = await change(superAdmin, customer, { name: '  Renamed AG ', domain: 'Renamed.example' })
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(answer.body.data).toEqual({
      ...before,
      name: 'Renamed AG',
      domain: 'renamed.example',
      updatedAt: expect.any(String),
    })
    expect(Date.parse(answer.body.data.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt))
    expect(await read(customer)).toMatchObject({ body: { data: answer.body.data }, headers: { etag: '"2"' } })
    expect(await happened(customer)).toMatchObject([
      {
        action: 'organization.updated',
        user_id: superAdmin.id,
        resource_type: 'organization',
        resource_id: customer.id,
        description: 'Changed name, domain of Renamed AG',
        changes: {
          before: { name: customer.name, domain: null },
          after: { name: 'Renamed AG', domain: 'renamed.example' },
        },
      },
    ])
    expect((await change(superAdmin, customer, { domain: null })).body.data).toMatchObject({ domain: null })
  })

  test('settings are merged key by key, and null goes back to the default', async () => {
    const all = {
      requireMfa: true,
      allowedIpRanges: ['127.0.0.0/8', '2001:db8::/32'],
      rateLimitPerMinute: 500,
      sessionIdleMinutes: 30,
      maxSessionsPerUser: 3,
      auditRetentionDays: 400,
      timezone: 'Europe/Berlin',
      contact: { name: 'Ada', email: 'ada@example.com' },
    }
    const customer = await world.customer()
    const put = async (settings: object) => (await change(superAdmin, customer, { settings })).body.data.settings
    expect(await put(all)).toEqual(all)
    expect(await put({ sessionIdleMinutes: 20, contact: { phone: '+49 30 1' } })).toEqual({
      ...all,
      sessionIdleMinutes: 20,
      contact: { phone: '+49 30 1' },
    })
    for (const key of Object.keys(all)) expect(await put({ [key]: null })).not.toHaveProperty(key)
    expect((await read(customer)).body.data.settings).toEqual({})
  })

  test('of changes at once none is lost', async () => {
    const customer = await world.customer()
    const settings = [{ requireMfa: true }, { sessionIdleMinutes: 9 }, { maxSessionsPerUser: 2 }, { timezone: 'UTC' }]
    const bodies = [...settings.map((one) => ({ settings: one })), { domain: 'at-once.example' }]
    const answers = await Promise.all(bodies.map((body) => change(superAdmin, customer, body)))
    expect(tally(answers)).toEqual({ 200: 5 })
    expect((await read(customer)).body.data).toMatchObject({
      domain: 'at-once.example',
      settings: Object.assign({}, ...settings),
    })
    expect(await actionsIn(customer)).toEqual(Array.from({ length: 5 }, () => 'organization.updated'))
  })

  test('what is as it was is no change: no event, no new version', async () => {
    const customer = await world.customer({ settings: { contact: { name: 'Ada', phone: '+1' } } })
    const before = await read(customer)
    const same = { name: customer.name, domain: null, status: 'active' }
    const settings = { contact: { phone: '+1', name: 'Ada' }, timezone: null }
    for (const body of [same, { status: 'active' }, { settings }, { settings: {} }]) {
      expect(await change(superAdmin, customer, body)).toMatchObject({
        status: 200,
        headers: { etag: '"1"' },
        body: before.body,
      })
    }
    expect(await happened(customer)).toEqual([])
  })

  test('the provider does not shut itself out by its address', async () => {
    const before = await stored(provider)
    const settings = { allowedIpRanges: ['10.0.0.0/8', '2001:db8::/32'] }
    expect(await change(superAdmin, provider, { settings })).toMatchObject({
      status: 400,
      body: { error: 'validation_failed', details: [{ path: 'settings.allowedIpRanges' }] },
    })
    expect(await stored(provider)).toEqual(before)
    const within = { allowedIpRanges: [...settings.allowedIpRanges, '127.0.0.1'] }
    expect((await change(superAdmin, provider, { settings: within })).body.data.settings).toMatchObject(within)
    expect(outcome(await change(superAdmin, provider, { settings: { allowedIpRanges: null } }))).toBe('200')
  })

  test('a customer that shuts itself out is let in again by the provider', async () => {
    const customer = await world.customer()
    const admin = await world.member(customer, 'admin')
    const settings = { allowedIpRanges: ['10.0.0.0/8'] }
    expect(outcome(await change(admin, customer, { settings }))).toBe('200')
    const shutOut = { status: 403, body: { error: 'access_restricted', details: { reasons: ['ip_not_allowed'] } } }
    expect(await change(admin, customer, { settings: { allowedIpRanges: null } })).toMatchObject(shutOut)
    expect(outcome(await change(superAdmin, customer, { settings: { allowedIpRanges: null } }))).toBe('200')
    expect((await read(customer, admin)).status).toBe(200)
  })

  test("a customer's admin changes its name, domain and own settings, and a change of the rules binds at once", async () => {
    const customer = await world.customer()
    const admin = await world.member(customer, 'admin')
    const body = { name: `Own ${customer.name}`, domain: 'own.example', settings: { sessionIdleMinutes: 15 } }
    expect(await change(admin, customer, body)).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { data: body },
    })
    expect(await happened(customer)).toMatchObject([{ action: 'organization.updated', user_id: admin.id }])
    const user = await world.member(customer, 'basic_user', { mfaEnabled: false })
    expect((await read(customer, user)).status).toBe(200)
    expect((await change(admin, customer, { settings: { requireMfa: true } })).status).toBe(200)
    expect(await read(customer, user)).toMatchObject({ status: 403, body: { details: { reasons: ['mfa_required'] } } })
    const settings = { allowedIpRanges: ['10.0.0.0/8'] }
    expect((await change(superAdmin, customer, { settings })).status).toBe(200)
    expect(await read(customer, admin)).toMatchObject({
      status: 403,
      body: { details: { reasons: ['ip_not_allowed'] } },
    })
  })

  test.each([
    { status: 'suspended' },
    { status: 'active' },
    { settings: { rateLimitPerMinute: 1000 } },
    { settings: { rateLimitPerMinute: null } },
    { settings: { auditRetentionDays: 3650 } },
    { settings: { auditRetentionDays: null } },
    { name: 'Smuggled', settings: { requireMfa: false, rateLimitPerMinute: 20 } },
  ])('403 for a customer admin who sends %j, and nothing changes', async (body) => {
    const customer = await world.customer({ settings: { rateLimitPerMinute: 1000 } })
    const admin = await world.member(customer, 'admin')
    const before = await stored(customer)
    expect(outcome(await change(admin, customer, body))).toBe('403 forbidden')
    expect(await stored(customer)).toEqual(before)
    expect(await happened(customer)).toEqual([])
  })

  test('404 for another organization, as for none: whatever is sent', async () => {
    const [customer, other] = [await world.customer(), await world.customer()]
    const admin = await world.member(customer, 'admin')
    for (const body of [{ name: 'Taken over' }, { status: 'suspended' }]) {
      for (const id of [other.id, provider.id, uuidv7()]) {
        for (const headers of [{}, { 'if-match': '"1"' }, { 'if-match': '"99"' }]) {
          const answer = await change(admin, { id }, body, headers)
          expect({ status: answer.status, body: answer.body }).toEqual(missing)
        }
      }
    }
    expect(await change(superAdmin, { id: uuidv7() }, { name: 'Nobody' })).toMatchObject(missing)
  })

  test.each([
    {},
    { name: 'A', id: uuidv7() },
    { name: 'A', type: 'mss_provider' },
    { name: 'A', createdAt: '2020-01-01T00:00:00.000Z' },
    { name: 'A', updatedAt: '2020-01-01T00:00:00.000Z' },
    { name: 'A', createdBy: uuidv7() },
    { name: 'A', version: 9 },
    { name: 'A', nameNormal: 'x' },
    { name: 'A', adminEmail: 'a@example.com' },
    { name: null },
    { name: ' ' },
    { name: 'x'.repeat(201) },
    { name: 'a\nb' },
    { name: ['a'] },
    { domain: 'no domain' },
    { domain: '' },
    { status: 'deleted' },
    { status: null },
    { status: ['active'] },
    { settings: null },
    { settings: [] },
    { settings: 'requireMfa' },
    { settings: { requireMfa: true, unheardOf: true } },
    { settings: { requireMfa: 'yes' } },
    { settings: { auditRetentionDays: 364 } },
    { settings: { rateLimitPerMinute: 0 } },
    { settings: { sessionIdleMinutes: 1441 } },
    { settings: { maxSessionsPerUser: 1.5 } },
    { settings: { timezone: 'Mars/Base' } },
    { settings: { allowedIpRanges: ['10.0.0.1/8'] } },
    { settings: { contact: { fax: '1' } } },
    { settings: { contact: { name: null } } },
    '[]',
    '"name"',
    'null',
    '{"name":"A","constructor":{"prototype":{"role":"admin"}}}',
    '{"__proto__":{"status":"suspended"},"name":"A"}',
    '{"settings":{"__proto__":{"requireMfa":false}}}',
  ])('400 for %j, and nothing changes', async (body) => {
    const customer = await world.customer()
    const admin = await world.member(customer, 'admin')
    const before = await stored(customer)
    for (const person of [superAdmin, admin])
      expect(await change(person, customer, body)).toMatchObject({ status: 400 })
    expect(await stored(customer)).toEqual(before)
  })

  test('409 name_taken: in any case, space or composition; its own name in other letters is free', async () => {
    const taken = await world.customer({ name: 'Größe & Cie' })
    const customer = await world.customer()
    const before = await stored(customer)
    for (const name of ['Größe & Cie', ' GRÖSSE & cie'.replace('SS', 'ß'), 'Gro\u0308ße & Cie'])
      expect(outcome(await change(superAdmin, customer, { name, domain: 'x.example' }))).toBe('409 name_taken')
    expect(await stored(customer)).toEqual(before)
    expect(await happened(customer)).toEqual([])
    expect((await change(superAdmin, taken, { name: 'GRÖßE & CIE' })).body.data).toMatchObject({ name: 'GRÖßE & CIE' })
  })

  test('of ten customers that take one name at once, one gets it', async () => {
    const customers = await Promise.all(Array.from({ length: 10 }, () => world.customer()))
    const answers = await Promise.all(customers.map((customer) => change(superAdmin, customer, { name: 'One Name' })))
    expect(tally(answers)).toEqual({ 200: 1, '409 name_taken': 9 })
    const told = await Promise.all(customers.map(actionsIn))
    expect(told.flat()).toEqual(['organization.updated'])
  })

  test('the provider changes its name and settings, and is never suspended', async () => {
    const { name } = provider
    const before = await stored(provider)
    expect(outcome(await change(superAdmin, provider, { status: 'suspended', name: 'Gone' }))).toBe(
      '409 provider_protected',
    )
    expect(await stored(provider)).toEqual(before)
    expect(await change(superAdmin, provider, { status: 'active' })).toMatchObject({ status: 200 })
    const renamed = await change(superAdmin, provider, { name: 'New MSSP', settings: { sessionIdleMinutes: 25 } })
    expect(renamed.body.data).toMatchObject({ name: 'New MSSP', type: 'mss_provider', status: 'active' })
    await change(superAdmin, provider, { name, settings: { sessionIdleMinutes: null } })
    const told = (await happened(provider)).filter(({ changes }) => 'name' in (changes?.after ?? {}))
    expect(told.map(({ action }) => action)).toEqual(['organization.updated', 'organization.updated'])
  })
})

describe('If-Match', () => {
  const etagOf = async (customer: Customer) => String((await read(customer)).headers['etag'])

  test('412 for any version but the one that is; the one from GET holds, and the answer carries the next', async () => {
    const customer = await world.customer()
    const admin = await world.member(customer, 'admin')
    const before = await stored(customer)
    for (const tag of ['"2"', '"0"', 'W/"1"', '1', '""', '"1', 'nonsense', '"2", "3"']) {
      for (const person of [superAdmin, admin]) {
        const answer = await change(person, customer, { name: 'Overwritten' }, { 'if-match': tag })
        expect([tag, outcome(answer)]).toEqual([tag, '412 precondition_failed'])
      }
      expect([tag, outcome(await remove(superAdmin, customer, { 'if-match': tag }))]).toEqual([
        tag,
        '412 precondition_failed',
      ])
    }
    expect(await stored(customer)).toEqual(before)
    expect(await happened(customer)).toEqual([])

    let tag = await etagOf(customer)
    for (const body of [
      { domain: 'one.example' },
      { status: 'suspended', settings: { requireMfa: true } },
      { status: 'active', domain: null },
      { status: 'active' },
      { settings: { requireMfa: null } },
    ]) {
      const answer = await change(superAdmin, customer, body, { 'if-match': tag })
      expect(outcome(answer)).toBe('200')
      expect(answer.headers['etag']).toBe(await etagOf(customer))
      tag = String(answer.headers['etag'])
    }
    const deleted = await remove(superAdmin, customer, { 'if-match': tag })
    expect(deleted).toMatchObject({ status: 200, headers: { etag: await etagOf(customer) } })
    expect(deleted.headers['etag']).not.toBe(tag)
  })

  test('of ten changes of one version at once one is made', async () => {
    const customer = await world.customer()
    const tag = await etagOf(customer)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        change(superAdmin, customer, { domain: `d${i}.example` }, { 'if-match': tag }),
      ),
    )
    expect(tally(answers)).toEqual({ 200: 1, '412 precondition_failed': 9 })
    expect(await actionsIn(customer)).toEqual(['organization.updated'])
  })
})

describe('suspension', () => {
  const ended = (answer: Answer): string => [outcome(answer), ...(answer.body.details?.reasons ?? [])].join(' ')

  test('stops members and technicians at once; reactivation brings back what was neither revoked nor expired', async () => {
    const customer = await world.customer()
    const [admin, user] = [await world.member(customer, 'admin'), await world.member(customer, 'basic_user')]
    const signsIn = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
    const { refreshToken } = (await login(world, signsIn)).body.data
    const [keeper, loser, late] = [technician, await world.staff('technician'), await world.staff('technician')]
    const kept = await world.grant(keeper, customer)
    const revoked = await world.grant(loser, customer)
    const expires = await world.grant(late, customer, { expiresAt: new Date(Date.now() + 3_600_000) })
    const looks = () => Promise.all([admin, user].map((person) => read(customer, person)))
    const reaches = async () => Promise.all([keeper, loser, late].map(async (one) => ended(await read(customer, one))))
    const uses = async () =>
      Promise.all(
        [
          [keeper, kept],
          [loser, revoked],
          [late, expires],
        ].map(async ([one, id]) => ended(await record(world, one as Person, id as string))),
      )
    expect([tally(await looks()), await reaches(), await uses()]).toEqual([
      { 200: 2 },
      ['200', '200', '200'],
      ['200', '200', '200'],
    ])

    expect(await change(superAdmin, customer, { status: 'suspended' })).toMatchObject({
      status: 200,
      body: { data: { status: 'suspended' } },
    })
    expect(tally(await looks())).toEqual({ '401 session_revoked': 2 })
    expect(outcome(await login(world, signsIn))).toBe('401 invalid_credentials')
    expect(outcome(await world.nobody.post('/api/auth/refresh', { refreshToken }))).toBe('401 session_revoked')
    expect(await reaches()).toEqual(Array.from({ length: 3 }, () => '403 access_restricted customer_inactive'))
    expect(await uses()).toEqual(Array.from({ length: 3 }, () => '403 access_restricted customer_inactive'))
    const listed = await world.as(keeper).get('/api/organizations?limit=100')
    expect(listed.body.data.items.map(({ id }: Customer) => id)).not.toContain(customer.id)
    const invitation = { email: 'x@example.com', firstName: 'A', lastName: 'B', role: 'basic_user' }
    expect(outcome(await world.as(superAdmin).post('/api/users', { ...invitation, organizationId: customer.id }))).toBe(
      '409 customer_not_active',
    )
    expect(Object.values(await grantsOn(customer))).toEqual(['active', 'active', 'active'])

    expect((await world.as(superAdmin).delete(`/api/access-management/access/${revoked}`)).status).toBe(200)
    await world.admin.query(
      `update technician_customer_access set expires_at = starts_at + interval '1 second' where id = $1`,
      [expires],
    )
    expect(await change(superAdmin, customer, { status: 'active' })).toMatchObject({ status: 200 })
    expect(await reaches()).toEqual(['200', '404 not_found', '404 not_found'])
    expect((await uses())[0]).toBe('200')
    expect(tally(await looks())).toEqual({ '401 session_revoked': 2 })
    expect(outcome(await login(world, signsIn))).toBe('200')

    const told = (await happened(customer)).filter(({ resource_type: type }) => type === 'organization')
    expect(told).toMatchObject([
      { action: 'organization.suspended', changes: { before: { status: 'active' }, after: { status: 'suspended' } } },
      { action: 'organization.reactivated', changes: { before: { status: 'suspended' }, after: { status: 'active' } } },
    ])
  })

  test('ends its people’s sessions alone', async () => {
    const [customer, other] = [await world.customer(), await world.customer()]
    const [member, stranger] = [await world.member(customer, 'admin'), await world.member(other, 'admin')]
    await change(superAdmin, customer, { status: 'suspended' })
    expect(outcome(await read(customer, member))).toBe('401 session_revoked')
    expect(outcome(await read(other, stranger))).toBe('200')
    expect(outcome(await read(customer))).toBe('200')
  })

  test('a sign-in that it overtakes leaves no session, and neither does one that overtakes it', async () => {
    const customer = await world.customer()
    const people = await Promise.all(
      Array.from({ length: 3 }, async () =>
        equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false })),
      ),
    )
    for (let round = 0; round < 5; round++) {
      const signingIn = people.map((person) => login(world, person))
      await new Promise((done) => setTimeout(done, round * 25))
      const [suspended, ...signedIn] = await Promise.all([
        change(superAdmin, customer, { status: 'suspended' }),
        ...signingIn,
      ])
      expect(outcome(suspended)).toBe('200')
      const { rows } = await world.admin.query('select from user_sessions where org_id = $1 and revoked_at is null', [
        customer.id,
      ])
      expect(rows).toEqual([])
      for (const { status, body } of signedIn) {
        if (status !== 200) continue
        const token = { token: body.data.accessToken } as Person
        expect(outcome(await world.as(token).get('/api/users/profile'))).toBe('401 session_revoked')
      }
      await change(superAdmin, customer, { status: 'active' })
    }
  })
})

describe('DELETE /:id', () => {
  async function inhabited() {
    const customer = await world.customer()
    const admin = await world.member(customer, 'admin')
    const suspended = await world.member(customer, 'basic_user', { status: 'suspended' })
    const user = await equip(world, await world.member(customer, 'basic_user', { mfaEnabled: false }))
    const invitation = { email: `${uuidv7()}@example.com`, firstName: 'A', lastName: 'B', role: 'basic_user' }
    const invited = await world.as(admin).post('/api/users', invitation)
    const others = [await world.staff('technician'), await world.staff('security_analyst')]
    const grants = {
      active: await world.grant(technician, customer),
      scheduled: await world.grant(others[0] as Person, customer, {
        status: 'scheduled',
        startsAt: new Date(Date.now() + 3_600_000),
      }),
      overtaken: await world.grant(others[1] as Person, customer, { expiresAt: new Date(Date.now() - 1000) }),
      expired: await world.grant(technician, customer, { status: 'expired' }),
      revoked: await world.grant(technician, customer, { status: 'revoked' }),
    }
    return { customer, admin, suspended, user, invited: invited.body.data, grants }
  }

  test('takes its people, sessions, invitations and grants with it, in one act that the trail tells of', async () => {
    const { customer, admin, suspended, user, invited, grants } = await inhabited()
    const earlier = await trailOf(world, customer.id)
    expect(outcome(await read(customer, admin))).toBe('200')
    const answer = await remove(superAdmin, customer)
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, data: { id: customer.id, name: customer.name, status: 'deleted' } },
    })

    expect(outcome(await read(customer, admin))).toBe('401 session_revoked')
    expect(outcome(await login(world, user))).toBe('401 invalid_credentials')
    expect(outcome(await read(customer, technician))).toBe('404 not_found')
    expect(outcome(await record(world, technician, grants.active))).toMatch(/^403/)
    const token = invited.invitationUrl.split('/').at(-1)
    expect(outcome(await world.nobody.post(`/api/auth/invitations/${token}/accept`, { password: PASSWORD }))).toBe(
      '404 not_found',
    )
    const { rows: people } = await world.admin.query('select id, status from users where org_id = $1', [customer.id])
    expect(new Set(people.map(({ id }) => id))).toEqual(new Set([admin.id, suspended.id, user.id, invited.id]))
    expect(new Set(people.map(({ status }) => status))).toEqual(new Set(['deleted']))
    expect(await grantsOn(customer)).toEqual({
      [grants.active]: 'revoked',
      [grants.scheduled]: 'revoked',
      [grants.overtaken]: 'expired',
      [grants.expired]: 'expired',
      [grants.revoked]: 'revoked',
    })

    const trail = await trailOf(world, customer.id)
    expect(trail.filter(({ id }) => earlier.some((event) => event.id === id))).toEqual(earlier)
    const told = trail
      .filter(({ id, action }) => action !== 'access.use_denied' && !earlier.some((event) => event.id === id))
      .filter(({ action }) => !action.startsWith('auth'))
    expect(told.map(({ action, resource_id: about }) => `${action} ${about}`).sort()).toEqual(
      [
        `organization.deleted ${customer.id}`,
        `access.revoked ${grants.active}`,
        `access.revoked ${grants.scheduled}`,
        `access.expired ${grants.overtaken}`,
      ].sort(),
    )
    expect(told.find(({ action }) => action === 'organization.deleted')).toMatchObject({
      user_id: superAdmin.id,
      risk_level: 'critical',
      changes: { before: { status: 'active' }, after: { status: 'deleted' } },
      details: { users: 4, grants: 2 },
    })
    expect(told.find(({ resource_id: about }) => about === grants.scheduled)).toMatchObject({
      user_id: superAdmin.id,
      changes: {
        before: { status: 'scheduled' },
        after: { status: 'revoked', revokedReason: 'the customer was deleted' },
      },
    })
  })

  test('is for good: staff still see it by id, for everybody it is no more there to change', async () => {
    const { customer, admin } = await inhabited()
    const { body, headers } = await remove(superAdmin, customer)
    for (const role of ['super_admin', 'account_manager', 'security_analyst'] as const) {
      const seen = await read(customer, await world.staff(role))
      expect(seen).toMatchObject({ status: 200, headers: { etag: headers['etag'] }, body: { data: body.data } })
    }
    expect(await read(customer, technician)).toMatchObject(missing)
    expect(outcome(await read(customer, admin))).toBe('401 session_revoked')
    const before = await stored(customer)
    expect(await remove(superAdmin, customer)).toMatchObject(missing)
    for (const change_ of [{ status: 'active' }, { name: 'Back' }])
      expect(await change(superAdmin, customer, change_)).toMatchObject(missing)
    expect(await world.as(superAdmin).put(`/api/users/${admin.id}`, { status: 'active' })).toMatchObject(missing)
    expect(await stored(customer)).toEqual(before)
    expect((await actionsIn(customer)).filter((action) => action === 'organization.deleted')).toHaveLength(1)
  })

  test('its name and its people’s addresses are free again', async () => {
    const { customer, user } = await inhabited()
    await remove(superAdmin, customer)
    const again = await world
      .as(superAdmin)
      .post('/api/organizations', { name: customer.name.toUpperCase(), adminEmail: user.email })
    expect(again).toMatchObject({ status: 201, body: { data: { status: 'active' } } })
    const token = again.body.data.invitationUrl.split('/').at(-1)
    const accepted = await world.nobody.post(`/api/auth/invitations/${token}/accept`, {
      password: PASSWORD,
      firstName: 'A',
      lastName: 'B',
    })
    expect(outcome(accepted)).toBe('200')
  })

  test('of ten at once one deletes, and tells of it once', async () => {
    const { customer } = await inhabited()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => remove(i % 2 ? superAdmin : secondSuperAdmin, customer)),
    )
    expect(tally(answers)).toEqual({ 200: 1, '404 not_found': 9 })
    const told = (await actionsIn(customer)).filter((action) => /^(organization|access)\./.test(action))
    expect(told).toEqual(['access.expired', 'access.revoked', 'access.revoked', 'organization.deleted'])
  })

  test('what is granted or invited at the same time is gone with it, or was refused', async () => {
    const manager = await world.staff('account_manager')
    for (let round = 0; round < 10; round++) {
      const customer = await world.customer()
      const pair = { technicianId: technician.id, customerOrgId: customer.id }
      const person = { email: `${uuidv7()}@example.com`, firstName: 'A', lastName: 'B', role: 'basic_user' }
      const [deleted] = await Promise.all([
        remove(superAdmin, customer),
        world.as(manager).post('/api/technician-access/grant', pair),
        world.as(manager).post('/api/users', { ...person, organizationId: customer.id }),
      ])
      expect(outcome(deleted)).toBe('200')
      expect(Object.values(await grantsOn(customer)).filter((status) => status !== 'revoked')).toEqual([])
      const { rows } = await world.admin.query(`select from users where org_id = $1 and status <> 'deleted'`, [
        customer.id,
      ])
      expect(rows).toEqual([])
    }
  })

  test('409 provider_protected: the provider stays, with all that is its own', async () => {
    const before = await stored(provider)
    expect(outcome(await remove(superAdmin, provider))).toBe('409 provider_protected')
    expect(await stored(provider)).toEqual(before)
    expect(await actionsIn(provider)).not.toContain('organization.deleted')
  })

  test('403 for everybody but super admins, 404 for what does not exist, 400 for what is no id', async () => {
    const customer = await world.customer()
    const people = [
      await world.staff('account_manager'),
      await world.staff('security_analyst'),
      technician,
      await world.member(customer, 'admin'),
      await world.member(customer, 'basic_user'),
    ]
    const before = await stored(customer)
    for (const person of people) expect(outcome(await remove(person, customer))).toBe('403 forbidden')
    expect(outcome(await world.nobody.delete(urlOf(customer)))).toBe('401 unauthenticated')
    expect(await stored(customer)).toEqual(before)
    expect(await remove(superAdmin, { id: uuidv7() })).toMatchObject(missing)
    expect(outcome(await remove(superAdmin, { id: 'acme' }))).toBe('400 validation_failed')
  })
})
