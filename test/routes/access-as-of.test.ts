import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { outcome, untold } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const HOUR = 3_600_000

let world: World
let admin: Person
let manager: Person
beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  manager = await world.staff('account_manager')
})
afterAll(async () => {
  expect(await untold(world), 'no change without its event').toEqual([])
  await world.close()
})

const asOf = (query: Record<string, string>, by: Person = admin): Promise<Answer> =>
  world.as(by).get(`/api/access-management/as-of?${new URLSearchParams(query)}`)

const told = async (
  query: Record<string, string>,
  by: Person = admin,
): Promise<[string, string, string[] | null][]> => {
  const { status, body } = await asOf(query, by)
  expect(status).toBe(200)
  expect(body.data.total).toBe(body.data.items.length)
  return body.data.items.map((one: any) => [one.technicianId, one.accessLevel, one.ipRestrictions])
}

/** Does something at an instant of the server's clock, so many hours from now, as somebody who has just signed in. */
async function atHour(hours: number, act: (as: (person: Person) => Person) => Promise<Answer>): Promise<Answer> {
  world.travel(hours * HOUR)
  const now = world.house.clock()
  const freshly = (person: Person): Person => ({
    ...person,
    token: world.house.credentials.signer.sign({ sub: person.id, sid: person.sessionId }, now).token,
  })
  const answer = await act(freshly)
  world.travel(-hours * HOUR)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer
}

const hour = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString()

