import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tell } from '../support/audit.ts'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let customer: Customer
let other: Customer
let technician: Person
let analyst: Person
let manager: Person
let admin: Person
beforeAll(async () => {
  world = await createWorld()
  ;[customer, other] = [await world.customer(), await world.customer()]
  technician = await world.staff('technician')
  analyst = await world.staff('security_analyst')
  manager = await world.staff('account_manager')
  admin = await world.member(customer, 'admin')
})
afterAll(() => world.close())

const by = ({ id, orgId, email, role }: Person) => ({
  user_id: id,
  actor_org_id: orgId,
  actor_email: email,
  actor_role: role,
})
const ids = (events: { id: string }[]) => events.map(({ id }) => id)
const PERIOD = 'from=2026-11-01T00:00:00Z&to=2026-11-03T00:00:00Z'
const activity = (reader: Person, { id }: Person, query = PERIOD) =>
  world.as(reader).get(`/api/audit/user/${id}/activity?${query}`)

describe('what somebody did', () => {
  let login: string
  let use: string
  let elsewhere: string
  beforeAll(async () => {
    const one = by(technician)
    login = await tell(world, {
      ...one,
      org_id: technician.orgId,
      occurred_at: '2026-11-01T08:00:00Z',
      ip_address: '10.1.1.1',
      user_agent: 'curl/8',
    })
    use = await tell(world, {
      ...one,
      org_id: customer.id,
      occurred_at: '2026-11-01T09:00:00Z',
      action: 'access.used',
      risk_level: 'critical',
    })
    elsewhere = await tell(world, {
      ...one,
      org_id: other.id,
      occurred_at: '2026-11-02T23:00:00Z',
      action: 'access.use_denied',
      outcome: 'denied',
    })
    await tell(world, { ...one, org_id: customer.id, occurred_at: '2026-11-03T00:00:00Z' })
    await tell(world, { ...by(manager), org_id: customer.id, occurred_at: '2026-11-02T00:00:00Z' })
  })

  test('is told whole to an analyst', async () => {
    const { status, body } = await activity(analyst, technician)
    expect(status, JSON.stringify(body)).toBe(200)
    const { recent, ...rest } = body.data
    expect(ids(recent)).toEqual([elsewhere, use, login])
    expect(rest).toEqual({
      user: {
        id: technician.id,
        organizationId: technician.orgId,
        email: technician.email,
        firstName: expect.any(String),
        lastName: expect.any(String),
        role: 'technician',
        status: 'active',
      },
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-03T00:00:00.000Z',
      totals: { events: 3, success: 2, failure: 0, denied: 1 },
      byAction: { 'auth.login_succeeded': 1, 'access.used': 1, 'access.use_denied': 1 },
      byDay: [
        { day: '2026-11-01', total: 2 },
        { day: '2026-11-02', total: 1 },
      ],
      lastLogins: [{ occurredAt: '2026-11-01T08:00:00.000Z', ipAddress: '10.1.1.1', userAgent: 'curl/8' }],
      customersAccessed: [
        { organizationId: other.id, name: other.name, events: 1, lastAt: '2026-11-02T23:00:00.000Z' },
        { organizationId: customer.id, name: customer.name, events: 1, lastAt: '2026-11-01T09:00:00.000Z' },
      ],
      highRisk: 1,
    })
  })

  test('is told whole to oneself, also where the access has ended', async () => {
    const { data } = (await activity(technician, technician)).body
    expect(ids(data.recent)).toEqual([elsewhere, use, login])
    expect(data.customersAccessed.map(({ name }: { name: string | null }) => name)).toEqual([null, null])
  })

  test('is told to account managers as far as it is in the trail of customers', async () => {
    const { data } = (await activity(manager, technician)).body
    expect(ids(data.recent)).toEqual([elsewhere, use])
    expect(data).toMatchObject({ totals: { events: 2 }, lastLogins: [] })
  })

  test('is not there for anybody else', async () => {
    for (const reader of [admin, await world.member(customer, 'basic_user'), await world.staff('technician')]) {
      expect(await activity(reader, technician)).toMatchObject({ status: 404 })
    }
  })
})

test('an admin sees what the people of the own organization did, they see their own', async () => {
  const [one, two] = [await world.member(customer, 'basic_user'), await world.member(customer, 'report_viewer')]
  const id = await tell(world, { ...by(one), org_id: customer.id, occurred_at: '2026-11-01T08:00:00Z' })
  expect(ids((await activity(admin, one)).body.data.recent)).toEqual([id])
  expect(ids((await activity(one, one)).body.data.recent)).toEqual([id])
  expect(await activity(two, one)).toMatchObject({ status: 404 })
  expect(await activity(await world.member(other, 'admin'), one)).toMatchObject({ status: 404 })
})

describe('the latest of an organization', () => {
  const recent = (reader: Person, orgId: string, query = '') =>
    world.as(reader).get(`/api/audit/organizations/${orgId}/recent${query}`)

  test('are told to its members, newest first, as many as asked', async () => {
    const acme = await world.customer()
    const members = [await world.member(acme, 'admin'), await world.member(acme, 'basic_user')]
    const told: string[] = []
    for (const i of [1, 2, 3]) {
      const occurred_at = new Date(Date.now() + i * 60_000).toISOString()
      told.unshift(await tell(world, { org_id: acme.id, occurred_at }))
    }
    await tell(world, { org_id: customer.id })
    for (const member of members) {
      const answer = await recent(member, acme.id, '?limit=2')
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      expect(ids(answer.body.data)).toEqual(told.slice(0, 2))
    }
    expect(ids((await recent(analyst, acme.id)).body.data).slice(0, 3)).toEqual(told)
    expect(ids((await recent(manager, acme.id)).body.data).slice(0, 3)).toEqual(told)
  })

  test('of a grant hide from customers what staff note and from where they work', async () => {
    const acme = await world.customer()
    const reader = await world.member(acme, 'admin')
    const granted = await world.as(await world.staff('super_admin')).post('/api/technician-access/grant', {
      technicianId: (await world.staff('technician')).id,
      customerOrgId: acme.id,
      notes: 'the one with the cat',
      ipRestrictions: ['203.0.113.7'],
    })
    expect(granted.status).toBe(201)
    const seen = JSON.stringify((await recent(reader, acme.id)).body.data)
    expect(seen).toContain('access.granted')
    expect(seen).not.toContain('the one with the cat')
    expect(seen).not.toContain('203.0.113.7')
    expect(JSON.stringify((await recent(analyst, acme.id)).body.data)).toContain('the one with the cat')
  })

  test('are told to a technician of customers within reach, and not of the provider', async () => {
    const reader = await world.staff('technician')
    await world.grant(reader, other)
    expect(await recent(reader, other.id)).toMatchObject({ status: 200 })
    expect(await recent(reader, customer.id)).toMatchObject({ status: 404 })
    expect(await recent(reader, reader.orgId)).toMatchObject({ status: 404 })
  })

  test('of the provider are not for account managers; of nobody are not there', async () => {
    expect(await recent(manager, manager.orgId)).toMatchObject({ status: 404 })
    expect(await recent(analyst, analyst.orgId)).toMatchObject({ status: 200 })
    expect(await recent(analyst, uuidv7())).toMatchObject({ status: 404 })
    expect(await recent(admin, other.id)).toMatchObject({ status: 404 })
  })

  test.each(['?limit=0', '?limit=101', '?page=1'])('400: %s', async (query) => {
    expect(await recent(analyst, customer.id, query)).toMatchObject({ status: 400 })
  })
})
