import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf } from '../support/digest.ts'
import type { Person } from '../support/factories.ts'
import { personas, personOf, secretsFrom, setStage } from './authorization/personas.ts'
import type { Persona, Stage } from './authorization/personas.ts'
import { requests } from './authorization/requests.ts'
import type { Asking, Request } from './authorization/requests.ts'
import { rows, said } from './authorization/table.ts'
import type { Thing } from './authorization/table.ts'

/** What a letter of the table stands for: a status, and the code that a refusal has. */
const meanings: Readonly<Record<string, [status: number, error?: string]>> = {
  y: [200],
  c: [201],
  a: [401, 'unauthenticated'],
  f: [403, 'forbidden'],
  r: [403, 'access_restricted'],
  n: [404, 'not_found'],
  b: [400, 'validation_failed'],
  e: [400, 'grantee_not_eligible'],
  x: [409],
}

interface Heard {
  status: number
  error: string | undefined
  payload: string
  headers: Record<string, unknown>
}

let stage: Stage
let digest: () => Promise<Record<string, string>>
beforeAll(async () => {
  stage = await setStage()
  digest = digestOf(stage.world.admin)
})
afterAll(() => stage.world.close())

async function send({ method, url, body }: Request | Probe, caller: Person | null, more = {}): Promise<Heard> {
  const answer = await stage.world.app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...(caller && { authorization: `Bearer ${caller.token}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...more,
    },
    ...(body && { payload: JSON.stringify(body) }),
  })
  const { statusCode: status, payload, headers } = answer
  const isJson = payload !== '' && String(headers['content-type']).startsWith('application/json')
  return { status, error: isJson ? answer.json().error : undefined, payload, headers }
}

interface Probe extends Omit<Request, 'method' | 'body'> {
  readonly method: string
  readonly body?: object | undefined
}

interface Call {
  readonly persona: Persona
  readonly caller: Person | null
  readonly thing: Thing
  readonly letter: string
  readonly request: Request
}

/** All calls of a row by one persona, with all that they need made, before any of them is sent. */
async function callsOf(row: string, persona: Persona): Promise<Call[]> {
  const asking = requests[row]
  if (!asking) throw new Error(`nothing tells how to ask ${row}`)
  const caller = await callerOf(persona, asking)
  const calls: Call[] = []
  for (const [thing, letter] of said(row, personas[persona])) {
    if (asking.of === null && thing !== 'own') continue
    const id = asking.of === null ? '' : await asking.of(stage, persona, thing)
    if (id === undefined) continue
    const request = await asking.request(id, { ...stage, caller: personOf(stage, persona) })
    calls.push({ persona, caller, thing, letter, request })
  }
  if (calls.length === 0) throw new Error(`${persona} is asked nothing about ${row}`)
  return calls
}

async function callerOf(persona: Persona, { endsSession }: Asking): Promise<Person | null> {
  const person = stage.people.get(persona) ?? null
  return person && endsSession ? { ...person, ...(await stage.world.signIn(person)) } : person
}

const everybody = Object.keys(personas) as Persona[]
const isRefused = ({ letter }: Call): boolean => !'yc'.includes(letter)

test.each(rows)('%s: everybody gets the answer of the table; a no changes nothing and tells nothing', async (row) => {
  const calls = (await Promise.all(everybody.map((persona) => callsOf(row, persona)))).flat()
  const before = await digest()
  const refused = new Map<Call, Heard>()
  for (const call of calls.filter(isRefused)) refused.set(call, await heardAsSaid(call))
  expect(await digest(), 'a refused call changed something').toEqual(before)
  for (const persona of everybody) expectNotToldApart([...refused].filter(([call]) => call.persona === persona))
  for (const call of calls) if (!isRefused(call)) await heardAsSaid(call)
})

async function heardAsSaid({ persona, caller, thing, letter, request }: Call): Promise<Heard> {
  const answer = await send(request, caller)
  const [status, error] = meanings[letter] ?? [0]
  const what = `${persona}, ${thing}: ${answer.status} ${answer.payload.slice(0, 300)}`
  expect.soft(answer.status, what).toBe(status)
  if (error !== undefined) expect.soft(answer.error, what).toBe(error)
  expect
    .soft(
      secretsFrom(stage, persona).filter((secret) => answer.payload.includes(secret)),
      what,
    )
    .toEqual([])
  return answer
}

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

test.each(rows)('%s: no other method does it, not even one that claims to be this', async (row) => {
  const calls = (await Promise.all(everybody.map(async (persona) => (await callsOf(row, persona)).slice(0, 1)))).flat()
  const before = await digest()
  for (const { persona, caller, request } of calls) {
    const { method, url, body } = request
    for (const other of ['HEAD', 'OPTIONS']) {
      const { status, payload } = await send({ method: other, url }, caller)
      expect
        .soft([status, other === 'HEAD' || payload.includes('not_found')], `${persona}: ${other}`)
        .toEqual([404, true])
    }
    if (method === 'GET') continue
    const claiming = Object.fromEntries(overrides.map((header) => [header, method]))
    const plain = await send({ method: 'GET', url }, caller)
    const claimed = await send({ method: 'GET', url }, caller, claiming)
    expect.soft(outcomeOf(claimed), `${persona}: a GET that claims to be another`).toEqual(outcomeOf(plain))
    const named = url.includes('?') ? `${url}&_method=${method}` : `${url}?_method=${method}`
    for (const asked of ['GET', 'POST']) {
      const { status } = await send({ method: asked, url: named, body: asked === 'GET' ? undefined : body }, caller)
      expect.soft(status, `${persona}: ${asked} with _method`).toBeGreaterThanOrEqual(400)
    }
    const inBody = await send({ method: 'POST', url, body: { ...body, _method: method } }, caller, claiming)
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
  expect(new Set(rows.map((row) => row.split(' · ', 1)[0]))).toEqual(new Set(described))
  expect(Object.keys(requests).toSorted()).toEqual([...rows].toSorted())
})

/** `/api/organizations/{id}` → `organizations/:id`. */
const inTable = (path: string): string =>
  path
    .replace(/^\/api\//, '')
    .replace(/(?<=.)\/$/, '')
    .replaceAll(/\{(\w+)\}/g, ':$1')