describe('a day: granted four hours ago, narrowed three, handed over two, revoked one hour ago', () => {
  let anna: Person
  let bela: Person
  let customer: Customer
  let secondId = ''
  const knownBefore: string[] = []

  beforeAll(async () => {
    ;[anna, bela, customer] = [await world.staff('technician'), await world.staff('technician'), await world.customer()]
    const known = async () => {
      const { rows } = await world.admin.query(`select clock_timestamp() + interval '2 milliseconds' as now`)
      knownBefore.push(rows[0].now.toISOString())
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const asked = { technicianId: anna.id, customerOrgId: customer.id, accessLevel: 'full_access', notes: 'a secret' }
    const granted = await atHour(-4, (as) => world.as(as(manager)).post('/api/technician-access/grant', asked))
    const id: string = granted.body.data.id
    await known()
    const narrower = { accessLevel: 'read_only', ipRestrictions: ['203.0.113.9'] }
    await atHour(-3, (as) => world.as(as(manager)).put(`/api/technician-access/${id}`, narrower))
    await known()
    const people = { fromTechnicianId: anna.id, toTechnicianId: bela.id, reason: 'on leave' }
    const moved = await atHour(-2, (as) => world.as(as(manager)).post('/api/technician-access/handoff', people))
    secondId = moved.body.data.transferred[0].toGrantId
    await known()
    await atHour(-1, (as) => world.as(as(manager)).delete(`/api/technician-access/${secondId}`))
    await known()
  })

  const story = async (by = admin): Promise<unknown[]> =>
    Promise.all([-4.5, -3.5, -2.5, -1.5, -0.5].map((at) => told({ customerOrgId: customer.id, at: hour(at) }, by)))

  const four = () => [
    [],
    [[anna.id, 'full_access', null]],
    [[anna.id, 'read_only', ['203.0.113.9']]],
    [[bela.id, 'read_only', ['203.0.113.9']]],
    [],
  ]

  test('each instant has its own answer', async () => {
    expect(await story()).toEqual(four())
  })

  test('a grant is as it was then: active, not yet revoked, with both parties', async () => {
    const { body } = await asOf({ customerOrgId: customer.id, at: hour(-1.5) })
    expect(body.data).toMatchObject({ total: 1, page: 1, limit: 25, totalPages: 1 })
    expect(body.data.items).toEqual([
      {
        id: secondId,
        technicianId: bela.id,
        customerOrgId: customer.id,
        accessLevel: 'read_only',
        status: 'active',
        allowedServices: null,
        ipRestrictions: ['203.0.113.9'],
        timeRestrictions: null,
        startsAt: expect.any(String),
        expiresAt: null,
        grantedBy: manager.id,
        grantedAt: expect.any(String),
        reason: 'on leave',
        notes: null,
        revokedAt: null,
        revokedBy: null,
        revokedReason: null,
        technician: {
          id: bela.id,
          firstName: expect.any(String),
          lastName: expect.any(String),
          email: bela.email,
          role: 'technician',
        },
        customer: { id: customer.id, name: customer.name },
      },
    ])
  })

  test('the same of a person', async () => {
    const of = (person: Person, at: number) => told({ technicianId: person.id, at: hour(at) })
    expect(await of(anna, -3.5)).toEqual([[anna.id, 'full_access', null]])
    expect(await of(anna, -1.5)).toEqual([])
    expect(await of(bela, -2.5)).toEqual([])
    expect(await of(bela, -1.5)).toHaveLength(1)
  })

  test('the very instants: from its granting on, up to its revocation', async () => {
    const { rows } = await world.admin.query(
      'select granted_at, revoked_at from technician_customer_access where id = $1',
      [secondId],
    )
    const at = (time: Date, ms: number) =>
      told({ technicianId: bela.id, at: new Date(time.getTime() + ms).toISOString() })
    const { granted_at: given, revoked_at: ended } = rows[0]
    expect([(await at(given, -1)).length, (await at(given, 0)).length]).toEqual([0, 1])
    expect([(await at(ended, -1)).length, (await at(ended, 0)).length]).toEqual([1, 0])
  })

  test('knownAt leaves out what was recorded later', async () => {
    const known = (at: number, knownAt: string | undefined) =>
      told({ customerOrgId: customer.id, at: hour(at), knownAt: knownAt ?? '' })
    expect(await known(-0.5, knownBefore[0])).toEqual([[anna.id, 'full_access', null]])
    expect(await known(-0.5, knownBefore[1])).toEqual([[anna.id, 'read_only', ['203.0.113.9']]])
    expect(await known(-0.5, knownBefore[2])).toEqual([[bela.id, 'read_only', ['203.0.113.9']]])
    expect(await known(-0.5, knownBefore[3])).toEqual([])
    expect(await known(-3.5, '2020-01-01T00:00:00Z')).toEqual([])
  })

  test('the customer’s admin sees the same without addresses and notes, a technician only themselves', async () => {
    const owner = await world.member(customer, 'admin')
    const { body } = await asOf({ customerOrgId: customer.id, at: hour(-3.5) }, owner)
    expect(body.data.items).toMatchObject([
      { technicianId: anna.id, accessLevel: 'full_access', technician: { email: anna.email } },
    ])
    expect(Object.keys(body.data.items[0])).not.toEqual(expect.arrayContaining(['notes']))
    expect(Object.keys(body.data.items[0])).not.toEqual(expect.arrayContaining(['ipRestrictions']))
    expect(await told({ technicianId: anna.id, at: hour(-2.5) }, anna)).toEqual([
      [anna.id, 'read_only', ['203.0.113.9']],
    ])
  })

  test('still the same after the people are gone, the customer is, and ten thousand later changes', async () => {
    const kept = await world.grant(anna, customer)
    await world.admin.query('update users set status = $2 where id = any ($1)', [[anna.id, bela.id], 'deleted'])
    await world.admin.query(`update organizations set status = 'deleted' where id = $1`, [customer.id])
    await world.admin.query(
      `insert into technician_customer_access_history
       select later.* from technician_customer_access_history h
         cross join generate_series(2, 10000) n
         cross join jsonb_populate_record(h, jsonb_build_object('version', n, 'valid_from', h.valid_from + n * interval '1 second')) later
        where h.access_id = $1`,
      [kept],
    )
    expect((await story()).slice(0, 4)).toEqual(four().slice(0, 4))
    const asked = performance.now()
    for (let i = 0; i < 20; i++) await told({ customerOrgId: customer.id, at: hour(-3.5) })
    expect((performance.now() - asked) / 20).toBeLessThan(300)
  })
})

describe('GET /api/access-management/as-of', () => {
  test('what is scheduled is not in force before its start, and what has expired is not after its end, marked or not', async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const times = { startsAt: hour(1), expiresAt: hour(2) }
    const asked = { technicianId: technician.id, customerOrgId: customer.id, ...times }
    expect(outcome(await world.as(manager).post('/api/access-management/grant', asked))).toBe('201')
    const at = async (time: string) => (await told({ technicianId: technician.id, at: time })).length
    expect(await Promise.all([at(hour(0)), at(times.startsAt), at(hour(1.5)), at(times.expiresAt)])).toEqual([
      0, 1, 1, 0,
    ])
  })

  test('pages, newest grant first unless asked otherwise, and found by name', async () => {
    const technician = await world.staff('technician')
    const ids: string[] = []
    for (const name of ['Ask', 'Embla', 'Ymir']) {
      const customer = await world.customer({ name: `${name} ${uuidv7()}` })
      const asked = { technicianId: technician.id, customerOrgId: customer.id }
      ids.push((await world.as(manager).post('/api/access-management/grant', asked)).body.data.id)
    }
    const page = async (query: Record<string, string> = {}) => {
      const { body } = await asOf({ technicianId: technician.id, at: hour(0.1), ...query })
      return [body.data.items.map(({ id }: any) => id), body.data.total]
    }
    expect(await page()).toEqual([ids.toReversed(), 3])
    expect(await page({ sort: 'grantedAt', limit: '2' })).toEqual([ids.slice(0, 2), 3])
    expect(await page({ sort: 'grantedAt', limit: '2', page: '2' })).toEqual([ids.slice(2), 3])
    expect(await page({ page: '9' })).toEqual([[], 3])
    expect(await page({ search: 'eMBLa' })).toEqual([[ids[1]], 1])
  })

  test.each([
    ['no instant', { technicianId: uuidv7() }],
    ['neither person nor customer', { at: '2026-11-23T08:00:00Z' }],
    ['both', { at: '2026-11-23T08:00:00Z', technicianId: uuidv7(), customerOrgId: uuidv7() }],
    ['an instant without a zone', { at: '2026-11-23T08:00:00', technicianId: uuidv7() }],
    ['a day', { at: '2026-11-23', technicianId: uuidv7() }],
    ['a sort that is none', { at: '2026-11-23T08:00:00Z', technicianId: uuidv7(), sort: 'lastUsedAt' }],
    ['an unknown parameter', { at: '2026-11-23T08:00:00Z', technicianId: uuidv7(), status: 'active' }],
  ])('400: %s', async (_, query) => {
    expect(outcome(await asOf(query))).toBe('400 validation_failed')
  })

  test('404: nobody of the provider, no customer', async () => {
    const member = await world.member(await world.customer(), 'admin')
    const at = hour(0)
    for (const query of [
      { technicianId: uuidv7() },
      { technicianId: member.id },
      { customerOrgId: uuidv7() },
      { customerOrgId: admin.orgId },
    ])
      expect(outcome(await asOf({ at, ...query }))).toBe('404 not_found')
  })

  test('404 for who may ask, but not this; 403 for who may not ask', async () => {
    const [technician, other, customer] = [
      await world.staff('technician'),
      await world.staff('technician'),
      await world.customer(),
    ]
    await world.grant(technician, customer)
    const owner = await world.member(customer, 'admin')
    const stranger = await world.member(await world.customer(), 'admin')
    const at = hour(0.1)
    expect(outcome(await asOf({ at, technicianId: technician.id }, technician))).toBe('200')
    expect(outcome(await asOf({ at, technicianId: other.id }, technician))).toBe('404 not_found')
    expect(outcome(await asOf({ at, customerOrgId: customer.id }, technician))).toBe('404 not_found')
    expect(outcome(await asOf({ at, customerOrgId: customer.id }, owner))).toBe('200')
    expect(outcome(await asOf({ at, technicianId: technician.id }, owner))).toBe('404 not_found')
    expect(outcome(await asOf({ at, customerOrgId: customer.id }, stranger))).toBe('404 not_found')
    expect(outcome(await asOf({ at, customerOrgId: customer.id }, await world.member(customer, 'basic_user')))).toBe(
      '403 forbidden',
    )
    for (const role of ['account_manager', 'security_analyst'] as const)
      expect(outcome(await asOf({ at, customerOrgId: customer.id }, await world.staff(role)))).toBe('200')
  })

  test('a change by a node whose clock is behind follows the one before it all the same', async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const id = await world.grant(technician, customer)
    const change = (level: string, minutes: number) =>
      world.admin.query(
        `update technician_customer_access set access_level = $2, updated_at = now() + $3 * interval '1 minute' where id = $1`,
        [id, level, minutes],
      )
    await change('full_access', 30)
    await change('read_only', 20)
    await change('full_access', 40)
    const levels = async (minutes: number) =>
      (await told({ technicianId: technician.id, at: hour(minutes / 60) })).map(([, level]) => level)
    expect(await Promise.all([10, 25, 35, 45].map(levels))).toEqual([
      ['read_only'],
      ['read_only'],
      ['read_only'],
      ['full_access'],
    ])
  })
})
