import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

test('a technician reads a customer through a usable grant, and no other customer', async () => {
  const technician = await world.staff('technician')
  const [mine, other] = [await world.customer(), await world.customer()]
  await world.grant(technician, mine)

  const seen = await world.as(technician).get(`/api/organizations/${mine.id}`)
  expect(seen).toMatchObject({ status: 200, body: { success: true, data: { id: mine.id, name: mine.name } } })

  const foreign = await world.as(technician).get(`/api/organizations/${other.id}`)
  expect(foreign).toMatchObject({ status: 404, body: { success: false, error: 'not_found' } })
})

test('201: an account manager creates a customer, and its event is in the trail', async () => {
  const manager = await world.staff('account_manager')
  const made = await world.as(manager).post('/api/organizations', { name: ' Acme ' })
  expect(made).toMatchObject({ status: 201, body: { data: { name: 'Acme', type: 'customer', status: 'active' } } })
  const { rows } = await world.admin.query('select action, user_id from audit_logs where org_id = $1', [
    made.body.data.id,
  ])
  expect(rows).toEqual([{ action: 'organization.created', user_id: manager.id }])
})

test('a technician lists the provider and the customers in reach', async () => {
  const technician = await world.staff('technician')
  const mine = await world.customer()
  await world.grant(technician, mine)
  const listed = await world.as(technician).get('/api/organizations?sort=name')
  expect(listed.status).toBe(200)
  expect(listed.body.data.items.map(({ id }: { id: string }) => id).sort()).toEqual(
    [(await world.provider()).id, mine.id].sort(),
  )
})
