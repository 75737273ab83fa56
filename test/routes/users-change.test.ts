import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Role } from '../../src/types/vocabulary.ts'
import { codeOf, equip, login, PASSWORD, signIn } from '../support/credentials.ts'
import type { Customer, Person } from '../support/factories.ts'
import { outcome, record, tally, trailOf } from '../support/grants.ts'
import type { TrailEvent } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let acme: Customer
let other: Customer
let superAdmin: Person
let manager: Person
let analyst: Person
let technician: Person
let admin: Person
let stranger: Person
beforeAll(async () => {
  world = await createWorld()
  acme = await world.customer({ name: 'Acme' })
  other = await world.customer({ name: 'Other' })
  superAdmin = await world.staff('super_admin')
  manager = await world.staff('account_manager')
  analyst = await world.staff('security_analyst')
  technician = await world.staff('technician')
  admin = await world.member(acme, 'admin')
  stranger = await world.member(other, 'basic_user')
})
afterAll(() => world.close())

interface Id {
  id: string
}

const urlOf = ({ id }: Id) => `/api/users/${id}`
const read = (person: Id): Promise<Answer> => world.as(superAdmin).get(urlOf(person))
const change = (by: Person, person: Id, body: unknown, headers = {}): Promise<Answer> =>
  world.as(by).put(urlOf(person), body, headers)
const remove = (by: Person, person: Id, headers = {}): Promise<Answer> =>
  world.as(by).delete(urlOf(person), undefined, headers)
const act = (by: Person, person: Id, verb: string, headers = {}): Promise<Answer> =>
  world.as(by).post(`${urlOf(person)}/${verb}`, undefined, headers)
const missing = { status: 404, body: { success: false, error: 'not_found', message: 'There is no such thing.' } }
const verbs = ['resend-invitation', 'reset-mfa', 'revoke-sessions'] as const

/** How a call with the person's session ends: one that asks nobody but whoever remembers their session. */
const calls = async (person: Person): Promise<string> =>
  outcome(await world.as(person).get(`/api/organizations/${person.orgId}`))
const eventsAbout = async ({ id, orgId }: { id: string; orgId: string }): Promise<TrailEvent[]> =>
  (await trailOf(world, orgId)).filter(({ resource_id: about }) => about === id)
const actionsAbout = async (person: { id: string; orgId: string }): Promise<string[]> =>
  (await eventsAbout(person)).map(({ action }) => action)
/** All of a person that is stored. */
async function stored({ id }: Id): Promise<unknown> {
  const { rows } = await world.admin.query(
    `select (select to_jsonb(u) from users u where u.id = $1) as person,
            (select jsonb_agg(s order by s.id) from user_sessions s where s.user_id = $1) as sessions,
            (select jsonb_agg(t) from totp_factors t where t.user_id = $1) as factor,
            (select jsonb_agg(i order by i.id) from invitations i where i.user_id = $1) as invitations,
            (select jsonb_agg(g order by g.id) from technician_customer_access g where g.technician_id = $1) as grants`,
    [id],
  )
  return rows[0]
}
const grantsOf = async ({ id }: Id): Promise<Record<string, string>> => {
  const { rows } = await world.admin.query(
    'select id, status from technician_customer_access where technician_id = $1',
    [id],
  )
  return Object.fromEntries(rows.map((row) => [row.id, row.status]))
}

interface Invited extends Id {
  orgId: string
  email: string
  token: string
}

const tokenOf = ({ body }: Answer): string => body.data.invitationUrl.split('/').at(-1)
const look = async (token: string): Promise<number> => (await world.nobody.get(`/api/auth/invitations/${token}`)).status
const accept = (token: string): Promise<Answer> =>
  world.nobody.post(`/api/auth/invitations/${token}/accept`, { password: PASSWORD })

async function invite(by: Person = admin, fields: object = {}): Promise<Invited> {
  const invitation = { email: `${uuidv7()}@example.com`, firstName: 'Ada', lastName: 'Given', role: 'basic_user' }
  const answer = await world.as(by).post('/api/users', { ...invitation, ...fields })
  if (answer.status !== 201) throw new Error(`could not invite: ${JSON.stringify(answer.body)}`)
  const { id, organizationId: orgId, email } = answer.body.data
  return { id, orgId, email, token: tokenOf(answer) }
}

