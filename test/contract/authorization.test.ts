import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf } from '../support/digest.ts'
import { allCallsOf, everybody, firstCallsOf, heardAsSaid, isRefused, send } from './authorization/calls.ts'
import type { Call, Heard } from './authorization/calls.ts'
import { setStage } from './authorization/personas.ts'
import type { Persona, Stage } from './authorization/personas.ts'
import { requests } from './authorization/requests.ts'
import { rows } from './authorization/table.ts'

let stage: Stage
let digest: () => Promise<Record<string, string>>
beforeAll(async () => {
  stage = await setStage()
  digest = digestOf(stage.world.admin)
})
afterAll(() => stage.world.close())

test.each(rows)('%s: everybody gets the answer of the table; a no changes nothing and tells nothing', async (row) => {
  const calls = await allCallsOf(stage, row, everybody)
  const before = await digest()
  const refused = new Map<Call, Heard>()
  for (const call of calls.filter(isRefused)) refused.set(call, await heardAsSaid(stage, call))
  expect(await digest(), 'a refused call changed something').toEqual(before)
  for (const persona of everybody) expectNotToldApart([...refused].filter(([call]) => call.persona === persona))
  for (const call of calls) if (!isRefused(call)) await heardAsSaid(stage, call)
})

/** What is not there, and what is but must not be known to be: byte for byte the same. */
function expectNotToldApart(refused: readonly [Call, Heard][]): void {
  const notFound = refused.filter(([{ letter }]) => letter === 'n')
  const [, nothing] = notFound.find(([{ thing }]) => thing === 'missing') ?? []
  if (!nothing) return
  for (const [{ persona, thing }, answer] of notFound) {
    expect.soft(answer.payload, `${persona}, ${thing}`).toBe(nothing.payload)
    expect.soft(comparable(answer.headers), `${persona}, ${thing}`).toEqual(comparable(nothing.headers))
  }
}

const comparable = ({ 'x-request-id': _id, date: _date, ratelimit: _limit, ...headers }: Record<string, unknown>) =>
  headers

const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Each endpoint once, by whoever may do most of their kind. */
const endpoints = [...Map.groupBy(rows, endpointOf).values()].flatMap(([first]) => first ?? [])
const some: Persona[] = ['nobody', 'a super admin', 'a technician with full access', "a customer's admin"]

const isProbe = (url: string): boolean => ['/healthz', '/readyz'].includes(url)

test.each(endpoints)('%s: no other method does it, not even one that claims to be this', async (row) => {
  const calls = await firstCallsOf(stage, row, some)
  const before = await digest()
  for (const { persona, caller, request } of calls) {
    const { method, url, body } = request
    for (const other of ['HEAD', 'OPTIONS']) {
      const { status, payload } = await send(stage, { method: other, url }, caller)
      expect
        .soft([status, other === 'HEAD' || payload.includes('not_found')], `${persona}: ${other}`)
        .toEqual([other === 'HEAD' && isProbe(url) ? 200 : 404, true])
    }
    if (method === 'GET') continue
    const claiming = Object.fromEntries(overrides.map((header) => [header, method]))
    const plain = await send(stage, { method: 'GET', url }, caller)
    const claimed = await send(stage, { method: 'GET', url, headers: claiming }, caller)
    expect.soft(outcomeOf(claimed), `${persona}: a GET that claims to be another`).toEqual(outcomeOf(plain))
    const named = url.includes('?') ? `${url}&_method=${method}` : `${url}?_method=${method}`
    for (const asked of ['GET', 'POST']) {
      const { status } = await send(
        stage,
        { method: asked, url: named, body: asked === 'GET' ? undefined : body },
        caller,
      )
      expect.soft(status, `${persona}: ${asked} with _method`).toBeGreaterThanOrEqual(400)
    }
    const inBody = await send(
      stage,
      { method: 'POST', url, body: { ...body, _method: method }, headers: claiming },
      caller,
    )
    expect.soft(inBody.status, `${persona}: POST with _method in its body`).toBeGreaterThanOrEqual(400)
  }
  expect(await digest(), 'another method changed something').toEqual(before)
})

/** Marks of use move on between two calls. */
const outcomeOf = ({ status, payload }: Heard) => ({
  status,
  payload: payload.replaceAll(/"\d{4}-\d\d-\d\dT[^"]+"/g, '"a time"'),
})

test('every endpoint of the description has its row, and every row is of one', () => {
  const { paths } = stage.world.app.swagger() as { paths: Record<string, object> }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${inTable(path)}`),
  )
  expect(new Set(rows.map(endpointOf))).toEqual(new Set(described))
  expect(Object.keys(requests).toSorted()).toEqual([...rows].toSorted())
})

/** `/api/organizations/{id}` → `organizations/:id`. */
const inTable = (path: string): string =>
  path
    .replace(/^\/api\//, '')
    .replace(/(?<=.)\/$/, '')
    .replaceAll(/\{(\w+)\}/g, ':$1')

/** Without what of it is asked. */
function endpointOf(row: string): string {
  return row.split(' · ', 1)[0] ?? row
}
