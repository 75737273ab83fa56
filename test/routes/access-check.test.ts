import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, GrantFields, Person } from '../support/factories.ts'
import { hoursFromNow, outcome, record } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let admin: Person
beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
})
afterAll(() => world.close())

const check = (body: object, by: Person = admin) => world.as(by).post('/api/access-management/check', body)

async function granted(fields: GrantFields = {}) {
  const technician = await world.staff('technician')
  const customer = await world.customer()
  const id = await world.grant(technician, customer, fields)
  return { technician, customer, id, pair: { technicianId: technician.id, customerOrgId: customer.id } }
}

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000)

describe('POST /api/access-management/check', () => {
  test('200: allowed, by which grants, and when it was asked', async () => {
    const { pair, technician, customer, id } = await granted()
    const emergency = await world.grant(technician, customer, { accessLevel: 'emergency' })
    const { status, body } = await check(pair)
    expect(status).toBe(200)
    expect(body.data).toEqual({
      allowed: true,
      reasons: [],
      grantIds: expect.toSatisfy((ids: string[]) => ids.toSorted().join() === [id, emergency].toSorted().join()),
      evaluatedAt: expect.any(String),
    })
    expect(Math.abs(Date.parse(body.data.evaluatedAt) - Date.now())).toBeLessThan(5000)
    expect((await check({ ...pair, accessLevel: 'full_access' })).body.data.grantIds).toEqual([emergency])
    expect((await check({ ...pair, accessLevel: 'emergency' })).body.data.grantIds).toEqual([emergency])
  })

  const monday = { timezone: 'UTC', windows: [{ days: ['mon'], start: '08:00', end: '12:00' }] }
  test.each([
    ['no grant for long', { status: 'revoked' }, {}, ['grant_not_active', 'revoked']],
    ['one that expired unmarked', { startsAt: ago(2), expiresAt: ago(1) }, {}, ['grant_not_active', 'expired']],
    [
      'one that has not started',
      { status: 'scheduled', startsAt: new Date(hoursFromNow(1)) },
      {},
      ['grant_not_active', 'not_started'],
    ],
    ['too low a level', {}, { accessLevel: 'full_access' }, ['level_insufficient']],
    ['another service', { allowedServices: ['siem'] }, { service: 'edr' }, ['service_not_allowed']],
    ['another address', { ipRestrictions: ['203.0.113.0/24'] }, { ipAddress: '203.0.114.1' }, ['ip_not_allowed']],
    [
      'no address where one is asked, whatever that of the asker',
      { ipRestrictions: ['127.0.0.1'] },
      {},
      ['ip_not_allowed'],
    ],
    ['another hour', { timeRestrictions: monday }, { at: '2040-01-02T12:00:00Z' }, ['outside_time_window']],
    [
      'everything at once',
      { ipRestrictions: ['203.0.113.9'], timeRestrictions: monday, allowedServices: ['siem'] },
      { at: '2040-01-02T07:59:59.999Z', service: 'edr', accessLevel: 'full_access' },
      ['ip_not_allowed', 'outside_time_window', 'service_not_allowed', 'level_insufficient'],
    ],
  ] as [string, GrantFields, object, string[]][])('not allowed: %s', async (_, fields, question, reasons) => {
    const { pair } = await granted(fields)
    expect((await check({ ...pair, ...question })).body.data).toMatchObject({ allowed: false, reasons, grantIds: [] })
  })

  test('allowed where every restriction holds', async () => {
    const { pair, id } = await granted({
      ipRestrictions: ['203.0.113.0/24'],
      timeRestrictions: monday,
      allowedServices: ['siem'],
      accessLevel: 'full_access',
    })
    const question = {
      at: '2040-01-02T08:00:00Z',
      service: 'siem',
      ipAddress: '::ffff:203.0.113.9',
      accessLevel: 'full_access',
    }
    const { body } = await check({ ...pair, ...question })
    expect(body.data).toEqual({ allowed: true, reasons: [], grantIds: [id], evaluatedAt: '2040-01-02T08:00:00.000Z' })
  })

  test('`at` asks today’s grants about another instant', async () => {
    const { pair } = await granted({ expiresAt: new Date('2040-01-01T00:00:00Z') })
    const at = async (instant: string) => (await check({ ...pair, at: instant })).body.data.reasons
    expect(await at('2039-12-31T23:59:59.999Z')).toEqual([])
    expect(await at('2040-01-01T00:00:00.000Z')).toEqual(['grant_not_active', 'expired'])
    expect(await at('2020-01-01T00:00:00Z')).toEqual(['grant_not_active', 'not_started'])
  })

  test('a suspended technician and a suspended customer are reasons of their own', async () => {
    const { pair, technician, customer } = await granted()
    await world.admin.query(`update users set status = 'suspended' where id = $1`, [technician.id])
    await world.admin.query(`update organizations set status = 'suspended' where id = $1`, [customer.id])
    world.house.standing.changed()
    const { body } = await check(pair)
    expect(body.data).toMatchObject({ allowed: false, reasons: ['technician_inactive', 'customer_inactive'] })
  })

  test('a pair that never had a grant: not allowed, and the reasons are not about people who are active', async () => {
    const pair = { technicianId: (await world.staff('technician')).id, customerOrgId: (await world.customer()).id }
    expect((await check(pair)).body.data).toMatchObject({ allowed: false, reasons: ['grant_not_active'], grantIds: [] })
  })

  test('one whole grant has to say yes: the level of one never meets the address, hours or services of another', async () => {
    const { pair, technician, customer, id } = await granted({ ipRestrictions: ['203.0.113.9'] })
    const emergency = await world.grant(technician, customer, {
      accessLevel: 'emergency',
      allowedServices: ['firewall'],
      ipRestrictions: ['198.51.100.1'],
    })
    const ask = async (question: object) => (await check({ ...pair, ...question })).body.data
    const full = { accessLevel: 'full_access' }
    expect(await ask({ ipAddress: '203.0.113.9' })).toMatchObject({ allowed: true, grantIds: [id] })
    expect(await ask({ ipAddress: '203.0.113.9', ...full })).toMatchObject({
      allowed: false,
      reasons: ['ip_not_allowed', 'level_insufficient'],
    })
    expect(await ask({ ipAddress: '198.51.100.1', service: 'siem', ...full })).toMatchObject({
      allowed: false,
      reasons: ['ip_not_allowed', 'service_not_allowed', 'level_insufficient'],
    })
    expect(await ask({ ipAddress: '198.51.100.1', service: 'firewall', ...full })).toMatchObject({
      allowed: true,
      grantIds: [emergency],
    })
  })

  test('answers as enforcement does', async () => {
    const { pair, technician, id } = await granted({ allowedServices: ['siem'], ipRestrictions: ['127.0.0.1'] })
    for (const use of [{ service: 'siem' }, { service: 'edr' }, { service: 'siem', accessLevel: 'full_access' }]) {
      const told = (await check({ ...pair, ...use, ipAddress: '127.0.0.1' })).body.data
      const used = await record(world, technician, id, use)
      expect(used.status === 200).toBe(told.allowed)
      expect(used.body.details?.reasons ?? []).toEqual(told.reasons)
    }
  })

  test('a deleted technician and a deleted customer are there for staff to see: reasons of their own', async () => {
    const { pair } = await granted()
    const { id: technicianId } = await world.staff('technician', { status: 'deleted' })
    const { id: customerOrgId } = await world.customer({ status: 'deleted' })
    for (const [gone, reason] of [
      [{ technicianId }, 'technician_inactive'],
      [{ customerOrgId }, 'customer_inactive'],
    ] as const) {
      const { data } = (await check({ ...pair, ...gone })).body
      expect(data).toMatchObject({ allowed: false, reasons: ['grant_not_active', reason], grantIds: [] })
    }
  })

  test('404: to staff, an unknown technician or customer, a member, and the provider', async () => {
    const { pair, customer } = await granted()
    const member = await world.member(customer, 'admin')
    for (const other of [
      { technicianId: uuidv7() },
      { technicianId: member.id },
      { customerOrgId: uuidv7() },
      { customerOrgId: (await world.provider()).id },
    ])
      expect(outcome(await check({ ...pair, ...other })), JSON.stringify(other)).toBe('404 not_found')
  })

  test.each([
    ['no technician', { technicianId: undefined }],
    ['a level that does not exist', { accessLevel: 'root' }],
    ['no address', { ipAddress: '203.0.113.0/24' }],
    ['no service', { service: 'SIEM' }],
    ['no instant', { at: 'tomorrow' }],
    ['an unknown field', { address: '203.0.113.9' }],
  ])('400: %s', async (_, fields) => {
    const { pair } = await granted()
    expect(outcome(await check({ ...pair, ...fields }))).toBe('400 validation_failed')
  })

  test('a technician asks about themselves, and of customers without a grant learns nothing', async () => {
    const { pair, technician } = await granted({ ipRestrictions: ['203.0.113.9'] })
    const other = await granted()
    const ask = (question: object) => check({ ...pair, ...question }, technician)
    expect((await ask({ ipAddress: '203.0.113.9' })).body.data.allowed).toBe(true)
    expect(outcome(await check(other.pair, technician))).toBe('404 not_found')
    const foreign = await ask({ customerOrgId: other.customer.id })
    expect(outcome(foreign)).toBe('404 not_found')
    expect((await ask({ customerOrgId: uuidv7() })).body).toEqual(foreign.body)
  })

  test('a customer’s admin asks about their own customer, and of people without a grant learns nothing', async () => {
    const { pair, customer } = await granted()
    const asker = await world.member(customer, 'admin')
    expect((await check(pair, asker)).body.data.allowed).toBe(true)
    const other = await granted()
    expect(outcome(await check({ ...pair, customerOrgId: other.customer.id }, asker))).toBe('404 not_found')
    const suspended = await world.staff('technician', { status: 'suspended' })
    for (const technicianId of [other.technician.id, suspended.id, uuidv7()]) {
      const { status, body } = await check({ ...pair, technicianId }, asker)
      expect({ status, data: body.data }).toMatchObject({
        status: 200,
        data: { allowed: false, reasons: ['grant_not_active'], grantIds: [] },
      })
    }
  })

  test('403: other members', async () => {
    const customer: Customer = await world.customer()
    const { pair } = await granted()
    const member = await world.member(customer, 'basic_user')
    expect(outcome(await check({ ...pair, customerOrgId: customer.id }, member))).toBe('403 forbidden')
  })
})