describe('PUT /:userId of oneself', () => {
  test.each([
    'super_admin',
    'account_manager',
    'security_analyst',
    'technician',
    'admin',
    'report_viewer',
    'request_user',
    'basic_user',
  ] as const)('%s changes their name and time zone, stays signed in, and one event tells of it', async (role) => {
    const person = await personIn(role)
    const before = (await read(person)).body.data
    const body = { firstName: '  Grace ', lastName: 'Hopper', timezone: 'America/New_York' }
    const answer = await change(person, person, body, { 'if-match': '"1"' })
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    const after = { ...before, ...body, firstName: 'Grace', updatedAt: expect.any(String) }
    expect(answer.body.data).toEqual(after)
    expect((await read(person)).body.data).toEqual(answer.body.data)
    expect(await calls(person)).toBe('200')
    const { firstName, lastName } = before
    expect(await eventsAbout(person)).toMatchObject([
      {
        action: 'user.updated',
        user_id: person.id,
        resource_type: 'user',
        changes: {
          before: { firstName, lastName, timezone: 'UTC' },
          after: { ...body, firstName: 'Grace' },
        },
      },
    ])
  })

  test('403 for their own role, status or address, also as they are; nothing changes', async () => {
    for (const role of [
      'super_admin',
      'account_manager',
      'security_analyst',
      'technician',
      'admin',
      'basic_user',
    ] as const) {
      const person = await personIn(role)
      const before = await stored(person)
      const others = role === 'admin' || role === 'basic_user' ? 'request_user' : 'security_analyst'
      for (const body of [
        { role },
        { role: others },
        { status: 'active' },
        { status: 'suspended' },
        { email: person.email },
        { email: 'new.one@example.com' },
        { firstName: 'Smuggled', role: 'super_admin' },
      ]) {
        expect([role, body, outcome(await change(person, person, body))]).toEqual([role, body, '403 forbidden'])
      }
      expect(await stored(person)).toEqual(before)
      expect(await actionsAbout(person)).toEqual([])
    }
  })
})

const personIn = (role: Role, customer = acme): Promise<Person> =>
  role === 'super_admin' || role === 'account_manager' || role === 'security_analyst' || role === 'technician'
    ? world.staff(role)
    : world.member(customer, role)

