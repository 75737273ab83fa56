import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doors, trailOf } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'
import { cases } from './prefixes/cases.ts'
import type { Sent } from './prefixes/cases.ts'
import { callers, normal, twin } from './prefixes/twin.ts'
import type { Caller, Twin } from './prefixes/twin.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

type Door = (typeof doors)[number]
const methods = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const

async function ask(endpoint: string, door: Door, about: Twin, sent: Sent): Promise<Answer> {
  const [method, path] = endpoint.split(' ') as [keyof typeof methods, string]
  const { id = '', query, body, headers } = sent
  const address = path === '/:accessId' ? door.one(id) : `${door.prefix}${path.replace(/:\w+/, id)}`
  const url = query ? `${address}?${query}` : address
  const client = world.as(about.caller)
  const call = () => (method === 'GET' ? client.get(url, headers) : client[methods[method]](url, body, headers))
  const first = await call()
  return sent.twice ? call() : first
}

/** The answer, and what the trail tells of it, in terms that do not depend on when and of whom. */
async function heard(endpoint: string, door: Door, { by, of }: { by: Caller; of: string }): Promise<unknown> {
  const about = await twin(world, by)
  const sent = cases[endpoint]?.[of]?.(about) ?? {}
  const { status, headers, body } = await ask(endpoint, door, about, sent)
  const told = [...(await trailOf(world, about.customer.id)), ...(await trailOf(world, about.suspended.id))]
  const events = told.map(({ action, outcome, risk_level, risk_factors, description, changes, details }) => {
    return { action, outcome, risk_level, risk_factors, description, changes, details }
  })
  return normal({ status, headers: comparable(headers), body, events })
}

const comparable = (headers: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !['x-request-id', 'date', 'content-length', 'ratelimit', 'etag'].includes(name),
    ),
  )

async function expectAlike(endpoint: string, asked: { by: Caller; of: string }): Promise<unknown> {
  const [everyday, console] = await Promise.all(doors.map((door) => heard(endpoint, door, asked)))
  expect(console).toEqual(everyday)
  return everyday
}

describe.each(Object.keys(cases))('%s answers the same under both prefixes', (endpoint) => {
  test.each(Object.keys(cases[endpoint] ?? {}))('%s', async (of) => {
    for (const by of ['a super admin', 'an account manager'] as const) {
      const answer = await expectAlike(endpoint, { by, of })
      if (of === 'good') expect(answer).toMatchObject({ body: { success: true } })
    }
  })

  // A technician's own row of the matrix is the everyday interface's alone.
  const others = (Object.keys(callers) as Caller[]).filter((by) => endpoint !== 'GET /matrix' || by !== 'a technician')
  test.each(others)('to %s', async (by) => {
    await expectAlike(endpoint, { by, of: 'good' })
  })

  test('to nobody', async () => {
    const answers = doors.map(async (door) => {
      const about = await twin(world, 'a super admin')
      const nobody = { ...about, caller: { ...about.caller, token: 'x' } }
      const { status, body } = await ask(endpoint, door, nobody, cases[endpoint]?.['good']?.(nobody) ?? {})
      return { status, body }
    })
    const [everyday, console] = await Promise.all(answers)
    expect(console).toEqual(everyday)
    expect(everyday).toMatchObject({ status: 401 })
  })
})

test('the whole matrix as rows is one, with one entity tag', async () => {
  const client = world.as(await world.staff('super_admin'))
  const [everyday, console] = await Promise.all(doors.map(({ prefix }) => client.get(`${prefix}/matrix?view=compact`)))
  expect(everyday).toMatchObject({ status: 200, headers: { etag: expect.any(String) } })
  expect(console?.body).toEqual(everyday?.body)
  expect(console?.headers['etag']).toBe(everyday?.headers['etag'])
})

test('every endpoint that both prefixes have is asked', () => {
  const { paths } = world.app.swagger() as { paths: Record<string, object> }
  const under = (prefix: string): Set<string> =>
    new Set(
      Object.entries(paths)
        .filter(([path]) => path.startsWith(`${prefix}/`))
        .flatMap(([path, operations]) =>
          Object.keys(operations).map((method) => {
            const rest = path
              .slice(prefix.length)
              .replace('/access/{', '/{')
              .replaceAll(/\{(\w+)\}/g, ':$1')
            return `${method.toUpperCase()} ${rest}`
          }),
        ),
    )
  const [everyday, console] = doors.map(({ prefix }) => under(prefix))
  const shared = everyday?.intersection(console ?? new Set())
  expect(shared).toEqual(new Set(Object.keys(cases)))
})
