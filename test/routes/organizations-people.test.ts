import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { outcome } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const DAY = 86_400_000

let world: World
let provider: Customer
let superAdmin: Person
beforeAll(async () => {
  world = await createWorld()
  provider = await world.provider()
  superAdmin = await world.staff('super_admin')
})
afterAll(() => world.close())

const urlOf = ({ id }: { id: string }) => `/api/organizations/${id}`
const missing = { status: 404, body: { success: false, error: 'not_found', message: 'There is no such thing.' } }

describe('GET /:id/users', () => {
  const list = (person: Person, customer: { id: string }, query = ''): Promise<Answer> =>
    world.as(person, { address: '198.51.100.7' }).get(`${urlOf(customer)}/users?limit=100${query}`)
  const idsOf = ({ body }: Answer): string[] => body.data.items.map(({ id }: Person) => id)
  const full = [
    ...['id', 'organizationId', 'email', 'firstName', 'lastName', 'role', 'status'],
    ...['mfaEnabled', 'timezone', 'lastLoginAt', 'createdAt', 'updatedAt'],
  ].sort()

  let customer: Customer
  let admin: Person
  let user: Person
  let suspended: Person
  let deleted: Person
  let stranger: Person
  beforeAll(async () => {
    customer = await world.customer()
    admin = await world.member(customer, 'admin', { email: 'needle.admin@example.com' })
    user = await world.member(customer, 'basic_user')
    suspended = await world.member(customer, 'report_viewer', { status: 'suspended' })
    deleted = await world.member(customer, 'request_user', { status: 'deleted' })
    stranger = await world.member(await world.customer(), 'admin')
  })

  test('an admin and staff see its people in full, and nobody of another', async () => {
    for (const person of [
      admin,
      superAdmin,
      await world.staff('account_manager'),
      await world.staff('security_analyst'),
    ]) {
      const answer = await list(person, customer)
      expect(answer.status).toBe(200)
      expect(idsOf(answer).sort()).toEqual([admin.id, user.id, suspended.id].sort())
      expect(answer.body.data).toMatchObject({ total: 3, page: 1, limit: 100, totalPages: 1 })
      for (const item of answer.body.data.items) {
        expect(Object.keys(item).sort()).toEqual(full)
        expect(item.organizationId).toBe(customer.id)
      }
    }
  })

  test('members who are not admins see names, role and status, and no more', async () => {
    for (const role of ['report_viewer', 'request_user', 'basic_user'] as const) {
      const own = await world.customer()
      const [person, other] = [await world.member(own, role), await world.member(own, 'admin')]
      const { body } = await list(person, own)
      expect(body.data.items.map(({ id }: Person) => id).sort()).toEqual([person.id, other.id].sort())
      for (const item of body.data.items)
        expect(Object.keys(item).sort()).toEqual(['firstName', 'id', 'lastName', 'role', 'status'])
    }
  })

  test('their search finds names and never addresses, and they cannot sort by what they do not see', async () => {
    for (const words of ['needle', 'example.com', '@', admin.email]) {
      const search = `&search=${encodeURIComponent(words)}`
      expect(idsOf(await list(admin, customer, search))).toContain(admin.id)
      expect((await list(user, customer, search)).body.data).toMatchObject({ items: [], total: 0 })
    }
    const { lastName } = (await world.as(admin).get(`/api/users/${admin.id}`)).body.data
    expect(idsOf(await list(user, customer, `&search=${lastName}`))).toContain(admin.id)
    for (const key of ['email', '-email', 'lastLoginAt', '-lastLoginAt']) {
      expect(await list(user, customer, `&sort=${key}`)).toMatchObject({
        status: 400,
        body: { error: 'validation_failed', details: [{ path: 'sort' }] },
      })
      expect((await list(admin, customer, `&sort=${key}`)).status).toBe(200)
    }
    for (const key of ['name', '-name', 'createdAt', '-createdAt'])
      expect((await list(user, customer, `&sort=${key}`)).body.data.total).toBe(3)
  })

  test('by role and by status; the deleted for staff who ask for them alone', async () => {
    expect(idsOf(await list(admin, customer, '&role=admin'))).toEqual([admin.id])
    expect(idsOf(await list(user, customer, '&status=suspended'))).toEqual([suspended.id])
    expect(idsOf(await list(superAdmin, customer, '&status=deleted'))).toEqual([deleted.id])
    for (const person of [admin, user]) expect(idsOf(await list(person, customer, '&status=deleted'))).toEqual([])
  })

  test('a technician sees them through a usable grant alone, and never the deleted', async () => {
    const visitor = await world.staff('technician')
    expect(await list(visitor, customer)).toMatchObject(missing)
    await world.grant(visitor, customer, { ipRestrictions: ['198.51.100.0/24'] })
    world.house.standing.changed()
    expect(idsOf(await list(visitor, customer)).sort()).toEqual([admin.id, user.id, suspended.id].sort())
    expect(idsOf(await list(visitor, customer, '&status=deleted'))).toEqual([])
    expect(outcome(await world.as(visitor).get(`${urlOf(customer)}/users`))).toBe('403 access_restricted')
    expect(idsOf(await list(visitor, provider))).toContain(superAdmin.id)
  })

  test('404 for members about any other organization, and for staff about none', async () => {
    for (const person of [stranger, user, admin])
      for (const id of [person === stranger ? customer.id : stranger.orgId, provider.id, uuidv7()])
        expect(await list(person, { id })).toMatchObject(missing)
    expect(await list(superAdmin, { id: uuidv7() })).toMatchObject(missing)
  })

  test.each([
    '&organizationId=x',
    '&role=owner',
    '&status=gone',
    '&sort=role',
    '&page=0',
    '&search=',
    '&search=a&search=b',
  ])('400 for %s', async (query) => {
    for (const person of [superAdmin, admin, user])
      expect(outcome(await list(person, customer, query))).toBe('400 validation_failed')
  })
})