describe('PUT /:userId of others', () => {
  test('who manages a person changes all of it; what is not named stays', async () => {
    for (const [by, role, next] of [
      [superAdmin, 'technician', 'security_analyst'],
      [superAdmin, 'basic_user', 'admin'],
      [manager, 'basic_user', 'admin'],
      [admin, 'report_viewer', 'request_user'],
    ] as const) {
      const person = await personIn(role)
      const before = (await read(person)).body.data
      const email = `Moved.${uuidv7()}@example.com`
      const answer = await change(by, person, { email, role: next, firstName: 'New' })
      expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } })
      expect(answer.body.data).toEqual({
        ...before,
        email,
        role: next,
        firstName: 'New',
        updatedAt: expect.any(String),
      })
      expect(await read(person)).toMatchObject({ headers: { etag: '"2"' }, body: { data: answer.body.data } })
      expect(await eventsAbout(person)).toMatchObject([
        {
          action: 'user.role_changed',
          user_id: by.id,
          description: `Changed first name, e-mail address, role of ${person.email}`,
          changes: {
            before: { firstName: before.firstName, email: person.email, role },
            after: { firstName: 'New', email, role: next },
          },
        },
      ])
    }
  })

  test('suspends and reactivates: no session, no sign-in, until then', async () => {
    const person = await world.member(acme, 'basic_user', { mfaEnabled: false })
    const holder = await equip(world, person)
    const { refreshToken } = (await login(world, holder)).body.data
    expect(outcome(await change(admin, person, { status: 'suspended' }))).toBe('200')
    expect(await calls(person)).toBe('401 session_revoked')
    expect(outcome(await world.nobody.post('/api/auth/refresh', { refreshToken }))).toBe('401 session_revoked')
    expect(outcome(await login(world, holder))).toBe('401 invalid_credentials')
    expect(outcome(await change(manager, person, { status: 'active' }))).toBe('200')
    expect(await calls(person)).toBe('401 session_revoked')
    expect(outcome(await login(world, holder))).toBe('200')
    expect((await eventsAbout(person)).filter(({ action }) => action.startsWith('user.'))).toMatchObject([
      {
        action: 'user.suspended',
        user_id: admin.id,
        changes: { before: { status: 'active' }, after: { status: 'suspended' } },
      },
      { action: 'user.reactivated', user_id: manager.id },
    ])
  })

  test('a new role or status ends the sessions at once; a name, an address or what is no change does not', async () => {
    for (const [body, ended] of [
      [{ firstName: 'Ada', lastName: 'L', timezone: 'Asia/Tokyo' }, '200'],
      [{ email: `${uuidv7()}@example.com` }, '200'],
      [{ role: 'basic_user' }, '200'],
      [{ status: 'active' }, '200'],
      [{ role: 'report_viewer' }, '401 session_revoked'],
      [{ status: 'suspended' }, '401 session_revoked'],
      [{ role: 'admin', status: 'active' }, '401 session_revoked'],
    ] as const) {
      const [person, colleague] = [await world.member(acme, 'basic_user'), await world.member(acme, 'basic_user')]
      const second = { ...person, ...(await world.signIn(person)) }
      expect(await calls(person)).toBe('200')
      expect(outcome(await change(superAdmin, person, body))).toBe('200')
      expect([body, await calls(person), await calls(second)]).toEqual([body, ended, ended])
      expect(await calls(colleague)).toBe('200')
    }
  })

  test('what is as it was is no change: no event, no new version', async () => {
    const person = await world.member(acme, 'basic_user')
    const { body, headers } = await read(person)
    const { email, firstName, lastName, role, status, timezone } = body.data
    for (const same of [{ firstName }, { email, firstName, lastName, role, status, timezone }]) {
      const answer = await change(admin, person, same)
      expect(answer).toMatchObject({ status: 200, body, headers: { etag: headers['etag'] } })
    }
    expect(await actionsAbout(person)).toEqual([])
  })

  test('of changes at once none is lost', async () => {
    const person = await world.member(acme, 'basic_user')
    const bodies = [{ firstName: 'One' }, { lastName: 'Two' }, { timezone: 'Europe/Paris' }, { role: 'report_viewer' }]
    const answers = await Promise.all(bodies.map((body, i) => change(i % 2 ? admin : superAdmin, person, body)))
    expect(tally(answers)).toEqual({ 200: 4 })
    expect((await read(person)).body.data).toMatchObject(Object.assign({}, ...bodies))
    expect(await actionsAbout(person)).toHaveLength(4)
  })

  test('a sign-in that a suspension overtakes leaves no session', async () => {
    const person = await equip(world, await world.member(acme, 'basic_user', { mfaEnabled: false }))
    for (let round = 0; round < 6; round++) {
      const signingIn = login(world, person)
      await new Promise((done) => setTimeout(done, round * 15))
      await Promise.all([change(admin, person, { status: 'suspended' }), signingIn])
      const { rows } = await world.admin.query('select from user_sessions where user_id = $1 and revoked_at is null', [
        person.id,
      ])
      expect(rows).toEqual([])
      await change(admin, person, { status: 'active' })
    }
  })

  test('signs in with the new address from then on, and no more with the old one', async () => {
    const holder = await equip(world, await world.member(acme, 'basic_user', { mfaEnabled: false }))
    const email = `new.${uuidv7()}@example.com`
    expect(outcome(await change(admin, holder, { email }))).toBe('200')
    expect(outcome(await login(world, { email: email.toUpperCase() }))).toBe('200')
    expect(outcome(await login(world, holder))).toBe('401 invalid_credentials')
    expect((await eventsAbout(holder)).filter(({ action }) => action === 'user.updated')).toMatchObject([
      { risk_level: 'high', risk_factors: ['sign_in_address_changed'], changes: { before: { email: holder.email } } },
    ])
  })

  test('409 email_taken: by another account, in any case; its own in other letters is free', async () => {
    const [person, colleague] = [await world.member(acme, 'basic_user'), await world.member(acme, 'basic_user')]
    const before = await stored(person)
    for (const email of [colleague.email.toUpperCase(), stranger.email, superAdmin.email]) {
      for (const by of [superAdmin, manager, admin])
        expect(outcome(await change(by, person, { email, firstName: 'X' }))).toBe('409 email_taken')
    }
    expect(await stored(person)).toEqual(before)
    expect(await actionsAbout(person)).toEqual([])
    expect(outcome(await change(admin, person, { email: person.email.toUpperCase() }))).toBe('200')
    const gone = await world.member(acme, 'basic_user', { status: 'deleted' })
    expect(outcome(await change(admin, person, { email: gone.email }))).toBe('200')
  })

  test('of ten people who take one address at once, one gets it', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => world.member(acme, 'basic_user')))
    const email = `${uuidv7()}@example.com`
    const answers = await Promise.all(people.map((person) => change(superAdmin, person, { email })))
    expect(tally(answers)).toEqual({ 200: 1, '409 email_taken': 9 })
  })

  test('who is invited: name, role and address change, and a link sent to the old address is dead', async () => {
    const invited = await invite()
    for (const status of ['active', 'suspended'])
      expect(outcome(await change(admin, invited, { status }))).toBe('409 invitation_pending')
    expect(outcome(await change(admin, invited, { role: 'report_viewer', firstName: 'Adaline' }))).toBe('200')
    expect(await look(invited.token)).toBe(200)
    const email = `right.${uuidv7()}@example.com`
    expect((await change(admin, invited, { email })).body.data).toMatchObject({ email, status: 'invited' })
    expect(await look(invited.token)).toBe(404)
    expect(outcome(await accept(invited.token))).toBe('404 not_found')
    const token = tokenOf(await act(admin, invited, 'resend-invitation'))
    expect((await accept(token)).body.data).toMatchObject({ id: invited.id, email, role: 'report_viewer' })
  })

  test('an address that an invited person gets is taken by their organization’s people; of others nothing is told', async () => {
    const [invited, colleague] = [await invite(), await invite()]
    for (const email of [colleague.email, admin.email])
      expect(outcome(await change(admin, invited, { email }))).toBe('409 email_taken')
    expect(outcome(await change(admin, invited, { email: stranger.email }))).toBe('200')
  })

  test.each([
    {},
    { firstName: 'A', id: uuidv7() },
    { firstName: 'A', type: 'mss_provider' },
    { firstName: 'A', organizationId: uuidv7() },
    { firstName: 'A', orgId: uuidv7() },
    { firstName: 'A', orgType: 'mss_provider' },
    { firstName: 'A', mfaEnabled: false },
    { firstName: 'A', password: 'a password of some length' },
    { firstName: 'A', passwordHash: 'x' },
    { firstName: 'A', password_hash: 'x' },
    { firstName: 'A', createdAt: '2020-01-01T00:00:00.000Z' },
    { firstName: 'A', updatedAt: '2020-01-01T00:00:00.000Z' },
    { firstName: 'A', lastLoginAt: null },
    { firstName: 'A', version: 9 },
    { firstName: 'A', permissions: ['*'] },
    { firstName: null },
    { firstName: ' ' },
    { lastName: 'x'.repeat(101) },
    { firstName: 'a\u202eb' },
    { firstName: ['a'] },
    { timezone: '+02:00' },
    { timezone: 'Mars/Base' },
    { email: 'nobody' },
    { email: null },
    { email: 'a@example.com, b@example.com' },
    { role: 'owner' },
    { role: null },
    { role: ['admin'] },
    { status: 'invited' },
    { status: 'deleted' },
    { status: null },
    { firstName: 'A', FirstName: 'A' },
    '[]',
    'null',
    '{"__proto__":{"role":"admin"},"firstName":"A"}',
    '{"constructor":{"prototype":{"role":"admin"}},"firstName":"A"}',
  ])('400 for %j, from oneself and from others, and nothing changes', async (body) => {
    const person = await world.member(acme, 'basic_user')
    const before = await stored(person)
    for (const by of [superAdmin, manager, admin, person]) {
      expect([by.role, (await change(by, person, body)).status]).toEqual([by.role, 400])
    }
    expect(await stored(person)).toEqual(before)
  })
})

