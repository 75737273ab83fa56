import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { GrantFields, Person } from '../support/factories.ts'
import { doors, outcome, record, tally, trailOf, untold } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let manager: Person
beforeAll(async () => {
  world = await createWorld()
  manager = await world.staff('account_manager')
})
afterAll(async () => {
  expect(await untold(world), 'no change without its event').toEqual([])
  await world.close()
})

async function granted(fields: GrantFields = {}, holder?: Person) {
  const technician = holder ?? (await world.staff('technician'))
  const customer = await world.customer()
  return { technician, customer, id: await world.grant(technician, customer, fields) }
}

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000)

describe('POST /api/technician-access/:accessId/record-access', () => {
  test.each(['technician', 'security_analyst', 'super_admin'] as const)(
    '200: a %s uses their grant; the use is counted, and is the event that the answer names',
    async (role) => {
      const { id, technician, customer } = await granted({}, await world.staff(role))
      const use = {
        service: 'siem',
        action: 'Looked at "alerts"',
        ticket: 'INC-4711',
        durationSeconds: 90,
        details: { alerts: [1, 2], nested: { deep: true } },
      }
      const { status, body } = await record(world, technician, id, use)
      expect(status).toBe(200)
      expect(body.data).toEqual({
        usageId: expect.any(String),
        recordedAt: expect.any(String),
        grant: expect.objectContaining({
          id,
          lastUsedAt: body.data.recordedAt,
          usageCount: 1,
          customer: { id: customer.id, name: customer.name },
        }),
      })
      expect(await trailOf(world, customer.id)).toMatchObject([
        {
          id: body.data.usageId,
          action: 'access.used',
          user_id: technician.id,
          resource_id: id,
          outcome: 'success',
          risk_level: 'low',
          details: { ...use, accessLevel: 'read_only' },
        },
      ])
      const listed = await world.as(technician).get(`/api/technician-access/technician/${technician.id}`)
      expect(listed.body.data.items).toEqual([body.data.grant])
    },
  )

  test('the use of an emergency is critical', async () => {
    const { id, technician, customer } = await granted({ accessLevel: 'emergency' })
    expect(outcome(await record(world, technician, id, { accessLevel: 'full_access' }))).toBe('200')
    expect(await trailOf(world, customer.id)).toMatchObject([{ action: 'access.used', risk_level: 'critical' }])
  })

  test('a use from an address that its holder did not come from before says so, once; the first address of all does not', async () => {
    const { id, technician, customer } = await granted()
    const uses = ['203.0.113.1', '203.0.113.1', '203.0.113.2', '203.0.113.2', '203.0.113.1']
    for (const address of uses) {
      const use = { service: 'siem', action: 'Looked' }
      const client = world.as(technician, { address })
      expect(await client.post(`/api/technician-access/${id}/record-access`, use)).toMatchObject({ status: 200 })
    }
    const events = await trailOf(world, customer.id)
    expect(events.map(({ risk_factors }) => risk_factors)).toEqual([[], [], ['new_address'], [], []])
    const other = await granted()
    await record(world, other.technician, other.id)
    expect(await trailOf(world, other.customer.id), 'of one person alone').toMatchObject([{ risk_factors: [] }])
    for (let tries = 0; tries < 2; tries++) {
      const answer = world.as(technician, { address: '203.0.113.3' })
      const refused = { service: 'siem', action: 'Looked', accessLevel: 'full_access' }
      await answer.post(`/api/technician-access/${id}/record-access`, refused)
    }
    const denied = (await trailOf(world, customer.id)).slice(uses.length)
    expect(
      denied.map(({ risk_factors }) => risk_factors),
      'a refused use makes nothing known',
    ).toEqual([
      ['new_address', 'denied'],
      ['new_address', 'denied'],
    ])
  })

  const never = { timezone: 'UTC', windows: [{ days: ['mon'], start: '00:00', end: '00:01' }] }
  const other = { timezone: 'UTC', windows: [{ days: ['tue'], start: '00:00', end: '00:01' }] }
  test.each([
    ['a revoked grant', { status: 'revoked' }, {}, ['grant_not_active', 'revoked']],
    ['an expired grant', { status: 'expired' }, {}, ['grant_not_active', 'expired']],
    [
      'one that only the clock has expired',
      { startsAt: ago(2), expiresAt: ago(1) },
      {},
      ['grant_not_active', 'expired'],
    ],
    ['one that has not started', { status: 'scheduled', startsAt: ago(-1) }, {}, ['grant_not_active', 'not_started']],
    ['another address', { ipRestrictions: ['203.0.113.9'] }, {}, ['ip_not_allowed']],
    ['another hour', { timeRestrictions: new Date().getUTCDay() === 1 ? other : never }, {}, ['outside_time_window']],
    ['a service that is not listed', { allowedServices: ['edr'] }, {}, ['service_not_allowed']],
    ['too low a level', {}, { accessLevel: 'full_access' }, ['level_insufficient']],
    [
      'several things at once',
      { ipRestrictions: ['203.0.113.9'], allowedServices: ['edr'] },
      { accessLevel: 'full_access' },
      ['ip_not_allowed', 'service_not_allowed', 'level_insufficient'],
    ],
  ] as [string, GrantFields, object, string[]][])(
    '403: %s, with every reason, one event and no use',
    async (_, fields, use, reasons) => {
      const { id, technician, customer } = await granted(fields)
      const denials = (await trailOf(world, technician.orgId)).length
      const answer = await record(world, technician, id, use)
      expect(outcome(answer)).toBe('403 access_restricted')
      expect(answer.body.details).toEqual({ reasons })
      expect(await trailOf(world, customer.id)).toMatchObject([
        {
          action: 'access.use_denied',
          user_id: technician.id,
          resource_id: id,
          outcome: 'denied',
          details: { service: 'siem', reasons },
        },
      ])
      expect((await trailOf(world, technician.orgId)).length, 'nor one of the provider’s').toBe(denials)
      const { rows } = await world.admin.query(
        'select usage_count, last_used_at from technician_customer_access where id = $1',
        [id],
      )
      expect(rows).toEqual([{ usage_count: '0', last_used_at: null }])
    },
  )

  test('403: a suspended customer', async () => {
    const { id, technician, customer } = await granted()
    await world.admin.query(`update organizations set status = 'suspended' where id = $1`, [customer.id])
    const answer = await record(world, technician, id)
    expect({ ended: outcome(answer), details: answer.body.details }).toEqual({
      ended: '403 access_restricted',
      details: { reasons: ['customer_inactive'] },
    })
  })

  test('decides on the grant of this moment, not on what the server remembers', async () => {
    const { id, technician, customer } = await granted()
    expect(outcome(await world.as(technician).get(`/api/organizations/${customer.id}`))).toBe('200')
    await world.admin.query(`update technician_customer_access set allowed_services = '{edr}' where id = $1`, [id])
    expect((await record(world, technician, id)).body.details).toEqual({ reasons: ['service_not_allowed'] })
  })

  test('decides on that grant alone, whatever another one would allow', async () => {
    const { id, technician, customer } = await granted({ allowedServices: ['edr'] })
    await world.grant(technician, customer, { accessLevel: 'emergency' })
    expect((await record(world, technician, id)).body.details).toEqual({ reasons: ['service_not_allowed'] })
  })

  test('404: a grant of somebody else, and none, are the same; also for who manages grants', async () => {
    const { id } = await granted()
    for (const person of [
      await world.staff('technician'),
      await world.staff('super_admin'),
      await world.staff('security_analyst'),
    ]) {
      const [foreign, none] = [await record(world, person, id), await record(world, person, uuidv7())]
      expect(outcome(foreign)).toBe('404 not_found')
      expect(foreign.body).toEqual(none.body)
    }
  })

  test('403: who is no grantee by role', async () => {
    const { id, customer } = await granted()
    for (const person of [manager, await world.member(customer, 'admin')])
      expect(outcome(await record(world, person, id))).toBe('403 forbidden')
  })

  let deep: unknown = 'x'
  for (let i = 0; i < 6; i++) deep = { deep }
  test.each([
    ['no service', { service: undefined }],
    ['a service that is no slug', { service: 'Log 4 Shell' }],
    ['no action', { action: ' ' }],
    ['an action of several lines', { action: 'one\ntwo' }],
    ['a long action', { action: 'x'.repeat(201) }],
    ['a long ticket', { ticket: 'x'.repeat(101) }],
    ['a negative duration', { durationSeconds: -1 }],
    ['half a second', { durationSeconds: 0.5 }],
    ['details that are no object', { details: ['x'] }],
    ['details too deep', { details: deep }],
    ['details too large', { details: { x: 'x'.repeat(8192) } }],
    ['details with what cannot be stored', { details: { x: 'a\0b' } }],
    ['details with half a character', { details: { x: '\ud800' } }],
    ['an unknown field', { ip: '203.0.113.9' }],
  ])('400: %s, and no event', async (_, fields) => {
    const { id, technician, customer } = await granted()
    expect(outcome(await record(world, technician, id, fields))).toBe('400 validation_failed')
    expect(await trailOf(world, customer.id)).toEqual([])
  })

  test('sent again with its Idempotency-Key a use is the same use; what was refused is tried anew', async () => {
    const { id, technician, customer } = await granted({ allowedServices: ['edr'] })
    const url = `/api/technician-access/${id}/record-access`
    const send = (service: string) =>
      world.as(technician).post(url, { service, action: 'looked' }, { 'idempotency-key': `${service}-${id}` })
    const [first, second] = [await send('edr'), await send('edr')]
    expect([outcome(first), second.body]).toEqual(['200', first.body])
    expect([outcome(await send('siem')), outcome(await send('siem'))]).toEqual(Array(2).fill('403 access_restricted'))
    expect((await trailOf(world, customer.id)).map(({ action }) => action)).toEqual([
      'access.used',
      'access.use_denied',
      'access.use_denied',
    ])
  })

  test('uses at the same time are all counted', async () => {
    const { id, technician, customer } = await granted()
    const answers = await Promise.all(Array.from({ length: 20 }, () => record(world, technician, id)))
    expect(tally(answers)).toEqual({ '200': 20 })
    expect(answers.map(({ body }) => body.data.grant.usageCount).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    )
    expect(await trailOf(world, customer.id)).toHaveLength(20)
  })

  test('of uses during a revocation each is a use or a refusal, and told as what it was', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, technician, customer } = await granted()
      const uses = Array.from({ length: 10 }, () => record(world, technician, id))
      const revoked = world.as(manager).delete(doors[0]?.one(id) ?? '')
      const answers = await Promise.all(uses)
      expect(outcome(await revoked)).toBe('200')
      const used = answers.filter(({ status }) => status === 200).length
      expect(tally(answers)).toEqual({
        ...(used > 0 && { '200': used }),
        ...(used < 10 && { '403 access_restricted': 10 - used }),
      })
      const told = (await trailOf(world, customer.id)).map(({ action }) => action)
      expect(told.filter((action) => action === 'access.used')).toHaveLength(used)
      expect(told.filter((action) => action === 'access.use_denied')).toHaveLength(10 - used)
    }
  })

  test('a use that waits for a revocation under way is refused', async () => {
    const { id, technician } = await granted()
    const client = await world.admin.connect()
    try {
      await client.query('begin')
      await client.query(
        `update technician_customer_access set status = 'revoked', revoked_at = now(), updated_at = now() where id = $1`,
        [id],
      )
      const waiting = record(world, technician, id)
      await new Promise((resolve) => setTimeout(resolve, 100))
      await client.query('commit')
      expect((await waiting).body.details).toEqual({ reasons: ['grant_not_active', 'revoked'] })
    } finally {
      client.release()
    }
  })
})
