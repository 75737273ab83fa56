import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, GrantFields, Person } from '../support/factories.ts'
import { doors, hoursFromNow, outcome, record, tally, trailOf, untold } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

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

const reason = 'on leave from Monday'

/** Somebody with a grant on a customer, and somebody else. */
async function story(fields: GrantFields = {}) {
  const [from, to] = [await world.staff('technician'), await world.staff('technician')]
  const customer = await world.customer()
  return { from, to, customer, id: await world.grant(from, customer, fields) }
}

const grantsOf = async (person: Person, status = 'active'): Promise<any[]> => {
  const { body } = await world
    .as(manager)
    .get(`/api/access-management/technician/${person.id}?status=${status}&limit=100`)
  return body.data.items
}

/** What it lets its holder do, and nothing of its history. */
const termsOf = (grant: any) => {
  const { accessLevel, allowedServices, ipRestrictions, timeRestrictions, expiresAt } = grant
  return { accessLevel, allowedServices, ipRestrictions, timeRestrictions, expiresAt }
}

const office = { timezone: 'Europe/Berlin', windows: [{ days: ['mon'], start: '08:00', end: '18:00' }] }

describe.each(doors)('POST $prefix/handoff', ({ prefix }) => {
  const handOff = (
    from: { id: string },
    to: { id: string },
    fields: object = {},
    by: Person = manager,
  ): Promise<Answer> =>
    world.as(by).post(`${prefix}/handoff`, { fromTechnicianId: from.id, toTechnicianId: to.id, reason, ...fields })

  test('200: the receiver has the same access, the other one none, and both are told', async () => {
    const expiresAt = new Date(hoursFromNow(48))
    const terms = { allowedServices: ['siem'], ipRestrictions: ['203.0.113.0/24'], timeRestrictions: office, expiresAt }
    const { from, to, customer, id } = await story({ accessLevel: 'full_access', ...terms })
    const { status, body } = await handOff(from, to)
    expect({ status, data: body.data }).toEqual({
      status: 200,
      data: {
        transferred: [
          { customerOrgId: customer.id, fromGrantId: id, toGrantId: expect.any(String), outcome: 'created' },
        ],
        skipped: [],
        dryRun: false,
      },
    })
    const { toGrantId } = body.data.transferred[0]
    const [given] = await grantsOf(to)
    expect(given).toMatchObject({
      id: toGrantId,
      accessLevel: 'full_access',
      ...terms,
      expiresAt: expiresAt.toISOString(),
      grantedBy: manager.id,
      reason,
      notes: null,
      lastUsedAt: null,
      usageCount: 0,
      technician: { id: to.id },
      customer: { id: customer.id },
    })
    expect(given.startsAt).toBe(given.grantedAt)
    expect(await grantsOf(from)).toEqual([])
    const [ended] = await grantsOf(from, 'revoked')
    expect(ended).toMatchObject({ id, revokedBy: manager.id, revokedReason: reason, revokedAt: given.grantedAt })
    expect(await trailOf(world, customer.id)).toMatchObject([
      {
        action: 'access.handed_off',
        user_id: manager.id,
        resource_id: id,
        risk_level: 'high',
        changes: { before: { status: 'active' }, after: { status: 'revoked', revokedReason: reason } },
        details: { fromTechnicianId: from.id, toTechnicianId: to.id, toGrantId, outcome: 'created', reason },
      },
      { action: 'access.granted', resource_id: toGrantId, details: { technicianId: to.id, handedOverFrom: id } },
    ])
  })

  test('bites at once, for both', async () => {
    const { from, to, customer } = await story()
    const look = async (person: Person) => outcome(await world.as(person).get(`/api/organizations/${customer.id}`))
    expect([await look(from), await look(to)]).toEqual(['200', '404 not_found'])
    await handOff(from, to)
    expect([await look(from), await look(to)]).toEqual(['404 not_found', '200'])
  })

  test('maintainOriginalAccess: both have it, and the first one’s is as it was', async () => {
    const { from, to, customer, id } = await story({ accessLevel: 'full_access' })
    const before = await grantsOf(from)
    expect(outcome(await handOff(from, to, { maintainOriginalAccess: true }))).toBe('200')
    expect(await grantsOf(from)).toEqual(before)
    expect(await grantsOf(to)).toMatchObject([{ accessLevel: 'full_access' }])
    const [told] = await trailOf(world, customer.id)
    expect(told).toMatchObject({ action: 'access.handed_off', resource_id: id, changes: null })
    expect(told?.details).toMatchObject({ maintainOriginalAccess: true })
  })

  test('dry run: tells the same, and changes and tells the trail nothing', async () => {
    const { from, to, customer, id } = await story()
    const other = await world.customer()
    await world.grant(from, other)
    const held = await world.grant(to, other)
    const { status, body } = await handOff(from, to, { dryRun: true })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      transferred: [
        { customerOrgId: customer.id, fromGrantId: id, toGrantId: null, outcome: 'created' },
        { customerOrgId: other.id, toGrantId: held, outcome: 'merged' },
      ],
      dryRun: true,
    })
    expect(await grantsOf(from)).toHaveLength(2)
    expect(await grantsOf(to)).toMatchObject([{ id: held }])
    expect([...(await trailOf(world, customer.id)), ...(await trailOf(world, other.id))]).toEqual([])
    const done = await handOff(from, to)
    expect(done.body.data.transferred.map((one: any) => [one.fromGrantId, one.outcome])).toEqual(
      body.data.transferred.map((one: any) => [one.fromGrantId, one.outcome]),
    )
  })

  test('only the customers that are named; one where there is nothing live is skipped, as is one that does not exist', async () => {
    const { from, to, customer, id } = await story()
    const [kept, ended, late] = [await world.customer(), await world.customer(), await world.customer()]
    await world.grant(from, kept)
    await world.grant(from, ended, { status: 'revoked' })
    const past = { startsAt: new Date(Date.now() - 60_000), expiresAt: new Date(Date.now() - 1) }
    await world.grant(from, late, past)
    const unknown = uuidv7()
    const { body } = await handOff(from, to, { customerOrgIds: [unknown, ended.id, late.id, customer.id] })
    expect(body.data).toMatchObject({
      transferred: [{ customerOrgId: customer.id, fromGrantId: id }],
      skipped: [unknown, ended.id, late.id].map((customerOrgId) => ({ customerOrgId, reason: 'no_active_grant' })),
    })
    expect(await grantsOf(from)).toMatchObject([{ customerOrgId: kept.id }])
  })

  test('200: somebody who has nothing hands nothing over', async () => {
    const [from, to] = [await world.staff('technician'), await world.staff('technician')]
    const { status, body } = await handOff(from, to)
    expect({ status, data: body.data }).toEqual({ status: 200, data: { transferred: [], skipped: [], dryRun: false } })
  })

  test('an emergency stays with whom it was granted to, and so does its review', async () => {
    const { from, to, customer } = await story()
    const emergency = await world.grant(from, customer, { accessLevel: 'emergency' })
    const { body } = await handOff(from, to)
    expect(body.data).toMatchObject({
      transferred: [{ customerOrgId: customer.id }],
      skipped: [{ customerOrgId: customer.id, reason: 'emergency_grant' }],
    })
    expect(await grantsOf(from)).toMatchObject([{ id: emergency }])
    expect(await grantsOf(to)).toMatchObject([{ accessLevel: 'read_only' }])
  })

  test('a scheduled grant stays scheduled for the same time', async () => {
    const startsAt = new Date(hoursFromNow(5))
    const { from, to } = await story({ status: 'scheduled', startsAt, accessLevel: 'full_access' })
    expect(outcome(await handOff(from, to))).toBe('200')
    expect(await grantsOf(to)).toEqual([])
    expect(await grantsOf(to, 'scheduled')).toMatchObject([
      { startsAt: startsAt.toISOString(), accessLevel: 'full_access' },
    ])
  })

  test('grants on a suspended customer move too: they must not wake up with the wrong person', async () => {
    const [from, to] = [await world.staff('technician'), await world.staff('technician')]
    const customer = await world.customer({ status: 'suspended' })
    await world.grant(from, customer)
    expect((await handOff(from, to)).body.data.transferred).toMatchObject([{ outcome: 'created' }])
    const look = async (person: Person) => outcome(await world.as(person).get(`/api/organizations/${customer.id}`))
    expect([await look(from), await look(to)]).toEqual(['404 not_found', '403 access_restricted'])
  })

  test('somebody who is suspended can be relieved', async () => {
    const { from, to } = await story()
    await world.admin.query(`update users set status = 'suspended' where id = $1`, [from.id])
    expect((await handOff(from, to)).body.data.transferred).toHaveLength(1)
  })

  describe('where the receiver has a grant already', () => {
    async function meeting(source: GrantFields, held: GrantFields, fields: object = {}) {
      const { from, to, customer, id } = await story(source)
      const heldId = await world.grant(to, customer, held)
      const [before] = await grantsOf(to, held.status ?? 'active')
      const { body } = await handOff(from, to, fields)
      return { from, to, customer, id, heldId, before, data: body.data, told: await trailOf(world, customer.id) }
    }

    test('a narrower one adds nothing: it is merged, and theirs stays as it was, version and all', async () => {
      const { from, to, customer, id, heldId, before, data, told } = await meeting(
        { allowedServices: ['siem'] },
        { accessLevel: 'full_access' },
      )
      expect(data.transferred).toEqual([
        { customerOrgId: customer.id, fromGrantId: id, toGrantId: heldId, outcome: 'merged' },
      ])
      expect(await grantsOf(to)).toEqual([before])
      expect(await grantsOf(from)).toEqual([])
      expect(told.map(({ action }) => action)).toEqual(['access.handed_off'])
      const { rows } = await world.admin.query('select version from technician_customer_access where id = $1', [heldId])
      expect(rows).toEqual([{ version: 1 }])
    })

    test('a wider one takes its place whole, and theirs keeps its id and who granted it', async () => {
      const expiresAt = new Date(hoursFromNow(48))
      const source: GrantFields = { accessLevel: 'full_access', allowedServices: ['siem', 'edr'], expiresAt }
      const { to, heldId, before, data, told } = await meeting(source, {
        allowedServices: ['siem'],
        ipRestrictions: ['203.0.113.9'],
        expiresAt: new Date(hoursFromNow(24)),
      })
      expect(data.transferred).toMatchObject([{ toGrantId: heldId, outcome: 'merged' }])
      expect(await grantsOf(to)).toEqual([
        {
          ...before,
          accessLevel: 'full_access',
          allowedServices: ['siem', 'edr'],
          ipRestrictions: null,
          expiresAt: expiresAt.toISOString(),
        },
      ])
      expect(told.map(({ action, resource_id }) => [action, resource_id])).toEqual([
        ['access.handed_off', expect.any(String)],
        ['access.updated', heldId],
      ])
      expect(told[1]?.changes.before).toMatchObject({ accessLevel: 'read_only', ipRestrictions: ['203.0.113.9'] })
      expect(Object.keys(told[1]?.changes.after).toSorted()).toEqual([
        'accessLevel',
        'allowedServices',
        'expiresAt',
        'ipRestrictions',
      ])
    })

    test.each<[string, GrantFields, GrantFields]>([
      ['a higher level from one address only', { accessLevel: 'full_access', ipRestrictions: ['203.0.113.9'] }, {}],
      ['a higher level at some hours only', { accessLevel: 'full_access', timeRestrictions: office }, {}],
      ['a higher level for one service only', { accessLevel: 'full_access', allowedServices: ['siem'] }, {}],
      ['a higher level for some days only', { accessLevel: 'full_access', expiresAt: new Date(hoursFromNow(48)) }, {}],
      ['from anywhere, but at a lower level', {}, { accessLevel: 'full_access', ipRestrictions: ['203.0.113.9'] }],
      ['other addresses', { ipRestrictions: ['203.0.113.9'] }, { ipRestrictions: ['203.0.113.10'] }],
    ])('%s: neither contains the other, both stay as they are', async (_, source, held) => {
      const { from, to, customer, id, before, data, told } = await meeting(source, held)
      expect(data).toEqual({
        transferred: [],
        skipped: [{ customerOrgId: customer.id, reason: 'merge_would_widen' }],
        dryRun: false,
      })
      expect(await grantsOf(to)).toEqual([before])
      expect(await grantsOf(from)).toMatchObject([{ id }])
      expect(told).toEqual([])
    })

    test('one that only begins later begins now with a wider one that has begun', async () => {
      const startsAt = new Date(hoursFromNow(5))
      const { to, heldId } = await meeting({ accessLevel: 'full_access' }, { status: 'scheduled', startsAt })
      const [given] = await grantsOf(to)
      expect(given).toMatchObject({ id: heldId, accessLevel: 'full_access' })
      expect(Math.abs(Date.parse(given.startsAt) - Date.now())).toBeLessThan(5000)
    })

    test('maintainOriginalAccess: merged, and both have it', async () => {
      const { from, to, id } = await meeting({ accessLevel: 'full_access' }, {}, { maintainOriginalAccess: true })
      expect(await grantsOf(from)).toMatchObject([{ id }])
      expect(await grantsOf(to)).toMatchObject([{ accessLevel: 'full_access' }])
    })

    test('an emergency of theirs does not count, nor does one that has expired, which is marked so in the same act', async () => {
      const { from, to, customer } = await story()
      await world.grant(to, customer, { accessLevel: 'emergency' })
      const past = { startsAt: new Date(Date.now() - 60_000), expiresAt: new Date(Date.now() - 1) }
      const old = await world.grant(to, customer, { ...past, accessLevel: 'full_access' })
      expect((await handOff(from, to)).body.data.transferred).toMatchObject([{ outcome: 'created' }])
      expect((await grantsOf(to)).map(({ accessLevel }) => accessLevel).toSorted()).toEqual(['emergency', 'read_only'])
      const [expired] = await trailOf(world, customer.id)
      expect(expired).toMatchObject({ action: 'access.expired', resource_id: old, user_id: null })
      const { rows } = await world.admin.query('select status from technician_customer_access where id = $1', [old])
      expect(rows).toEqual([{ status: 'expired' }])
    })
  })

  test('400: to oneself, from the one to the same one', async () => {
    const { from } = await story()
    const answer = await handOff(from, from)
    expect(outcome(answer)).toBe('400 validation_failed')
    expect(answer.body.details).toMatchObject([{ path: 'toTechnicianId' }])
  })

  test.each([
    ['no reason', { reason: undefined }, 'reason'],
    ['an empty reason', { reason: '  ' }, 'reason'],
    ['no customers', { customerOrgIds: [] }, 'customerOrgIds'],
    [
      'a customer twice',
      { customerOrgIds: ['019a0000-0000-7000-8000-00000000000a', '019A0000-0000-7000-8000-00000000000A'] },
      'customerOrgIds',
    ],
    ['an id that is none', { customerOrgIds: ['x'] }, 'customerOrgIds.0'],
    ['a flag that is none', { dryRun: 'yes' }, 'dryRun'],
    ['what is not for setting', { accessLevel: 'full_access' }, 'accessLevel'],
  ])('400: %s', async (_, fields, path) => {
    const { from, to, customer } = await story()
    const answer = await handOff(from, to, fields)
    expect(outcome(answer)).toBe('400 validation_failed')
    expect(answer.body.details.map((fault: { path: string }) => fault.path)).toContain(path)
    expect(await trailOf(world, customer.id)).toEqual([])
  })

  test('400: more customers than fit', async () => {
    const { from, to } = await story()
    const many = Array.from({ length: 1001 }, () => uuidv7())
    expect(outcome(await handOff(from, to, { customerOrgIds: many }))).toBe('400 validation_failed')
    expect(outcome(await handOff(from, to, { customerOrgIds: many.slice(1), dryRun: true }))).toBe('200')
  })

  test.each([
    ['a customer’s member', () => world.customer().then((customer) => world.member(customer, 'admin'))],
    ['an account manager', () => world.staff('account_manager')],
    ['an invited technician', () => world.staff('technician', { status: 'invited' })],
    ['a suspended technician', () => world.staff('technician', { status: 'suspended' })],
    ['a deleted technician', () => world.staff('technician', { status: 'deleted' })],
  ])('400: %s is not eligible, and nothing has changed', async (_, make) => {
    const { from, customer } = await story()
    expect(outcome(await handOff(from, await make(), {}, admin))).toBe('400 grantee_not_eligible')
    expect(await grantsOf(from)).toHaveLength(1)
    expect(await trailOf(world, customer.id)).toEqual([])
  })

  test('200: of somebody deleted there is nothing to hand over', async () => {
    const { to } = await story()
    const { status, body } = await handOff(await world.staff('technician', { status: 'deleted' }), to)
    expect([status, body.data]).toEqual([200, { transferred: [], skipped: [], dryRun: false }])
  })

  test('404: somebody unknown on either side, and a customer’s member who hands over', async () => {
    const { from, to, customer } = await story()
    const nobody = { id: uuidv7() }
    expect(outcome(await handOff(nobody, to))).toBe('404 not_found')
    expect(outcome(await handOff(from, nobody))).toBe('404 not_found')
    expect(outcome(await handOff(await world.member(customer, 'admin'), to))).toBe('404 not_found')
  })

  test('403: to the caller, by any path, and the try is one event', async () => {
    const { from, customer } = await story({ accessLevel: 'full_access' })
    const own = await world.grant(admin, customer)
    const told = (await trailOf(world, admin.orgId)).length
    for (const fields of [{}, { maintainOriginalAccess: true }, { dryRun: true }])
      expect(outcome(await handOff(from, admin, fields, admin))).toBe('403 forbidden')
    expect(await grantsOf(admin)).toContainEqual(expect.objectContaining({ id: own, accessLevel: 'read_only' }))
    expect((await trailOf(world, admin.orgId)).slice(told)).toMatchObject(
      Array.from({ length: 3 }, () => ({ action: 'authorization.denied', user_id: admin.id })),
    )
  })

  test('200: one’s own grants can be given away', async () => {
    const [holder, to] = [await world.staff('super_admin'), await world.staff('technician')]
    await world.grant(holder, await world.customer())
    expect((await handOff(holder, to, {}, holder)).body.data.transferred).toHaveLength(1)
  })

  test('403: an account manager decides about a super admin’s on neither side; a super admin does', async () => {
    const other = await world.staff('super_admin')
    const { from, to } = await story()
    expect(outcome(await handOff(from, other))).toBe('403 forbidden')
    await world.grant(other, await world.customer())
    expect(outcome(await handOff(other, to))).toBe('403 forbidden')
    expect(outcome(await handOff(other, to, {}, admin))).toBe('200')
  })

  test('of 20 who hand over the same grants at once one does, all of them, and there is never anybody else', async () => {
    const from = await world.staff('technician')
    const customers = await Promise.all([world.customer(), world.customer(), world.customer()])
    for (const customer of customers) await world.grant(from, customer)
    const receivers = await Promise.all(Array.from({ length: 20 }, () => world.staff('technician')))
    const seen = watch(customers)
    const answers = await Promise.all(receivers.map((to) => handOff(from, to)))
    const holders = await seen.stop()
    expect(tally(answers)).toEqual({ '200': 20 })
    const winners = receivers.filter((_, i) => answers[i]?.body.data.transferred.length > 0)
    expect(winners).toHaveLength(1)
    expect(await grantsOf(winners[0] as Person)).toHaveLength(3)
    expect(await grantsOf(from)).toEqual([])
    expect(holders.length).toBeGreaterThan(0)
    for (const held of holders) expect(held).toEqual([1, 1, 1])
    for (const customer of customers) expect(await trailOf(world, customer.id)).toHaveLength(2)
  })

  test('two who hand over to each other at once both get their answer, and nobody holds more than before', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await world.staff('technician'), await world.staff('technician')]
      const customers = [await world.customer(), await world.customer()] as const
      await world.grant(one, customers[0])
      await world.grant(other, customers[1])
      const seen = watch(customers)
      const answers = await Promise.all([
        handOff(one, other),
        handOff(other, one),
        handOff(one, other),
        handOff(other, one),
      ])
      expect(tally(answers)).toEqual({ '200': 4 })
      for (const held of await seen.stop()) expect(held).toEqual([1, 1])
    }
  })

  test('a handoff and a revocation at once: the access has moved, or it is gone', async () => {
    for (let round = 0; round < 5; round++) {
      const { from, to, customer, id } = await story()
      const [moved, revoked] = await Promise.all([
        handOff(from, to),
        world.as(manager).delete(`/api/technician-access/${id}`),
      ])
      const transferred = moved.body.data.transferred.length
      expect(outcome(revoked)).toBe(transferred === 1 ? '409 grant_not_active' : '200')
      expect(await grantsOf(to)).toHaveLength(transferred)
      expect(await grantsOf(from)).toEqual([])
      expect(await trailOf(world, customer.id)).toHaveLength(transferred === 1 ? 2 : 1)
    }
  })

  test('a handoff and a new grant to the receiver at once: there is one grant of the two, and it is the wider', async () => {
    for (let round = 0; round < 5; round++) {
      const { from, to, customer } = await story({ accessLevel: 'full_access' })
      const asked = { technicianId: to.id, customerOrgId: customer.id }
      const [moved, granted] = await Promise.all([
        handOff(from, to),
        world.as(manager).post(`/api/technician-access/grant`, asked),
      ])
      expect(outcome(moved)).toBe('200')
      expect(moved.body.data.transferred[0]?.outcome).toBe(granted.status === 201 ? 'merged' : 'created')
      expect((await grantsOf(to)).map(termsOf)).toMatchObject([{ accessLevel: 'full_access' }])
    }
  })

  test('a handoff and a use at once: the use is on record, or refused, never lost', async () => {
    for (let round = 0; round < 5; round++) {
      const { from, to, customer, id } = await story()
      const [moved, used] = await Promise.all([handOff(from, to), record(world, from, id)])
      expect(outcome(moved)).toBe('200')
      expect(['200', '403 access_restricted']).toContain(outcome(used))
      const actions = (await trailOf(world, customer.id)).map(({ action }) => action)
      expect(actions).toContain(used.status === 200 ? 'access.used' : 'access.use_denied')
      expect(actions).toHaveLength(3)
    }
  })
})

/** Who holds each customer, again and again in one snapshot each, until it is told to stop. */
function watch(customers: readonly Customer[]): { stop(): Promise<number[][]> } {
  const seen: number[][] = []
  let watching = true
  const look = async (): Promise<void> => {
    while (watching) {
      const { rows } = await world.admin.query(
        `select c.id, (select count(distinct technician_id)::int from technician_customer_access g
                        where g.customer_org_id = c.id and g.status in ('scheduled', 'active')) as holders
           from unnest($1::uuid[]) with ordinality c (id, n) order by n`,
        [customers.map(({ id }) => id)],
      )
      seen.push(rows.map(({ holders }) => holders))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  const watched = look()
  return {
    async stop() {
      watching = false
      await watched
      return seen
    },
  }
}