describe('the ladder', () => {
  test('400 for a role of the other kind of organization, whoever gives it', async () => {
    const member = await world.member(acme, 'basic_user')
    for (const by of [superAdmin, manager, admin]) {
      for (const role of ['super_admin', 'technician', 'security_analyst', 'account_manager']) {
        expect(await change(by, member, { role })).toMatchObject({ status: 400, body: { details: [{ path: 'role' }] } })
      }
    }
    for (const role of ['admin', 'report_viewer', 'request_user', 'basic_user'])
      expect(await change(superAdmin, technician, { role })).toMatchObject({
        status: 400,
        body: { details: [{ path: 'role' }] },
      })
    expect(await actionsAbout(member)).toEqual([])
  })

  test('404 for whom one does not manage: exactly as for nobody, whatever is asked', async () => {
    const colleague = await world.member(acme, 'report_viewer')
    const basicUser = await world.member(acme, 'basic_user')
    const beyond: [Person, Person[]][] = [
      [manager, [superAdmin, analyst, technician, await world.staff('account_manager')]],
      [admin, [stranger, superAdmin, technician]],
      [analyst, [technician, stranger, superAdmin]],
      [technician, [analyst, stranger]],
      [basicUser, [colleague, admin, stranger]],
    ]
    for (const [by, people] of beyond) {
      for (const person of [...people, { id: uuidv7() }]) {
        const before = 'token' in person ? await stored(person) : null
        for (const headers of [{}, { 'if-match': '"77"' }]) {
          const answer = await change(by, person, { status: 'suspended' }, headers)
          expect({ status: answer.status, body: answer.body }).toEqual(missing)
        }
        if (before) expect(await stored(person)).toEqual(before)
      }
    }
    for (const [by, people] of beyond.slice(0, 2)) {
      for (const person of [...people, { id: uuidv7() }]) {
        for (const verb of verbs) expect(await act(by, person, verb)).toMatchObject(missing)
        if (by === admin) expect(await remove(by, person)).toMatchObject(missing)
      }
    }
  })

  test('403 for the functions that a role lacks, also about oneself', async () => {
    const basicUser = await world.member(acme, 'basic_user')
    for (const by of [manager, analyst, technician, basicUser])
      for (const person of [by, stranger]) expect(outcome(await remove(by, person))).toBe('403 forbidden')
    for (const by of [analyst, technician, basicUser])
      for (const person of [by, stranger])
        for (const verb of verbs) expect(outcome(await act(by, person, verb))).toBe('403 forbidden')
    for (const verb of verbs) expect(outcome(await world.nobody.post(`${urlOf(admin)}/${verb}`))).toMatch(/^401/)
    expect(outcome(await world.nobody.put(urlOf(admin), { firstName: 'A' }))).toBe('401 unauthenticated')
    expect(outcome(await world.nobody.delete(urlOf(admin)))).toBe('401 unauthenticated')
  })

  test('nobody deletes themselves or manages their own account', async () => {
    const people = [await world.staff('super_admin'), await world.member(acme, 'admin')]
    for (const person of people) {
      const before = await stored(person)
      expect(outcome(await remove(person, person))).toBe('403 forbidden')
      for (const verb of verbs) expect(outcome(await act(person, person, verb))).toBe('403 forbidden')
      expect(await stored(person)).toEqual(before)
    }
  })

  test('the deleted are there for nobody to change, and 400 for what is no id', async () => {
    const gone = await world.member(acme, 'basic_user', { status: 'deleted' })
    for (const by of [superAdmin, admin]) {
      expect(await change(by, gone, { status: 'active' })).toMatchObject(missing)
      expect(await remove(by, gone)).toMatchObject(missing)
      for (const verb of verbs) expect(await act(by, gone, verb)).toMatchObject(missing)
    }
    expect(outcome(await change(superAdmin, { id: 'me' }, { firstName: 'A' }))).toBe('400 validation_failed')
  })
})

