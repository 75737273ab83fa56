import { afterEach, expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import { freePort } from '../support/free-port.ts'
import type { World } from '../support/world.ts'

const TOKEN = 'a-token-for-the-monitoring'
let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

async function open(environment: Record<string, string> = {}): Promise<World> {
  world = await createWorld(environment)
  return world
}

const ask = async ({ app }: World, headers: Record<string, string> = {}) => app.inject({ url: '/metrics', headers })
const bearer = { authorization: `Bearer ${TOKEN}` }

test('nothing is told by default', async () => {
  expect((await ask(await open())).statusCode).toBe(404)
})

test('401: the figures are for whoever brings the token', async () => {
  const { statusCode, headers } = await ask(await open({ METRICS_TOKEN: TOKEN }))
  expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer'])
  for (const authorization of ['', 'Bearer ', `Bearer ${TOKEN}x`, TOKEN, `bearer ${TOKEN.slice(1)}`]) {
    expect((await ask(world as World, { authorization })).statusCode).toBe(401)
  }
  const told = await ask(world as World, bearer)
  expect([told.statusCode, told.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(told.body).toContain('castellan_database_connections{state="busy"} ')
  expect(told.body).toMatch(/^process_resident_memory_bytes \d+$/m)
})

test('answers are counted by pattern, method and class; no organization, person or address is in a label', async () => {
  const opened = await open({ METRICS_TOKEN: TOKEN })
  const staff = await opened.staff('super_admin')
  const customers = [await opened.customer(), await opened.customer()]
  for (const { id } of customers) await opened.as(staff).get(`/api/organizations/${id}?x=${id}`)
  for (const { id } of customers) await opened.as(staff).get(`/api/organizations/${id}`)
  await opened.nobody.get(`/api/organizations/${staff.id}`)
  await opened.app.inject({ url: `/no/such/${staff.id}` })

  const { body } = await ask(opened, bearer)
  const counts = [...body.matchAll(/^castellan_http_request_duration_seconds_count(\{.*\}) (\d+)$/gm)]
  const told = Object.fromEntries(counts.map(([, labels, count]) => [labels, Number(count)]))
  expect(told['{method="GET",route="/api/organizations/:id",status="2xx"}']).toBe(2)
  expect(told['{method="GET",route="/api/organizations/:id",status="4xx"}']).toBe(3)
  expect(told['{method="GET",route="/*",status="4xx"}']).toBe(1)
  expect(body).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|@|127\.0\.0\.1/)
})

test('on a port of its own they are there and nowhere else', async () => {
  const port = await freePort()
  const opened = await open({ METRICS_PORT: String(port) })
  expect((await ask(opened)).statusCode).toBe(404)
  const told = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(told.status).toBe(200)
  expect(await told.text()).toContain('# TYPE castellan_http_request_duration_seconds histogram')
  expect((await fetch(`http://127.0.0.1:${port}/api/users/profile`)).status).toBe(404)
})
