import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Person } from '../support/factories.ts'
import { doors, hoursFromNow, outcome, tally, trailOf, untold } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let manager: Person
let admin: Person
beforeAll(async () => {
  world = await createWorld()
  manager = await world.staff('account_manager')
  admin = await world.staff('super_admin')
})
afterAll(async () => {
  expect(await untold(world), 'no change without its event').toEqual([])
  await world.close()
})

const pair = async () => ({
  technicianId: (await world.staff('technician')).id,
  customerOrgId: (await world.customer()).id,
})

describe.each(doors)('POST $prefix/grant', ({ prefix }) => {
  const grant = (body: object, by: Person = manager) => world.as(by).post(`${prefix}/grant`, body)

  test('201: a read-only grant from now on and for good, with both parties, and its event in the trail of the customer', async () => {
    const technician = await world.staff('technician')
    const customer = await world.customer()
    const asked = Date.now()
    const { status, body } = await grant({ technicianId: technician.id, customerOrgId: customer.id })
    expect(status).toBe(201)
    expect(body.data).toEqual({
      id: expect.any(String),
      technicianId: technician.id,
      customerOrgId: customer.id,
      accessLevel: 'read_only',
      status: 'active',
      allowedServices: null,
      ipRestrictions: null,
      timeRestrictions: null,
      startsAt: body.data.grantedAt,
      expiresAt: null,
      grantedBy: manager.id,
      grantedAt: expect.any(String),
      reason: null,
      notes: null,
      revokedAt: null,
      revokedBy: null,
      revokedReason: null,
      lastUsedAt: null,
      usageCount: 0,
      technician: {
        id: technician.id,
        firstName: expect.any(String),
        lastName: expect.any(String),
        email: technician.email,
        role: 'technician',
      },
      customer: { id: customer.id, name: customer.name },
    })
    expect(Date.parse(body.data.grantedAt) - asked).toBeLessThan(2000)
    expect(await trailOf(world, customer.id)).toMatchObject([
      {
        action: 'access.granted',
        user_id: manager.id,
        resource_type: 'grant',
        resource_id: body.data.id,
        risk_level: 'high',
        changes: { before: null, after: { technicianId: technician.id, accessLevel: 'read_only' } },
      },
    ])
  })

  test('201: everything that can be asked for is kept, addresses in their canonical form', async () => {
    const asked = {
      ...(await pair()),
      accessLevel: 'full_access',
      startsAt: hoursFromNow(1),
      expiresAt: hoursFromNow(48),
      allowedServices: ['siem', 'edr'],
      ipRestrictions: ['203.0.113.0/24', '2001:DB8::/32'],
      timeRestrictions: {
        timezone: 'Europe/Paris',
        windows: [{ days: ['fri'], start: '22:00', end: '06:00' }],
      },
      reason: 'Migration of the week',
      notes: 'Two lines\nof "notes" \\ {with} marks',
    }
    const { status, body } = await grant(asked)
    expect(status).toBe(201)
    const kept = { ...asked, ipRestrictions: ['203.0.113.0/24', '2001:db8::/32'], status: 'scheduled' }
    expect(body.data).toMatchObject(kept)
    const listed = await world.as(manager).get(`${prefix}/technician/${asked.technicianId}`)
    expect(listed.body.data.items).toEqual([body.data])
  })

  test('null restricts no more than leaving it out', async () => {
    const nothing = {
      expiresAt: null,
      allowedServices: null,
      ipRestrictions: null,
      timeRestrictions: null,
      notes: null,
    }
    const { status, body } = await grant({ ...(await pair()), startsAt: null, reason: null, ...nothing })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({ ...nothing, status: 'active' })
  })

  test('a new grant bites at once, also for somebody just refused', async () => {
    const technician = await world.staff('technician')
    const customer = await world.customer()
    const look = () => world.as(technician).get(`/api/organizations/${customer.id}`)
    expect(outcome(await look())).toBe('404 not_found')
    await grant({ technicianId: technician.id, customerOrgId: customer.id })
    expect(outcome(await look())).toBe('200')
  })

  test.each([
    ['an end before the start', { startsAt: hoursFromNow(2), expiresAt: hoursFromNow(1) }, 'expiresAt'],
    ['an end that is the start', { startsAt: '2040-01-01T00:00:00Z', expiresAt: '2040-01-01T00:00:00Z' }, 'expiresAt'],
    ['an end in the past', { startsAt: hoursFromNow(-5), expiresAt: hoursFromNow(-1) }, 'expiresAt'],
    ['an empty list of services', { allowedServices: [] }, 'allowedServices'],
    ['a service that is no slug', { allowedServices: ['SIEM!'] }, 'allowedServices.0'],
    ['an empty list of addresses', { ipRestrictions: [] }, 'ipRestrictions'],
    ['a block with host bits', { ipRestrictions: ['203.0.113.9/24'] }, 'ipRestrictions.0'],
    ['no windows', { timeRestrictions: { timezone: 'UTC', windows: [] } }, 'timeRestrictions.windows'],
    [
      'a zone that does not exist',
      { timeRestrictions: { timezone: 'Mars/Olympus', windows: [{ days: ['mon'], start: '08:00', end: '17:00' }] } },
      'timeRestrictions.timezone',
    ],
    [
      'a window without length',
      { timeRestrictions: { timezone: 'UTC', windows: [{ days: ['mon'], start: '08:00', end: '08:00' }] } },
      'timeRestrictions.windows.0.end',
    ],
    ['a level that does not exist', { accessLevel: 'root' }, 'accessLevel'],
    ['an empty reason', { reason: ' ' }, 'reason'],
    ['a time without a zone', { expiresAt: '2040-01-01T00:00:00' }, 'expiresAt'],
    ['an emergency without a reason', { accessLevel: 'emergency' }, 'reason'],
    ['an emergency with a short reason', { accessLevel: 'emergency', reason: '   on fire  ' }, 'reason'],
    [
      'an emergency with an invisible reason',
      { accessLevel: 'emergency', reason: `on fire${'\u200b'.repeat(9)}` },
      'reason',
    ],
    [
      'an emergency over 24 hours',
      {
        accessLevel: 'emergency',
        reason: 'the firewall is down',
        startsAt: '2040-01-01T00:00:00.000Z',
        expiresAt: '2040-01-02T00:00:00.001Z',
      },
      'expiresAt',
    ],
  ])('400: %s', async (_, fields, path) => {
    const { status, body } = await grant({ ...(await pair()), ...fields })
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'validation_failed' })
    expect(body.details.map((fault: { path: string }) => fault.path)).toContain(path)
  })

  test('400: what nobody may set is refused, not ignored', async () => {
    for (const field of ['status', 'grantedBy', 'usageCount', 'revokedAt', 'id']) {
      expect(outcome(await grant({ ...(await pair()), [field]: 'active' })), field).toBe('400 validation_failed')
    }
  })

  test('an emergency ends after 4 hours unless it says otherwise, after 24 at most, and is critical', async () => {
    const asked = { ...(await pair()), accessLevel: 'emergency', reason: 'ten chars!' }
    const { status, body } = await grant(asked)
    expect(status).toBe(201)
    expect(Date.parse(body.data.expiresAt) - Date.parse(body.data.startsAt)).toBe(4 * 3_600_000)
    expect(await trailOf(world, asked.customerOrgId)).toMatchObject([
      { action: 'access.granted', risk_level: 'critical', risk_factors: ['emergency_access'] },
    ])
    const day = { startsAt: '2040-01-01T00:00:00.000Z', expiresAt: '2040-01-02T00:00:00.000Z' }
    expect(outcome(await grant({ ...asked, ...(await pair()), ...day }))).toBe('201')
  })

  test.each([
    ['a customer’s member', () => world.customer().then((customer) => world.member(customer, 'admin'))],
    ['an account manager', () => world.staff('account_manager')],
    ['an invited technician', () => world.staff('technician', { status: 'invited' })],
    ['a suspended technician', () => world.staff('technician', { status: 'suspended' })],
    ['a deleted technician', () => world.staff('technician', { status: 'deleted' })],
  ])('400: %s is not eligible', async (_, make) => {
    const { id: customerOrgId } = await world.customer()
    const { id: technicianId } = await make()
    expect(outcome(await grant({ technicianId, customerOrgId }, admin))).toBe('400 grantee_not_eligible')
    expect(await trailOf(world, customerOrgId)).toEqual([])
  })

  test.each(['technician', 'security_analyst', 'super_admin'] as const)(
    '201: an active %s is eligible',
    async (role) => {
      const { id: technicianId } = await world.staff(role)
      expect(outcome(await grant({ technicianId, customerOrgId: (await world.customer()).id }, admin))).toBe('201')
    },
  )

  test('403: an account manager does not decide about a super admin', async () => {
    const { id: technicianId } = await world.staff('super_admin')
    const { id: customerOrgId } = await world.customer()
    expect(outcome(await grant({ technicianId, customerOrgId }))).toBe('403 forbidden')
  })

  test('404: an unknown person', async () => {
    const { id: customerOrgId } = await world.customer()
    expect(outcome(await grant({ technicianId: uuidv7(), customerOrgId }))).toBe('404 not_found')
  })

  test('404: an unknown customer, and the provider', async () => {
    const { id: technicianId } = await world.staff('technician')
    for (const customerOrgId of [uuidv7(), (await world.provider()).id])
      expect(outcome(await grant({ technicianId, customerOrgId }))).toBe('404 not_found')
  })

  test.each(['suspended', 'deleted'] as const)('409: a customer that is %s', async (state) => {
    const { id: technicianId } = await world.staff('technician')
    const { id: customerOrgId } = await world.customer({ status: state })
    expect(outcome(await grant({ technicianId, customerOrgId }))).toBe('409 customer_not_active')
  })

  test('403: nobody grants to themselves, and the try is one event', async () => {
    for (const self of [admin, manager]) {
      const { id: customerOrgId } = await world.customer()
      const before = (await trailOf(world, self.orgId)).length
      expect(outcome(await grant({ technicianId: self.id, customerOrgId }, self))).toBe('403 forbidden')
      expect((await trailOf(world, self.orgId)).slice(before)).toMatchObject([
        { action: 'authorization.denied', user_id: self.id, outcome: 'denied' },
      ])
    }
  })

  test('409: a second live grant of the kind; an emergency beside a standing one, and a scheduled one counts', async () => {
    const asked = await pair()
    const emergency = { ...asked, accessLevel: 'emergency', reason: 'the firewall is down' }
    expect(outcome(await grant({ ...asked, startsAt: hoursFromNow(5) }))).toBe('201')
    expect(outcome(await grant({ ...asked, accessLevel: 'full_access' }))).toBe('409 grant_already_active')
    expect(outcome(await grant(emergency))).toBe('201')
    expect(outcome(await grant(emergency))).toBe('409 grant_already_active')
  })

  test('of 50 that ask at once one gets the grant, and there is one event', async () => {
    const asked = await pair()
    const answers = await Promise.all(Array.from({ length: 50 }, () => grant(asked)))
    expect(tally(answers)).toEqual({ '201': 1, '409 grant_already_active': 49 })
    expect(await trailOf(world, asked.customerOrgId)).toHaveLength(1)
  })

  test('sent again with its Idempotency-Key it is the grant that was given, not another try', async () => {
    const asked = await pair()
    const again = () => world.as(manager).post(`${prefix}/grant`, asked, { 'idempotency-key': asked.customerOrgId })
    const [first, second] = [await again(), await again()]
    expect([outcome(first), second.body]).toEqual(['201', first.body])
    expect(await trailOf(world, asked.customerOrgId)).toHaveLength(1)
  })

  test('a grant that has expired but is not marked so stands in nobody’s way, and is marked in the same act', async () => {
    const technician = await world.staff('technician')
    const { id: customerOrgId } = await world.customer()
    const times = { startsAt: new Date(Date.now() - 7_200_000), expiresAt: new Date(Date.now() - 60_000) }
    const old = await world.grant(technician, { id: customerOrgId }, times)
    const other = await world.grant(technician, { id: customerOrgId }, { ...times, accessLevel: 'emergency' })
    const told = (await trailOf(world, customerOrgId)).length
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => grant({ technicianId: technician.id, customerOrgId })),
    )
    expect(tally(answers)).toEqual({ '201': 1, '409 grant_already_active': 9 })
    const { rows } = await world.admin.query(
      'select id, status from technician_customer_access where id = any ($1) order by id',
      [[old, other]],
    )
    expect(rows).toEqual([
      { id: old, status: 'expired' },
      { id: other, status: 'active' },
    ])
    expect((await trailOf(world, customerOrgId)).slice(told)).toMatchObject([
      { action: 'access.expired', resource_id: old, user_id: null },
      { action: 'access.granted', user_id: manager.id },
    ])
  })

  test('a customer that is suspended while the grant is being made has no grant, or was granted first', async () => {
    const asked = await pair()
    const client = await world.admin.connect()
    try {
      await client.query('begin')
      await client.query(`update organizations set status = 'suspended' where id = $1`, [asked.customerOrgId])
      const pending = grant(asked)
      await new Promise((resolve) => setTimeout(resolve, 100))
      await client.query('commit')
      expect(outcome(await pending)).toBe('409 customer_not_active')
    } finally {
      client.release()
    }
  })
})
