import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { GrantFields, Person } from '../support/factories.ts'
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

async function granted(fields: GrantFields = {}, holder?: Person) {
  const technician = holder ?? (await world.staff('technician'))
  const customer = await world.customer()
  return { technician, customer, id: await world.grant(technician, customer, fields) }
}

const office = { timezone: 'Europe/Berlin', windows: [{ days: ['mon'], start: '08:00', end: '18:00' }] }

describe.each(doors)('PUT $prefix: a change of a grant', ({ prefix, one }) => {
  const update = (id: string, body: object, by: Person = manager) => world.as(by).put(one(id), body)

  test('200: changes what is named, leaves what is not, and tells exactly what changed', async () => {
    const { id, technician, customer } = await granted({
      allowedServices: ['siem'],
      ipRestrictions: ['203.0.113.0/24'],
    })
    const changes = { accessLevel: 'full_access', expiresAt: hoursFromNow(24), notes: 'for the audit' }
    const { status, body } = await update(id, { ...changes, allowedServices: ['siem'] })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ id, ...changes, allowedServices: ['siem'], ipRestrictions: ['203.0.113.0/24'] })
    expect((await world.as(manager).get(`${prefix}/technician/${technician.id}`)).body.data.items).toEqual([body.data])
    const told = (await trailOf(world, customer.id)).filter(({ action }) => action === 'access.updated')
    expect(told).toMatchObject([{ user_id: manager.id, resource_id: id, risk_level: 'high' }])
    expect(told[0]?.changes).toEqual({
      before: { accessLevel: 'read_only', expiresAt: null, notes: null },
      after: changes,
    })
  })

  test('200: null clears a restriction, an end and the notes', async () => {
    const { id } = await granted({
      allowedServices: ['siem'],
      ipRestrictions: ['203.0.113.9'],
      timeRestrictions: office,
    })
    await update(id, { expiresAt: hoursFromNow(24), notes: 'soon gone' })
    const nothing = {
      expiresAt: null,
      allowedServices: null,
      ipRestrictions: null,
      timeRestrictions: null,
      notes: null,
    }
    const { status, body } = await update(id, nothing)
    expect({ status, data: body.data }).toMatchObject({ status: 200, data: nothing })
  })

  test('200: what is as it was already is no change, and no event', async () => {
    const { id, customer } = await granted({ allowedServices: ['siem'], timeRestrictions: office })
    const same = { accessLevel: 'read_only', allowedServices: ['siem'], timeRestrictions: office, notes: null }
    expect(outcome(await update(id, same))).toBe('200')
    expect(await trailOf(world, customer.id)).toEqual([])
  })

  test('a change bites at once', async () => {
    const { id, technician, customer } = await granted()
    const look = () => world.as(technician).get(`/api/organizations/${customer.id}`)
    expect(outcome(await look())).toBe('200')
    await update(id, { ipRestrictions: ['203.0.113.9'] })
    expect(await look()).toMatchObject({ status: 403, body: { details: { reasons: ['ip_not_allowed'] } } })
  })

  test.each([
    ['nothing to change', {}, ''],
    ['an end in the past', { expiresAt: hoursFromNow(-0.001) }, 'expiresAt'],
    ['an end before the start', { expiresAt: hoursFromNow(-48) }, 'expiresAt'],
    ['an empty list of services', { allowedServices: [] }, 'allowedServices'],
    ['an empty list of addresses', { ipRestrictions: [] }, 'ipRestrictions'],
    ['a level that is null', { accessLevel: null }, 'accessLevel'],
    ['a grant made an emergency', { accessLevel: 'emergency' }, 'accessLevel'],
    ['what is not for changing', { startsAt: hoursFromNow(1) }, 'startsAt'],
    ['a status', { status: 'active' }, 'status'],
  ])('400: %s', async (_, body, path) => {
    const answer = await update((await granted()).id, body)
    expect(outcome(answer)).toBe('400 validation_failed')
    expect(answer.body.details.map((fault: { path: string }) => fault.path)).toContain(path)
  })

  test('400: an end that a scheduled grant reaches before it starts', async () => {
    const { id } = await granted({ status: 'scheduled', startsAt: new Date(hoursFromNow(5)) })
    expect(outcome(await update(id, { expiresAt: hoursFromNow(4) }))).toBe('400 validation_failed')
  })

  test('an emergency stays one, keeps an end, and lasts no longer than 24 hours from its start', async () => {
    const startsAt = new Date(Date.now() - 3_600_000)
    const { id } = await granted({ accessLevel: 'emergency', startsAt, expiresAt: new Date(hoursFromNow(1)) })
    const after = (hours: number, ms = 0) => new Date(startsAt.getTime() + hours * 3_600_000 + ms).toISOString()
    expect(outcome(await update(id, { accessLevel: 'full_access' }))).toBe('400 validation_failed')
    expect(outcome(await update(id, { expiresAt: null }))).toBe('400 validation_failed')
    expect(outcome(await update(id, { expiresAt: after(24, 1) }))).toBe('400 validation_failed')
    expect(await update(id, { expiresAt: after(24) })).toMatchObject({
      status: 200,
      body: { data: { expiresAt: after(24) } },
    })
  })

  test('the change of an emergency is critical', async () => {
    const { id, customer } = await granted({ accessLevel: 'emergency' })
    await update(id, { notes: 'watched' })
    expect(await trailOf(world, customer.id)).toMatchObject([{ action: 'access.updated', risk_level: 'critical' }])
  })

  test.each([
    ['revoked', { status: 'revoked' }],
    ['expired', { status: 'expired' }],
    ['expired by the clock alone', { startsAt: new Date(Date.now() - 60_000), expiresAt: new Date(Date.now() - 1) }],
  ] as [string, GrantFields][])('409: a grant that is %s', async (_, fields) => {
    const { id, customer } = await granted(fields)
    expect(outcome(await update(id, { expiresAt: hoursFromNow(1) }))).toBe('409 grant_not_active')
    expect(await trailOf(world, customer.id)).toEqual([])
  })

  test('404: a grant that does not exist', async () => {
    expect(outcome(await update(uuidv7(), { notes: 'nothing' }))).toBe('404 not_found')
  })

  test('403: an account manager does not decide about a super admin', async () => {
    const { id } = await granted({}, admin)
    expect(outcome(await update(id, { notes: 'mine now' }))).toBe('403 forbidden')
  })

  test.each([
    ['raises the level', { accessLevel: 'full_access' }],
    ['moves the end further', { expiresAt: hoursFromNow(3) }],
    ['removes the end', { expiresAt: null }],
    ['adds a service', { allowedServices: ['siem', 'edr'] }],
    ['removes the list of services', { allowedServices: null }],
    ['widens the addresses', { ipRestrictions: ['203.0.113.0/24'] }],
    ['removes the hours', { timeRestrictions: null }],
    ['widens one thing while it narrows another', { expiresAt: hoursFromNow(1), allowedServices: ['edr'] }],
  ])('403: who %s of their own grant', async (_, changes) => {
    const { id } = await granted(
      {
        expiresAt: new Date(hoursFromNow(2)),
        allowedServices: ['siem'],
        ipRestrictions: ['203.0.113.0/25'],
        timeRestrictions: office,
      },
      admin,
    )
    expect(outcome(await update(id, changes, admin))).toBe('403 forbidden')
    const other = await world.staff('super_admin')
    expect(outcome(await update(id, changes, other))).toBe('200')
  })

  test('200: who narrows their own grant, or notes something on it', async () => {
    const { id } = await granted({ expiresAt: new Date(hoursFromNow(2)), allowedServices: ['siem', 'edr'] }, admin)
    const narrower = {
      expiresAt: hoursFromNow(1),
      allowedServices: ['edr'],
      ipRestrictions: ['203.0.113.9'],
      notes: 'x',
    }
    expect(await update(id, narrower, admin)).toMatchObject({ status: 200, body: { data: narrower } })
  })

  test('412: who has not read the latest change, also before being told that the grant is over', async () => {
    const { technician, customer } = await granted({ status: 'revoked' })
    const pair = { technicianId: technician.id, customerOrgId: customer.id }
    const made = await world.as(manager).post(`${prefix}/grant`, pair)
    const { id } = made.body.data
    const change = (notes: string, tag: unknown) =>
      world.as(manager).put(one(id), { notes }, { 'if-match': String(tag) })
    const first = await change('first', made.headers['etag'])
    expect([outcome(first), first.headers['etag'] === made.headers['etag']]).toEqual(['200', false])
    expect(outcome(await change('second', made.headers['etag']))).toBe('412 precondition_failed')
    expect(outcome(await change('third', first.headers['etag']))).toBe('200')
    expect(outcome(await change('any', '*'))).toBe('200')
    const revoke = (tag: unknown) => world.as(manager).delete(one(id), undefined, { 'if-match': String(tag) })
    expect(outcome(await revoke(made.headers['etag']))).toBe('412 precondition_failed')
    const { headers } = await update(id, { notes: 'any' })
    const revoked = await revoke(headers['etag'])
    expect([outcome(revoked), revoked.headers['etag'] === headers['etag']]).toEqual(['200', false])
    expect(outcome(await change('late', headers['etag']))).toBe('412 precondition_failed')
    expect(outcome(await change('late', revoked.headers['etag']))).toBe('409 grant_not_active')
  })

  test('of two managers who change different things at once, neither change is lost', async () => {
    const { id, technician } = await granted()
    const changes = [{ notes: 'noted' }, { allowedServices: ['edr'] }, { ipRestrictions: ['203.0.113.9'] }]
    for (let round = 0; round < 5; round++) {
      const next = [
        { notes: `round ${round}` },
        { allowedServices: [`s${round}`] },
        { ipRestrictions: [`10.0.0.${round}`] },
      ]
      const answers = await Promise.all(next.map((change) => update(id, change)))
      expect(tally(answers)).toEqual({ '200': changes.length })
      const listed = await world.as(manager).get(`${prefix}/technician/${technician.id}`)
      expect(listed.body.data.items).toMatchObject([Object.assign({}, ...next)])
    }
  })

  test('a change that waits for a revocation finds the grant revoked', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await granted()
      const [changed, revoked] = await Promise.all([update(id, { notes: 'late' }), world.as(manager).delete(one(id))])
      expect(outcome(revoked)).toBe('200')
      expect(['200', '409 grant_not_active']).toContain(outcome(changed))
      const { rows } = await world.admin.query('select status from technician_customer_access where id = $1', [id])
      expect(rows).toEqual([{ status: 'revoked' }])
    }
  })
})

test('one grant is read with the entity tag that a change of it is made against, also when it is over', async () => {
  const { id } = await granted()
  const url = `/api/access-management/access/${id}`
  const before = await world.as(manager).get(url)
  const put = (tag: unknown, notes: string) => world.as(manager).put(url, { notes }, { 'if-match': String(tag) })
  const changed = await put(before.headers['etag'], 'once')
  expect(outcome(changed)).toBe('200')
  expect(outcome(await put(before.headers['etag'], 'twice'))).toBe('412 precondition_failed')
  const after = await world.as(manager).get(url)
  expect([after.body.data, after.headers['etag']]).toEqual([changed.body.data, changed.headers['etag']])
  expect((await world.as(manager).get(url, { 'if-none-match': String(after.headers['etag']) })).status).toBe(304)
  await world.as(manager).delete(url)
  expect((await world.as(manager).get(url)).body.data).toMatchObject({ id, notes: 'once', status: 'revoked' })
  expect(outcome(await world.as(manager).get(`/api/access-management/access/${uuidv7()}`))).toBe('404 not_found')
})
