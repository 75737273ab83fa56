import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let admin: Person
const people: Person[] = []
const customers: Customer[] = []
const DAY = 86_400_000
const days = (count: number) => new Date(Date.now() + count * DAY)

// Everybody and everything has these letters in its name: searching for them narrows nothing, and is answered from the tables.
const ALL = 'zed'

beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  for (let i = 0; i < 4; i++) people.push(await world.staff('technician'))
  for (const name of ['Acme', 'acme two', 'Émile', 'Zulu', 'bolt'])
    customers.push(await world.customer({ name: `${name} Zed` }))
  for (const [i, first] of ['anna', 'Anna', 'Ångström', 'Bela'].entries())
    await world.admin.query(`update users set first_name = $2, last_name = 'Zed' where id = $1`, [people[i]?.id, first])
  await world.admin.query(`update users set last_name = 'Zed' where id = $1`, [admin.id])
  const [anna, bela, cora, dora] = people as [Person, Person, Person, Person]
  const [acme, second, emile, zulu, bolt] = customers as [Customer, Customer, Customer, Customer, Customer]
  await world.grant(anna, acme, { accessLevel: 'full_access', expiresAt: days(30) })
  await world.grant(anna, acme, { accessLevel: 'emergency' })
  await world.admin.query('update technician_customer_access set granted_at = $1 where reason is not null', [days(-1)])
  await world.grant(anna, bolt, { status: 'scheduled', startsAt: days(1), allowedServices: ['siem'] })
  await world.grant(bela, second, { ipRestrictions: ['127.0.0.1'] })
  await world.grant(bela, emile, { startsAt: days(-2), expiresAt: days(-1) })
  await world.grant(cora, zulu, { status: 'revoked' })
  await world.grant(cora, zulu, { timeRestrictions: { timezone: 'UTC', windows: [] } })
  await world.grant(dora, emile, { status: 'scheduled', startsAt: days(-1) })
  await world.admin.query('update technician_customer_access set last_used_at = now() where technician_id = $1', [
    cora.id,
  ])
})
afterAll(() => world.close())

const matrix = (query: string): Promise<Answer> => world.as(admin).get(`/api/access-management/matrix?${query}`)

test.each([
  '',
  'status=scheduled',
  'accessLevel=emergency',
  'accessLevel=read_only&status=scheduled',
  'technicianLimit=2&technicianPage=2',
  'customerLimit=2&customerPage=2&technicianLimit=3',
  'customerLimit=1&customerPage=99',
  'technicianId=ANNA&technicianId=CORA&customerLimit=4',
  'customerOrgId=ACME&technicianLimit=1',
  'technicianId=00000000-0000-7000-8000-000000000000',
])('the window that is remembered is that of the tables: %s', async (query) => {
  const named = query
    .replace('ANNA', people[0]?.id ?? '')
    .replace('CORA', people[2]?.id ?? '')
    .replace('ACME', customers[0]?.id ?? '')
  const [remembered, read] = [await matrix(named), await matrix(`${named}&search=${ALL}`)]
  expect(remembered.status).toBe(200)
  expect(remembered.body).toEqual(read.body)
})

test('what changes is in it at once, though nobody told this process', async () => {
  const [person, customer] = [people[3], customers[3]] as [Person, Customer]
  const cells = async () => (await matrix(`technicianId=${person.id}`)).body.data.grants.map(({ id }: any) => id)
  const before = await cells()
  const id = await world.grant(person, customer)
  expect((await cells()).toSorted()).toEqual([...before, id].toSorted())
  await world.admin.query('update technician_customer_access set last_used_at = $2 where id = $1', [id, days(-3)])
  const { body } = await matrix(`technicianId=${person.id}&customerOrgId=${customer.id}`)
  expect(body.data.grants[0].lastUsedAt).toBe((await lastUse(id)).toISOString())
  await world.admin.query('delete from technician_customer_access where id = $1', [id])
  expect(await cells()).toEqual(before)
})

const lastUse = async (id: string): Promise<Date> =>
  (await world.admin.query('select last_used_at from technician_customer_access where id = $1', [id])).rows[0]
    .last_used_at