describe('If-Match', () => {
  test('412 for any version but the one that is; the one from GET holds, and the answer carries the next', async () => {
    const person = await world.member(acme, 'basic_user')
    const before = await stored(person)
    for (const tag of ['"2"', '"0"', 'W/"1"', '1', 'nonsense']) {
      const headers = { 'if-match': tag }
      for (const by of [superAdmin, admin, person])
        expect(outcome(await change(by, person, { firstName: 'X' }, headers))).toBe('412 precondition_failed')
      for (const by of [superAdmin, admin])
        expect(outcome(await remove(by, person, headers))).toBe('412 precondition_failed')
      expect(outcome(await act(admin, person, 'reset-mfa', headers))).toBe('412 precondition_failed')
    }
    expect(await stored(person)).toEqual(before)

    const etag = async () => String((await read(person)).headers['etag'])
    let tag = await etag()
    const steps = [
      (headers: object) => change(admin, person, { firstName: 'One', role: 'report_viewer' }, headers),
      (headers: object) => change(manager, person, { status: 'suspended', lastName: 'Two' }, headers),
      (headers: object) => change(manager, person, { status: 'suspended' }, headers),
      (headers: object) => act(admin, person, 'reset-mfa', headers),
      (headers: object) => remove(admin, person, headers),
    ]
    for (const step of steps) {
      const answer = await step({ 'if-match': tag })
      expect(outcome(answer)).toBe('200')
      expect(answer.headers['etag']).toBe(await etag())
      tag = String(answer.headers['etag'])
    }
    expect(tag).toBe('"5"')
  })

  test('of ten changes of one version at once one is made, with an administrator around or without', async () => {
    for (const customer of [acme, await world.customer()]) {
      const person = await world.member(customer, 'basic_user')
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          change([superAdmin, manager, person][i % 3] as Person, person, { firstName: `N${i}` }, { 'if-match': '"1"' }),
        ),
      )
      expect(tally(answers)).toEqual({ 200: 1, '412 precondition_failed': 9 })
      expect(await actionsAbout(person)).toEqual(['user.updated'])
    }
  })
})

describe('access of the provider’s people', () => {
  const usable = async (person: Person, customer: Customer): Promise<string> =>
    outcome(await world.as(person).get(`/api/organizations/${customer.id}`))
  const signedIn = async (person: Person): Promise<Person> => ({ ...person, ...(await world.signIn(person)) })

  async function holder(role: 'technician' | 'super_admin' = 'technician') {
    const person = await world.staff(role)
    const [one, two, three] = [await world.customer(), await world.customer(), await world.customer()]
    const grants = {
      active: await world.grant(person, one),
      scheduled: await world.grant(person, two, {
        status: 'scheduled',
        startsAt: new Date(Date.now() + 3_600_000),
      }),
      overtaken: await world.grant(person, three, { expiresAt: new Date(Date.now() - 1000) }),
      revoked: await world.grant(person, one, { status: 'revoked' }),
    }
    return { person, customers: [one, two, three] as [Customer, Customer, Customer], grants }
  }
  const ended = ({ active, scheduled, overtaken, revoked }: Record<string, string>) => ({
    [active as string]: 'revoked',
    [scheduled as string]: 'revoked',
    [overtaken as string]: 'expired',
    [revoked as string]: 'revoked',
  })

  test('ends with a role that no access is granted to, and is not back with the old role', async () => {
    for (const role of ['technician', 'super_admin'] as const) {
      const { person, customers, grants } = await holder(role)
      expect(await calls(person)).toBe('200')
      expect(outcome(await change(superAdmin, person, { role: 'account_manager' }))).toBe('200')
      expect(await grantsOf(person)).toEqual(ended(grants))
      expect(await calls(person)).toBe('401 session_revoked')
      await change(superAdmin, person, { role: 'technician' })
      expect(await usable(await signedIn(person), customers[0])).toBe('404 not_found')
    }
  })

  test('stays with a role that access is granted to', async () => {
    const { person, grants } = await holder()
    for (const role of ['security_analyst', 'super_admin', 'technician']) {
      expect(outcome(await change(superAdmin, person, { role }))).toBe('200')
      expect((await grantsOf(person))[grants.active]).toBe('active')
    }
  })

  test('rests while the person is suspended', async () => {
    const { person, customers, grants } = await holder()
    expect(outcome(await change(superAdmin, person, { status: 'suspended' }))).toBe('200')
    expect((await grantsOf(person))[grants.active]).toBe('active')
    expect(await usable(person, customers[0])).toBe('401 session_revoked')
    const again = await signedIn(person)
    expect(await usable(again, customers[0])).toBe('403 access_restricted')
    await change(superAdmin, person, { status: 'active' })
    expect(await usable(await signedIn(person), customers[0])).toBe('200')
  })

  test('ends with the person; each customer’s trail tells of it once', async () => {
    const { person, customers, grants } = await holder()
    const before = await Promise.all(customers.map(async ({ id }) => (await trailOf(world, id)).length))
    const answer = await remove(superAdmin, person)
    expect(answer).toMatchObject({ status: 200, body: { data: { id: person.id, status: 'deleted' } } })
    expect(await grantsOf(person)).toEqual(ended(grants))
    expect(outcome(await record(world, await signedIn(person), grants.active))).toBe('403 access_restricted')
    const told = await Promise.all(
      customers.map(async ({ id }, i) =>
        (await trailOf(world, id)).slice(before[i]).filter(({ action }) => action !== 'access.use_denied'),
      ),
    )
    const by = { user_id: superAdmin.id, details: { technicianId: person.id } }
    const after = { status: 'revoked', revokedReason: 'the person was deleted' }
    expect(told).toMatchObject([
      [
        {
          ...by,
          action: 'access.revoked',
          resource_id: grants.active,
          changes: { before: { status: 'active' }, after },
        },
      ],
      [
        {
          ...by,
          action: 'access.revoked',
          resource_id: grants.scheduled,
          changes: { before: { status: 'scheduled' }, after },
        },
      ],
      [{ user_id: null, action: 'access.expired', resource_id: grants.overtaken }],
    ])
    const { rows } = await world.admin.query(
      'select revoked_by, revoked_reason from technician_customer_access where id = $1',
      [grants.active],
    )
    expect(rows).toEqual([{ revoked_by: superAdmin.id, revoked_reason: 'the person was deleted' }])
  })

  test('that is granted at the same time ends too, or is refused', async () => {
    for (let round = 0; round < 12; round++) {
      const [person, customer] = [await world.staff('technician'), await world.customer()]
      const grant = { technicianId: person.id, customerOrgId: customer.id }
      const [gone] = await Promise.all([
        round % 2 ? remove(superAdmin, person) : change(superAdmin, person, { role: 'account_manager' }),
        world.as(manager).post('/api/technician-access/grant', grant),
      ])
      expect(outcome(gone)).toBe('200')
      expect(Object.values(await grantsOf(person)).filter((status) => status !== 'revoked')).toEqual([])
    }
  })
})

