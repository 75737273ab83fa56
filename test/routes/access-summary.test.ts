import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedInNow } from '../support/clock.ts'
import type { Customer, Person } from '../support/factories.ts'
import { outcome } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let admin: Person
const technicians: Person[] = []
const customers: Customer[] = []

const DAY = 86_400_000
const days = (count: number) => new Date(Date.now() + count * DAY)

async function grants(technician: Person, on: (Customer | undefined)[], fields: object = {}): Promise<string[]> {
  const ids: string[] = []
  for (const customer of on) ids.push(await world.grant(technician, customer as Customer, fields))
  return ids
}

const lately = (ids: string[], { granted, used = null }: { granted: number; used?: number | null }) =>
  world.admin.query('update technician_customer_access set granted_at = $2, last_used_at = $3 where id = any ($1)', [
    ids,
    days(granted),
    used === null ? null : days(used),
  ])

beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  for (let n = 0; n < 6; n++) customers.push(await world.customer())
  customers.push(await world.customer({ status: 'suspended' }), await world.customer({ status: 'deleted' }))
  for (let n = 0; n < 4; n++) technicians.push(await world.staff('technician'))
  const [anna, bela, cora, gone] = technicians as [Person, Person, Person, Person]
  // active: 3 + 1 emergency + 2 + 1 on a suspended customer + 1 of a suspended person = 8
  const [old, used, young] = await grants(anna, customers.slice(0, 3))
  await grants(anna, [customers[0]], { accessLevel: 'emergency' })
  await grants(bela, [customers[0]], { accessLevel: 'full_access', expiresAt: days(7) })
  await grants(bela, [customers[3]], { accessLevel: 'full_access', expiresAt: days(7.01) })
  await grants(bela, [customers[6]])
  await grants(gone, [customers[4]])
  await world.admin.query(`update users set status = 'suspended' where id = $1`, [gone.id])
  await lately([old ?? ''], { granted: -91 })
  await lately([used ?? ''], { granted: -200, used: -89.9 })
  await lately([young ?? ''], { granted: -89.9 })
  // scheduled, expired by word and by clock, revoked
  await grants(cora, [customers[0]], { status: 'scheduled', startsAt: days(1), expiresAt: days(2) })
  await grants(cora, [customers[1]], { status: 'expired', startsAt: days(-2), expiresAt: days(-1) })
  await grants(cora, [customers[2], customers[3]], { startsAt: days(-2), expiresAt: days(-0.01) })
  const [former] = await grants(cora, [customers[4], customers[5]], { status: 'revoked' })
  await world.admin.query('update technician_customer_access set revoked_at = $2, granted_at = $2 where id = $1', [
    former,
    days(-1.01),
  ])
})
afterAll(() => world.close())

const summary = (by: Person = admin) => world.as(by).get('/api/access-management/summary')

test('all grants in figures, as they stand at this instant', async () => {
  const { status, body } = await summary()
  const person = ({ id, email }: Person) => ({
    id,
    email,
    firstName: expect.any(String),
    lastName: expect.any(String),
    role: 'technician',
  })
  const [anna, bela] = technicians as [Person, Person]
  expect({ status, data: body.data }).toEqual({
    status: 200,
    data: {
      // the emergency of an hour ends within 7 days as well
      grants: { active: 8, scheduled: 1, expired: 3, revoked: 2, emergency: 1, expiringWithin7Days: 2 },
      techniciansWithAccess: 2,
      customersWithAccess: 4,
      customersWithoutAccess: 2,
      byLevel: { read_only: 5, full_access: 2, emergency: 1 },
      recentGrants24h: 10,
      recentRevocations24h: 1,
      topTechnicians: [
        { technician: person(anna), activeGrants: 4 },
        { technician: person(bela), activeGrants: 3 },
      ],
      unusedFor90Days: 1,
      openEmergencyReviews: 1,
    },
  })
})

test('an empty installation is all zeros', async () => {
  const other = await createWorld()
  const { body } = await other.as(await other.staff('account_manager')).get('/api/access-management/summary')
  expect(body.data).toMatchObject({ grants: { active: 0, revoked: 0 }, customersWithoutAccess: 0, topTechnicians: [] })
  await other.close()
})

test('for managers, whoever they are; 403 for technicians and customers', async () => {
  for (const role of ['account_manager', 'security_analyst'] as const)
    expect(outcome(await summary(await world.staff(role)))).toBe('200')
  expect(outcome(await summary(technicians[0]))).toBe('403 forbidden')
  expect(outcome(await summary(await world.member(customers[0] as Customer, 'admin')))).toBe('403 forbidden')
})

test('time alone changes them', async () => {
  const later = async (ahead: number) => {
    world.travel(ahead * DAY)
    const { body } = await summary(await signedInNow(world, admin))
    world.travel(-ahead * DAY)
    return body.data
  }
  expect(await later(0.2)).toMatchObject({ unusedFor90Days: 3 })
  expect((await later(1.5)).grants).toMatchObject({
    active: 8,
    scheduled: 0,
    expired: 4,
    emergency: 0,
    expiringWithin7Days: 3,
  })
})
