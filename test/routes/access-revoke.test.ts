import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { GrantFields, Person } from '../support/factories.ts'
import { doors, outcome, tally, trailOf, untold } from '../support/grants.ts'
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

async function granted(fields: GrantFields = {}) {
  const technician = await world.staff('technician')
  const customer = await world.customer()
  return { technician, customer, id: await world.grant(technician, customer, fields) }
}

describe.each(doors)('DELETE $prefix: a revocation', ({ prefix, one }) => {
  const revoke = (id: string, body?: object, query = '') => world.as(manager).delete(`${one(id)}${query}`, body)

  test('200: answers the grant as it ended, and is told once', async () => {
    const { id, customer, technician } = await granted()
    const { status, body } = await revoke(id, { reason: 'left the team' })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      id,
      status: 'revoked',
      revokedAt: expect.any(String),
      revokedBy: manager.id,
      revokedReason: 'left the team',
      technician: { id: technician.id },
      customer: { id: customer.id, name: customer.name },
    })
    expect((await world.as(manager).get(`${prefix}/technician/${technician.id}`)).body.data.items).toEqual([body.data])
    expect(await trailOf(world, customer.id)).toMatchObject([
      {
        action: 'access.revoked',
        user_id: manager.id,
        resource_id: id,
        changes: { before: { status: 'active' }, after: { status: 'revoked', revokedReason: 'left the team' } },
      },
    ])
  })

  test.each([
    ['without a body', undefined, '', null],
    ['with an empty body', {}, '', null],
    ['in the query', undefined, '?reason=left%20the%20team', 'left the team'],
    ['in both, the same', { reason: 'same' }, '?reason=same', 'same'],
  ])('200: the reason %s', async (_, body, query, reason) => {
    const answer = await revoke((await granted()).id, body, query)
    expect(answer).toMatchObject({ status: 200, body: { data: { revokedReason: reason } } })
  })

  test.each([
    ['two different reasons', { reason: 'one' }, '?reason=another'],
    ['two reasons in the query', undefined, '?reason=one&reason=another'],
    ['an empty reason', { reason: '' }, ''],
    ['an unknown field', { reason: 'x', force: true }, ''],
    ['an unknown parameter', undefined, '?force=true'],
  ])('400: %s', async (_, body, query) => {
    const { id, customer } = await granted()
    expect(outcome(await revoke(id, body, query))).toBe('400 validation_failed')
    expect(await trailOf(world, customer.id)).toEqual([])
  })

  test('the technician is out from the next request on, and so says the explanation', async () => {
    const { id, technician, customer } = await granted()
    const look = () => world.as(technician).get(`/api/organizations/${customer.id}`)
    const pair = { technicianId: technician.id, customerOrgId: customer.id }
    const explained = async () => (await world.as(manager).post('/api/access-management/check', pair)).body.data.reasons
    expect([outcome(await look()), await explained()]).toEqual(['200', []])
    await revoke(id)
    expect([outcome(await look()), await explained()]).toEqual(['404 not_found', ['grant_not_active', 'revoked']])
  })

  test('200: a scheduled grant', async () => {
    const { id } = await granted({ status: 'scheduled', startsAt: new Date(Date.now() + 60_000) })
    expect(outcome(await revoke(id))).toBe('200')
  })

  test.each([
    ['revoked', { status: 'revoked' }],
    ['expired', { status: 'expired' }],
    ['expired by the clock alone', { startsAt: new Date(Date.now() - 60_000), expiresAt: new Date(Date.now() - 1) }],
  ] as [string, GrantFields][])('409: a grant that is %s already', async (_, fields) => {
    expect(outcome(await revoke((await granted(fields)).id))).toBe('409 grant_not_active')
  })

  test('404: a grant that does not exist', async () => {
    expect(outcome(await revoke(uuidv7()))).toBe('404 not_found')
  })

  test('403: an account manager does not decide about a super admin', async () => {
    const id = await world.grant(await world.staff('super_admin'), await world.customer())
    expect(outcome(await revoke(id))).toBe('403 forbidden')
  })

  test('of ten who revoke at once one does, and there is one event', async () => {
    const { id, customer } = await granted()
    expect(tally(await Promise.all(Array.from({ length: 10 }, () => revoke(id))))).toEqual({
      '200': 1,
      '409 grant_not_active': 9,
    })
    expect(await trailOf(world, customer.id)).toHaveLength(1)
  })

  test('while a grant is revoked and given anew at once, there is never more than one, and the trail tells what there is', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, technician, customer } = await granted()
      const again = { technicianId: technician.id, customerOrgId: customer.id }
      const [revoked, made] = await Promise.all([revoke(id), world.as(manager).post(`${prefix}/grant`, again)])
      expect(outcome(revoked)).toBe('200')
      expect(['201', '409 grant_already_active']).toContain(outcome(made))
      const { rows } = await world.admin.query(
        `select id from technician_customer_access where customer_org_id = $1 and status in ('scheduled', 'active')`,
        [customer.id],
      )
      expect(rows).toEqual(made.status === 201 ? [{ id: made.body.data.id }] : [])
      expect(await trailOf(world, customer.id)).toHaveLength(made.status === 201 ? 2 : 1)
    }
  })
})