describe('DELETE /:userId', () => {
  test('super admins delete anybody, customer admins their own: the person stays for the trail alone', async () => {
    for (const [by, role] of [
      [superAdmin, 'account_manager'],
      [superAdmin, 'basic_user'],
      [admin, 'admin'],
      [admin, 'request_user'],
    ] as const) {
      const person = await personIn(role)
      const leaver = await equip(world, person)
      expect(await calls(person)).toBe('200')
      const answer = await remove(by, person)
      expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { data: { status: 'deleted' } } })
      expect(Object.keys(answer.body.data)).not.toContain('orgType')
      expect(await calls(person)).toBe('401 session_revoked')
      expect(outcome(await login(world, leaver))).toBe('401 invalid_credentials')
      expect(await read(person)).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: answer.body })
      expect(await world.as(admin).get(urlOf(person))).toMatchObject(missing)
      expect((await eventsAbout(person)).filter(({ action }) => action.startsWith('user.'))).toMatchObject([
        {
          action: 'user.deleted',
          user_id: by.id,
          changes: { before: { status: 'active' }, after: { status: 'deleted' } },
        },
      ])
      expect(await remove(by, person)).toMatchObject(missing)
    }
  })

  test('the suspended and the invited go too; the link is dead, the address free again', async () => {
    const invited = await invite()
    expect(outcome(await remove(admin, invited))).toBe('200')
    expect(await look(invited.token)).toBe(404)
    expect(outcome(await accept(invited.token))).toBe('404 not_found')
    const suspended = await world.member(acme, 'admin', { status: 'suspended' })
    expect(outcome(await remove(admin, suspended))).toBe('200')
    for (const { email } of [invited, suspended]) {
      const again = await invite(admin, { email })
      expect(outcome(await accept(again.token))).toBe('200')
    }
  })

  test('of ten at once one deletes', async () => {
    const person = await world.member(acme, 'basic_user')
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => remove(i % 2 ? admin : superAdmin, person)))
    expect(tally(answers)).toEqual({ 200: 1, '404 not_found': 9 })
    expect(await actionsAbout(person)).toEqual(['user.deleted'])
  })
})

