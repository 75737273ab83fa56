import { expect } from 'vitest'
import type { Person } from '../../support/factories.ts'
import { personas, personOf, proveAnew, secretsFrom } from './personas.ts'
import type { Persona, Stage } from './personas.ts'
import { requests } from './requests.ts'
import type { Asking, Request } from './requests.ts'
import { said } from './table.ts'
import type { Thing } from './table.ts'

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

export interface Heard {
  status: number
  error: string | undefined
  payload: string
  headers: Record<string, unknown>
}

export async function send(
  { world }: Stage,
  { method, url, body, ...rest }: Request | Probe,
  caller: Person | null,
): Promise<Heard> {
  const answer = await world.app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...(caller && { authorization: `Bearer ${caller.token}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...('headers' in rest && rest.headers),
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
  readonly headers?: Record<string, string>
}

export interface Call {
  readonly persona: Persona
  readonly caller: Person | null
  readonly thing: Thing
  readonly letter: string
  readonly request: Request
}

/** The calls of a row by one persona; what each needs is made when it is asked for. */
async function* callsOf(stage: Stage, row: string, persona: Persona): AsyncGenerator<Call> {
  const asking = requests[row]
  if (!asking) throw new Error(`nothing tells how to ask ${row}`)
  const caller = await callerOf(stage, persona, asking)
  for (const [thing, letter] of said(row, personas[persona])) {
    if (asking.of === null && thing !== 'own') continue
    const id = asking.of === null ? '' : await asking.of(stage, persona, thing)
    if (id === undefined) continue
    const request = await asking.request(id, { ...stage, caller: personOf(stage, persona) })
    yield { persona, caller, thing, letter, request }
  }
}

/** All calls of a row, with all that they need made, before any of them is sent. */
export async function allCallsOf(stage: Stage, row: string, whom: readonly Persona[]): Promise<Call[]> {
  await proveAnew(stage)
  const calls = await Promise.all(whom.map((persona) => Array.fromAsync(callsOf(stage, row, persona))))
  const unasked = whom.filter((_, i) => calls[i]?.length === 0)
  if (unasked.length > 0) throw new Error(`${unasked.join(', ')} is asked nothing about ${row}`)
  return calls.flat()
}

/** Of each persona the first. */
export async function firstCallsOf(stage: Stage, row: string, whom: readonly Persona[]): Promise<Call[]> {
  const firsts = await Promise.all(whom.map((persona) => callsOf(stage, row, persona).next()))
  return firsts.flatMap(({ value, done }) => (done ? [] : [value]))
}

async function callerOf(stage: Stage, persona: Persona, { endsSession }: Asking): Promise<Person | null> {
  const person = stage.people.get(persona) ?? null
  return person && endsSession ? { ...person, ...(await stage.world.signIn(person)) } : person
}

export const everybody = Object.keys(personas) as Persona[]
export const isRefused = ({ letter }: Call): boolean => !'yc'.includes(letter)

/** The answer, which has to be the one of the table, and to hold nothing that the persona must not know. */
export async function heardAsSaid(stage: Stage, { persona, caller, thing, letter, request }: Call): Promise<Heard> {
  const answer = await send(stage, request, caller)
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