describe('GET /:id/stats', () => {
  const stats = (person: Person, customer: { id: string }, address = '198.51.100.7'): Promise<Answer> =>
    world.as(person, { address }).get(`${urlOf(customer)}/stats`)

  /** The server's clock goes on beyond what was written so far, so that the trail of these days is what the test makes it. */
  async function later(people: Person[]): Promise<(days: number) => Date> {
    world.travel(40 * DAY)
    const now = world.house.clock()
    for (const person of people) Object.assign(person, await world.signIn(person))
    await world.admin.query(
      `update user_sessions set last_used_at = $2, expires_at = $2::timestamptz + interval '12 hours' where id = any ($1)`,
      [people.map(({ sessionId }) => sessionId), now],
    )
    return (days) => new Date(now.getTime() - days * DAY)
  }

  async function happens(customer: Customer, at: Date, risk = 'low'): Promise<void> {
    await world.admin.query(
      `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
       values ($1, $2, gen_random_uuid(), 'access.used', 'access', 'made by hand', 'success', $3, false)`,
      [customer.id, at, risk],
    )
  }

  test('a technician sees those of customers through a usable grant alone', async () => {
    const technician = await world.staff('technician')
    const [granted, foreign, ended] = [await world.customer(), await world.customer(), await world.customer()]
    await world.grant(technician, granted, { ipRestrictions: ['198.51.100.0/24'] })
    await world.grant(technician, ended, { status: 'revoked' })
    expect(outcome(await stats(technician, granted))).toBe('200')
    expect(outcome(await stats(technician, provider))).toBe('200')
    expect(outcome(await stats(technician, granted, '203.0.113.1'))).toBe('403 access_restricted')
    for (const id of [foreign.id, ended.id, uuidv7()]) expect(await stats(technician, { id })).toMatchObject(missing)
  })

  test('404 for members about any other organization, for staff about none; 401 for nobody', async () => {
    const [own, other] = [await world.customer(), await world.customer()]
    const members = [await world.member(own, 'admin'), await world.member(own, 'report_viewer')]
    for (const person of members) {
      expect(outcome(await stats(person, own))).toBe('200')
      for (const id of [other.id, provider.id, uuidv7()]) expect(await stats(person, { id })).toMatchObject(missing)
    }
    expect(await stats(superAdmin, { id: uuidv7() })).toMatchObject(missing)
    expect(outcome(await world.nobody.get(`${urlOf(own)}/stats`))).toBe('401 unauthenticated')
    expect(outcome(await world.as(superAdmin).get(`${urlOf(own)}/stats?from=2020`))).toBe('400 validation_failed')
  })

  test('counts people, grants and events as they are, by a row for each border', async () => {
    const [customer, other] = [await world.customer(), await world.customer()]
    const admin = await world.member(customer, 'admin')
    const people = {
      recent: await world.member(customer, 'basic_user'),
      old: await world.member(customer, 'basic_user', { mfaEnabled: false }),
      invited: await world.member(customer, 'report_viewer', { status: 'invited', mfaEnabled: false }),
      suspended: await world.member(customer, 'request_user', { status: 'suspended' }),
      deleted: await world.member(customer, 'admin', { status: 'deleted' }),
      stranger: await world.member(other, 'admin'),
    }
    const manager = await world.staff('account_manager')
    const analyst = await world.staff('security_analyst')
    const technician = await world.staff('technician')
    const ago = await later([superAdmin, admin, people.recent, manager, analyst, technician])
    await world.admin.query('update users set last_login_at = $2 where id = $1', [people.recent.id, ago(29.99)])
    await world.admin.query('update users set last_login_at = $2 where id = $1', [people.old.id, ago(30.01)])
    await world.admin.query('update users set last_login_at = $2 where id = $1', [people.deleted.id, ago(1)])
    const startsAt = ago(50)
    await world.grant(technician, customer, { startsAt })
    for (const fields of [
      { startsAt, expiresAt: ago(-7) },
      { startsAt, expiresAt: ago(-7.01) },
      { startsAt, expiresAt: ago(0.01) },
      { startsAt, status: 'expired', expiresAt: ago(1) },
      { startsAt, status: 'revoked' },
      { startsAt: ago(0.1), expiresAt: ago(-0.1), accessLevel: 'emergency' },
      { startsAt: ago(2), expiresAt: ago(1.5), accessLevel: 'emergency' },
      { startsAt: ago(-1), status: 'scheduled' },
    ] as const) {
      await world.grant(await world.staff('technician'), customer, fields)
    }
    await world.grant(technician, other, { startsAt })
    const events: [number, string][] = [
      [0.99, 'critical'],
      [1.01, 'high'],
      [6.99, 'medium'],
      [7.01, 'low'],
      [29.99, 'high'],
      [30.01, 'critical'],
    ]
    for (const [days, risk] of events) await happens(customer, ago(days), risk)
    await happens(other, ago(0.5), 'critical')

    const expected = {
      users: { total: 5, active: 3, invited: 1, suspended: 1, mfaEnabled: 3, recentLogins: 1 },
      roles: { admin: 1, basic_user: 2, report_viewer: 1, request_user: 1 },
      access: { active: 4, expired: 3, revoked: 1, emergency: 1, expiringSoon: 2 },
      activity: { last24h: 1, last7d: 3, last30d: 5, highRisk30d: 3 },
      lastActivityAt: ago(0.99).toISOString(),
    }
    for (const person of [superAdmin, manager, analyst, admin, people.recent]) {
      const answer = await stats(person, customer)
      expect([person.role, answer.status, answer.body.data]).toEqual([person.role, 200, expected])
    }
    expect((await stats(technician, customer)).body.data).toEqual({
      ...expected,
      access: { active: 1, expired: 0, revoked: 0, emergency: 0, expiringSoon: 0 },
    })
  })

  test('of an organization where there is nobody and nothing: zeros', async () => {
    const customer = await world.customer()
    await later([superAdmin])
    const { body } = await stats(superAdmin, customer)
    expect(body.data).toMatchObject({
      users: { total: 0, active: 0, invited: 0, suspended: 0, mfaEnabled: 0, recentLogins: 0 },
      roles: {},
      access: { active: 0, expired: 0, revoked: 0, emergency: 0, expiringSoon: 0 },
      activity: { last24h: 0, last7d: 0, last30d: 0, highRisk30d: 0 },
    })
  })
})