describe('the last administrator', () => {
  const ways = {
    demote: (by: Person, person: Person) =>
      change(by, person, { role: by.role === 'super_admin' ? 'technician' : 'basic_user' }),
    suspend: (by: Person, person: Person) => change(by, person, { status: 'suspended' }),
    delete: (by: Person, person: Person) => remove(by, person),
  }
  const kinds = ['demote', 'suspend', 'delete'] as const
  type Way = (typeof kinds)[number]
  /** Each way against each, six times over. */
  const rounds = Array.from({ length: 6 }, () =>
    kinds.flatMap((one) => kinds.map((two): [Way, Way] => [one, two])),
  ).flat()
  const active = async (of: World, { orgId }: { orgId: string }): Promise<number> => {
    const { rows } = await of.admin.query(
      `select from users where org_id = $1 and role in ('admin', 'super_admin') and status = 'active'`,
      [orgId],
    )
    return rows.length
  }

  test('of a customer stays, whoever asks; all but role and status may change', async () => {
    const customer = await world.customer()
    const last = await world.member(customer, 'admin')
    await world.member(customer, 'admin', { status: 'suspended' })
    await world.member(customer, 'admin', { status: 'invited' })
    await world.member(customer, 'admin', { status: 'deleted' })
    await world.member(other, 'admin')
    const before = await stored(last)
    for (const way of [
      () => change(superAdmin, last, { role: 'basic_user' }),
      () => change(manager, last, { role: 'report_viewer', firstName: 'Smuggled' }),
      () => change(superAdmin, last, { status: 'suspended' }),
      () => change(manager, last, { status: 'suspended', role: 'admin' }),
      () => remove(superAdmin, last),
    ]) {
      expect(outcome(await way())).toBe('409 last_admin')
    }
    expect(await stored(last)).toEqual(before)
    expect(await actionsAbout(last)).toEqual([])
    expect(outcome(await change(manager, last, { firstName: 'Still', role: 'admin', status: 'active' }))).toBe('200')
    expect(outcome(await act(manager, last, 'revoke-sessions'))).toBe('200')
  })

  test('may go as soon as there is another, and those who are not active never counted', async () => {
    const customer = await world.customer()
    const [first, sleeping] = [
      await world.member(customer, 'admin'),
      await world.member(customer, 'admin', { status: 'suspended' }),
    ]
    expect(outcome(await change(manager, sleeping, { role: 'basic_user' }))).toBe('200')
    expect(outcome(await change(manager, sleeping, { role: 'admin', status: 'active' }))).toBe('200')
    expect(outcome(await change(manager, first, { role: 'basic_user' }))).toBe('200')
    expect(outcome(await change(manager, sleeping, { status: 'suspended' }))).toBe('409 last_admin')
  })

  test('of two customer admins who take each other away at once one stays, in 54 rounds of all ways', async () => {
    for (const [one, two] of rounds) {
      const customer = await world.customer()
      const [a, b] = [await world.member(customer, 'admin'), await world.member(customer, 'admin')]
      const answers = await Promise.all([ways[one](a, b), ways[two](b, a)])
      expect([one, two, await active(world, a)]).toEqual([one, two, 1])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    }
  })

  test('of four who take each other away in a ring one stays at least', async () => {
    for (let round = 0; round < 10; round++) {
      const customer = await world.customer()
      const ring = await Promise.all(Array.from({ length: 4 }, () => world.member(customer, 'admin')))
      await Promise.all(ring.map((person, i) => ways[kinds[i % 3] ?? 'delete'](person, ring[(i + 1) % 4] as Person)))
      expect(await active(world, ring[0] as Person)).toBeGreaterThan(0)
    }
  })

  test('of the provider stays too, in 54 rounds of all ways', async () => {
    const apart = await createWorld()
    const ask = (by: Person, person: Person, way: Way): Promise<Answer> => {
      const url = urlOf(person)
      if (way === 'delete') return apart.as(by).delete(url)
      return apart.as(by).put(url, way === 'demote' ? { role: 'technician' } : { status: 'suspended' })
    }
    let survivor = await apart.staff('super_admin')
    await apart.staff('super_admin', { status: 'suspended' })
    for (const [one, two] of rounds) {
      const second = await apart.staff('super_admin')
      const answers = await Promise.all([ask(survivor, second, one), ask(second, survivor, two)])
      expect([one, two, await active(apart, survivor)]).toEqual([one, two, 1])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const { rows } = await apart.admin.query(
        `select id from users where org_id = $1 and role = 'super_admin' and status = 'active'`,
        [survivor.orgId],
      )
      survivor = rows[0].id === survivor.id ? survivor : second
    }
    await apart.close()
  })
})

describe('POST /:userId/resend-invitation', () => {
  test('a new link takes the place of the old one; who has accepted is not invited again', async () => {
    for (const by of [superAdmin, manager, admin]) {
      const invited = await invite()
      const answer = await act(by, invited, 'resend-invitation')
      expect(answer).toMatchObject({ status: 200, body: { data: { id: invited.id, status: 'invited' } } })
      const token = tokenOf(answer)
      expect(token).not.toBe(invited.token)
      expect([await look(invited.token), await look(token)]).toEqual([404, 200])
      expect(outcome(await accept(invited.token))).toBe('404 not_found')
      expect(outcome(await accept(token))).toBe('200')
      expect(outcome(await act(by, invited, 'resend-invitation'))).toBe('409 invitation_accepted')
      expect(await actionsAbout(invited)).toEqual([
        'user.invited',
        'user.invitation_resent',
        'user.invitation_accepted',
      ])
    }
    const suspended = await world.member(acme, 'basic_user', { status: 'suspended' })
    expect(outcome(await act(admin, suspended, 'resend-invitation'))).toBe('409 invitation_accepted')
  })

  test('of ten at once the last link alone is good', async () => {
    const invited = await invite()
    const answers = await Promise.all(Array.from({ length: 10 }, () => act(admin, invited, 'resend-invitation')))
    expect(tally(answers)).toEqual({ 200: 10 })
    const good = await Promise.all([invited.token, ...answers.map(tokenOf)].map(look))
    expect(good.filter((status) => status === 200)).toHaveLength(1)
  })

  test('an acceptance with the old link that it overtakes does not succeed', async () => {
    for (let round = 0; round < 6; round++) {
      const invited = await invite()
      const accepting = accept(invited.token)
      await new Promise((done) => setTimeout(done, 10 + round * 8))
      const [resent, accepted] = await Promise.all([act(admin, invited, 'resend-invitation'), accepting])
      expect([outcome(resent), outcome(accepted)]).toEqual(
        resent.status === 200 ? ['200', '404 not_found'] : ['409 invitation_accepted', '200'],
      )
    }
  })

  test('the same request with the same Idempotency-Key makes one link', async () => {
    const invited = await invite()
    const key = { 'idempotency-key': `resend-${invited.id}` }
    const [first, again] = [
      await act(admin, invited, 'resend-invitation', key),
      await act(admin, invited, 'resend-invitation', key),
    ]
    expect(tokenOf(again)).toBe(tokenOf(first))
    expect(await look(tokenOf(first))).toBe(200)
  })

  test('409 customer_not_active while the customer is suspended', async () => {
    const customer = await world.customer()
    const invited = await invite(manager, { organizationId: customer.id })
    await world.as(superAdmin).put(`/api/organizations/${customer.id}`, { status: 'suspended' })
    expect(outcome(await act(manager, invited, 'resend-invitation'))).toBe('409 customer_not_active')
  })
})

