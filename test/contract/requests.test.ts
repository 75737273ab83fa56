import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MASTER_KEY } from '../support/database-server.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { harvest, makeCast, renew } from './requests/cast.ts'
import type { Caller } from './requests/cast.ts'
import { readDescription } from './requests/description.ts'
import type { Description } from './requests/description.ts'
import { judgeOf } from './requests/judge.ts'
import type { Heard, Judge } from './requests/judge.ts'
import { plansFor, rendered } from './requests/plans.ts'
import type { Request } from './requests/plans.ts'
import { secretsOf } from './requests/secrets.ts'

const count = Number(process.env['REQUESTS'] ?? 5000)
/** The normal run asks the same again; the nightly one asks anew. */
const usual = process.env['REQUESTS'] === undefined ? 20261123 : randomInt(2 ** 31)
const seed = Number(process.env['SEED'] ?? usual)
/** So many ask the same people; then there are others, as one may have signed out, or been deleted. */
const PLAY = 250
/** So many find the same database, which grows. */
const WORLD = 10_000

let world: World
let description: Description
let judge: Judge
beforeAll(open)
afterAll(() => world.close())

async function open(): Promise<void> {
  world = await createWorld()
  description = readDescription((await world.nobody.get('/openapi.json')).body)
  judge = judgeOf(description, await secretsOf(world, description))
}

async function send({ method, url, headers, payload }: Request): Promise<Heard> {
  const answer = await world.app.inject({
    method: method as 'GET',
    url,
    headers,
    ...(payload !== undefined && { payload }),
  })
  return { status: answer.statusCode, headers: answer.headers, body: answer.payload }
}

interface Tally {
  readonly done: Set<string>
  readonly faults: Map<string, string>
  readonly statuses: Map<number, number>
}

/** A play of its own seed: what was answered wrongly, told once for each kind. */
async function play(number: number, tally: Tally): Promise<void> {
  const cast = await makeCast(world)
  for (const plan of fc.sample(plansFor(description), { seed: seed + number, numRuns: PLAY })) {
    const caller = cast.callers[plan.by % cast.callers.length] as Caller
    const { who, token } = caller
    const request = rendered(plan, cast.pools)
    const known = token === null ? {} : { authorization: `Bearer ${token}` }
    const heard = await send({ ...request, headers: { ...known, ...request.headers } })
    harvest(cast, request.url, heard.body)
    if (heard.status === 401) await renew(world, caller, heard.body)
    if (heard.status < 300) tally.done.add(plan.name)
    tally.statuses.set(heard.status, (tally.statuses.get(heard.status) ?? 0) + 1)
    for (const fault of judge(request, heard)) {
      const story = `${fault}\n  in play ${number}, by ${who}: ${JSON.stringify(request)}\n  heard ${heard.body.slice(0, 500)}`
      const kind = `${plan.name}: ${fault.slice(0, 60)}`
      if (!tally.faults.has(kind)) tally.faults.set(kind, story)
    }
  }
}

const report = ({ statuses, done }: Tally): string =>
  `seed ${seed}: ${[...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${times} × ${status}`)
    .join(', ')}; ${done.size} operations done`

test(
  `${count} requests, as described and otherwise: none fails, every answer is as described, and none tells what is inside`,
  async () => {
    const tally: Tally = { done: new Set(), faults: new Map(), statuses: new Map() }
    for (let number = 0; number * PLAY < count; number += 1) {
      if (number > 0 && (number * PLAY) % WORLD === 0) {
        await world.close()
        await open()
      }
      await play(number, tally)
    }
    console.log(report(tally))
    expect([...tally.faults.values()].join('\n\n'), `seed ${seed}`).toBe('')
    // What is refused at the door tests the door alone.
    expect(tally.done.size, report(tally)).toBeGreaterThan(description.operations.length * 0.7)
  },
  60_000 + count * 100,
)

describe('an answer is noticed that', () => {
  const asked = { method: 'GET', url: '/api/users/profile' }
  const refused = { success: false, error: 'not_found', message: 'There is no such thing.' }
  const answer = async (): Promise<Heard> => {
    const url = '/api/auth/bootstrap'
    return send({ method: 'GET', url, headers: {}, payload: undefined })
  }
  const door = { method: 'GET', url: '/api/auth/bootstrap' }
  const body = (value: unknown): Partial<Heard> => ({ body: JSON.stringify(value) })

  test('is not described; one that is, is not', async () => {
    expect(judge(door, await answer())).toEqual([])
  })

  test.each<[string, Partial<Heard>, string]>([
    ['failed', { status: 500, ...body({ ...refused, error: 'internal_error' }) }, 'it fails with 500'],
    ['has a status that is not described', { status: 204 }, '204 is not described'],
    ['has a code of another status', { status: 409, ...body(refused) }, 'not_found is not a refusal of 409'],
    ['lacks a field', body({ success: true, data: {} }), "must have required property 'required'"],
    [
      'has a field too many',
      body({ success: true, data: { required: true, role: 'x' } }),
      'must NOT have additional properties',
    ],
    ['has a field of another kind', body({ success: true, data: { required: 'yes' } }), 'must be boolean'],
    ['is no JSON', { body: '<html>' }, 'the body is no JSON'],
    ['has a stack', body({ ...refused, message: 'x\n    at run (node:internal/x)' }), 'it tells a stack'],
    ['has a path', body({ ...refused, message: '/srv/src/queries/users.ts:12' }), 'it tells a path'],
    ['has SQL', body({ ...refused, message: 'select id from users where org_id = $1' }), 'it tells SQL'],
    ['names a constraint', body({ ...refused, message: 'users_pkey' }), 'it tells a rule of the database'],
    ['names a role', body({ ...refused, message: 'castellan_member' }), 'it tells a role of the database'],
    ['has a hash', body({ ...refused, message: '$argon2id$v=19$m=19456' }), 'it tells a password hash'],
  ])('%s', async (_what, change, fault) => {
    expect(judge(door, { ...(await answer()), ...change }).join('\n')).toContain(fault)
  })

  test('lacks a header that all have, or has one that tells of the server', async () => {
    const { headers, ...rest } = await answer()
    const { 'x-content-type-options': _gone, ...fewer } = headers
    expect(judge(door, { ...rest, headers: fewer })).toEqual(['200 without x-content-type-options'])
    expect(judge(door, { ...rest, headers: { ...headers, server: 'x' } })).toEqual(['it tells server'])
    expect(judge(asked, { ...rest, status: 401, headers, ...body({ ...refused, error: 'unauthenticated' }) })).toEqual([
      '401 without www-authenticate',
    ])
  })

  test('holds a secret of this installation, also in a header', async () => {
    const { headers, ...rest } = await answer()
    expect(judge(door, { ...rest, headers: { ...headers, etag: MASTER_KEY } })).toEqual(['it tells the master key'])
  })
})
