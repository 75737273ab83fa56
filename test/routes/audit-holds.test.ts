import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listHoldsOver } from '../../src/queries/audit-holds.ts'
import type { Customer, Person } from '../support/factories.ts'
import { tally, trailOf } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let boss: Person
let analyst: Person
let customer: Customer
beforeAll(async () => {
  world = await createWorld()
  boss = await world.staff('super_admin')
  analyst = await world.staff('security_analyst')
  customer = await world.customer()
})
afterAll(() => world.close())

const place = (fields: object = {}, by = boss): Promise<Answer> =>
  world.as(by).post('/api/audit/holds', {
    ...{ organizationId: customer.id, caseReference: 'Case 7', reason: 'a court asks for it' },
    ...fields,
  })
const release = (id: string, by = boss): Promise<Answer> =>
  world.as(by).post(`/api/audit/holds/${id}/release`, { reason: 'the case is over' })
const holds = (query = '', by = analyst): Promise<Answer> => world.as(by).get(`/api/audit/holds${query}`)
const eventsOf = async (id: string) =>
  (await trailOf(world, boss.orgId)).filter(({ resource_id }) => resource_id === id)

describe('a legal hold', () => {
  test('is placed and released by super admins, each with one event of high risk in the trail of the provider alone', async () => {
    const subject = await world.member(customer, 'admin')
    const covers = { subjectUserId: subject.id, from: '2025-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' }
    const placed = await place(covers)
    expect(placed).toMatchObject({ status: 201, body: { success: true } })
    const hold = placed.body.data
    expect(hold).toEqual({
      ...{ id: expect.any(String), organizationId: customer.id, ...covers, caseReference: 'Case 7' },
      ...{ reason: 'a court asks for it', status: 'active', placedBy: boss.id, placedAt: expect.any(String) },
      ...{ releasedBy: null, releasedAt: null, releaseReason: null },
    })
    const released = await release(hold.id)
    expect(released.status).toBe(200)
    expect(released.body.data).toEqual({
      ...{ ...hold, status: 'released', releasedBy: boss.id, releasedAt: expect.any(String) },
      releaseReason: 'the case is over',
    })
    expect(await release(hold.id)).toMatchObject({ status: 409, body: { error: 'hold_released' } })
    expect(await eventsOf(hold.id)).toMatchObject([
      { action: 'audit.hold_placed', user_id: boss.id, risk_level: 'high', details: { organizationId: customer.id } },
      { action: 'audit.hold_released', user_id: boss.id, risk_level: 'high', details: { caseReference: 'Case 7' } },
    ])
    expect((await trailOf(world, customer.id)).filter(({ action }) => action.startsWith('audit.'))).toEqual([])
  })

  test('of an organization or a person that there is not is 404; one that ends before it begins, or says no reason, is 400', async () => {
    expect(await place({ organizationId: uuidv7() })).toMatchObject({ status: 404 })
    expect(await place({ subjectUserId: uuidv7() })).toMatchObject({ status: 404 })
    const backwards = { from: '2026-01-01T00:00:00Z', to: '2025-12-31T00:00:00Z' }
    for (const wrong of [backwards, { reason: ' ' }, { caseReference: '' }, { more: true }])
      expect(await place(wrong), JSON.stringify(wrong)).toMatchObject({
        status: 400,
        body: { error: 'validation_failed' },
      })
  })

  test('is released once, however many ask at once', async () => {
    const { id } = (await place()).body.data
    const answers = await Promise.all([1, 2, 3, 4].map(() => release(id)))
    expect(tally(answers)).toEqual({ 200: 1, '409 hold_released': 3 })
    expect(await eventsOf(id)).toHaveLength(2)
  })

  test('is not released by a session that was left open', async () => {
    const { id } = (await place()).body.data
    const stale = await world.staff('super_admin')
    await world.admin.query(
      `update user_sessions set created_at = now() - interval '6 minutes', mfa_at = now() - interval '6 minutes' where user_id = $1`,
      [stale.id],
    )
    expect(await place({}, stale)).toMatchObject({ status: 201 })
    expect(await release(id, stale)).toMatchObject({ status: 401, body: { error: 'step_up_required' } })
  })
})

test('the list is newest first, of one state, of one organization, and found by its case', async () => {
  const other = await world.customer()
  const ids: string[] = []
  for (const caseReference of ['Alpha 1', 'Beta 2', 'Gamma 3'])
    ids.push((await place({ organizationId: other.id, caseReference })).body.data.id)
  await release(ids[1] ?? '')
  const listed = async (query: string) => {
    const { items, total } = (await holds(`?organizationId=${other.id}${query}`)).body.data
    return [...items.map(({ id }: { id: string }) => ids.indexOf(id)), `of ${total}`]
  }
  expect(await listed('')).toEqual([2, 1, 0, 'of 3'])
  expect(await listed('&sort=placedAt&limit=2')).toEqual([0, 1, 'of 3'])
  expect(await listed('&status=active')).toEqual([2, 0, 'of 2'])
  expect(await listed('&status=released')).toEqual([1, 'of 1'])
  expect(await listed('&search=gAMMA')).toEqual([2, 'of 1'])
})

describe('over a person are the holds', () => {
  const over = async ({ id: userId, orgId }: Person): Promise<string[]> =>
    (await world.house.database.within({ as: 'staff', userId: boss.id }).run(listHoldsOver({ orgId, userId }))).map(
      ({ id }) => id,
    )
  const hold = async (fields: object): Promise<string> => (await place(fields)).body.data.id

  test('on them wherever, and on all of their organization, until they are released', async () => {
    const [mine, other] = [await world.customer(), await world.customer()]
    const person = await world.member(mine, 'basic_user')
    const colleague = await world.member(mine, 'basic_user')
    const onThem = await hold({ organizationId: other.id, subjectUserId: person.id })
    const onAll = await hold({ organizationId: mine.id })
    await hold({ organizationId: mine.id, subjectUserId: (await world.member(other, 'admin')).id })
    await hold({ organizationId: other.id })
    expect(await over(person)).toEqual([onThem, onAll])
    expect(await over(colleague)).toEqual([onAll])
    await release(onAll)
    expect(await over(person)).toEqual([onThem])
    expect(await over(colleague)).toEqual([])
  })

  test('on all of another organization, where they did something in the time that is held', async () => {
    const held = await world.customer()
    const technician = await world.staff('technician')
    const grant = await world.grant(technician, held)
    const use = { service: 'siem', action: 'looked' }
    await world.as(technician).post(`/api/technician-access/${grant}/record-access`, use)
    const past = await hold({ organizationId: held.id, to: '2026-01-01T00:00:00Z' })
    expect(await over(technician)).toEqual([])
    const now = await hold({ organizationId: held.id, from: '2026-01-01T00:00:00Z' })
    expect(await over(technician)).toEqual([now])
    expect(past).not.toBe(now)
  })
})