describe('POST /:userId/reset-mfa', () => {
  const secretsOf = async ({ id }: Id): Promise<number> => {
    const { rows } = await world.admin.query(
      `select (select count(*) from totp_factors where user_id = $1) + (select count(*) from recovery_codes where user_id = $1) as n`,
      [id],
    )
    return Number(rows[0].n)
  }

  test('factor, recovery codes and sessions are gone, and the person has to enrol anew', async () => {
    const person = await world.staff('technician')
    const holder = await equip(world, person)
    const { challengeToken } = (await login(world, holder)).body.data
    expect(await secretsOf(holder)).toBe(11)
    expect(await calls(person)).toBe('200')
    const answer = await act(superAdmin, person, 'reset-mfa')
    expect(answer).toMatchObject({
      status: 200,
      headers: { etag: (await read(person)).headers['etag'] },
      body: { data: { id: person.id, mfaEnabled: false } },
    })
    expect(answer.body.data).toEqual((await read(person)).body.data)
    expect(await secretsOf(holder)).toBe(0)
    expect(await calls(person)).toBe('401 session_revoked')
    for (const given of [
      { challengeToken, method: 'totp', code: codeOf(world, holder.secret) },
      { challengeToken, method: 'recovery_code', code: holder.recoveryCodes[0] },
    ])
      expect((await world.nobody.post('/api/auth/mfa/verify', given)).status).toBe(401)

    const asked = await login(world, holder)
    expect(asked.body.data).toMatchObject({ mfaEnrollmentRequired: true })
    const enrolling = world.as({ token: asked.body.data.enrollmentToken } as Person)
    const { secret } = (await enrolling.post('/api/auth/mfa/setup')).body.data
    expect((await enrolling.post('/api/auth/mfa/enable', { code: codeOf(world, secret) })).status).toBe(200)
    expect(await signIn(world, { ...holder, secret })).toHaveProperty('accessToken')
    const told = (await eventsAbout(person)).filter(({ action }) => action.startsWith('user.'))
    expect(told).toMatchObject([
      {
        action: 'user.mfa_reset',
        user_id: superAdmin.id,
        changes: { before: { mfaEnabled: true }, after: { mfaEnabled: false } },
      },
    ])
  })

  test('is for who manages the person, in their organization alone', async () => {
    const person = await world.member(acme, 'request_user')
    await equip(world, person)
    const outsider = await world.member(other, 'admin')
    expect(await act(outsider, person, 'reset-mfa')).toMatchObject(missing)
    expect(await secretsOf(person)).toBe(11)
    for (const by of [manager, admin]) {
      const one = await world.member(acme, 'request_user')
      await equip(world, one)
      expect(outcome(await act(by, one, 'reset-mfa'))).toBe('200')
      expect(await secretsOf(one)).toBe(0)
    }
    expect(await secretsOf(person)).toBe(11)
  })
})

describe('POST /:userId/revoke-sessions', () => {
  test('ends all of a person’s sessions and nobody else’s, and says how many', async () => {
    for (const by of [superAdmin, manager, admin]) {
      const person = await world.member(acme, 'basic_user', { mfaEnabled: false })
      const holder = await equip(world, person)
      const second = { ...person, ...(await world.signIn(person)) }
      const { refreshToken } = (await login(world, holder)).body.data
      const colleague = await world.member(acme, 'basic_user')
      expect([await calls(person), await calls(second)]).toEqual(['200', '200'])
      expect(await act(by, person, 'revoke-sessions')).toMatchObject({ status: 200, body: { data: { revoked: 3 } } })
      expect([await calls(person), await calls(second)]).toEqual(['401 session_revoked', '401 session_revoked'])
      expect(outcome(await world.nobody.post('/api/auth/refresh', { refreshToken }))).toBe('401 session_revoked')
      expect(await calls(colleague)).toBe('200')
      expect(outcome(await login(world, holder))).toBe('200')
      const told = (await eventsAbout(person)).filter(({ action }) => action.startsWith('user.'))
      expect(told).toMatchObject([{ action: 'user.sessions_revoked', user_id: by.id }])
    }
  })
})
