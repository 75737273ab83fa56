import fc from 'fast-check'
import type { Description, Operation } from './description.ts'
import { mutations } from './mutations.ts'
import { filled, valuesOf } from './values.ts'
import type { Pools } from './values.ts'

/** A request before it is known what there is in the world. */
export interface Plan {
  /** Of the operation that it began as. */
  readonly name: string
  readonly by: number
  readonly method: string
  readonly path: readonly string[]
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  /** Undefined: none. */
  readonly body: unknown
  /** What becomes of the body's text. */
  readonly garble: (text: string) => string
}

export interface Request {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string | undefined
}

/** Requests to any operation: as described, or changed in one to three places. */
export function plansFor(description: Description): fc.Arbitrary<Plan> {
  const valid = fc.oneof(...description.operations.map((operation) => validPlan(description, operation)))
  const mutated = fc
    .tuple(valid, fc.array(mutations, { minLength: 1, maxLength: 3 }))
    .map(([plan, changes]) => changes.reduce((changed, change) => change(changed), plan))
  return fc.oneof({ weight: 1, arbitrary: valid }, { weight: 1, arbitrary: mutated })
}

function validPlan(
  description: Description,
  { name: operation, method, path, parameters, body }: Operation,
): fc.Arbitrary<Plan> {
  const segments = path.split('/').map((part, i, all): fc.Arbitrary<string> => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined) return fc.constant(part)
    const { schema = {} } = parameters.find((one) => one.in === 'path' && one.name === name) ?? {}
    return valuesOf(description, schema, name === 'id' ? all[i - 1] : name).map(String)
  })
  const asked = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, schema, required = false }) => {
      const one = valuesOf(description, schema, name).map((value) => [value].flat().map((each) => pair(name, each)))
      return required ? one : fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: one })
    })
  return fc.record({
    name: fc.constant(operation),
    by: fc.nat(999),
    method: fc.constant(method),
    path: fc.tuple(...segments),
    query: fc.tuple(...asked).map((all) => all.flat()),
    headers: headersFor(method),
    body: body === null ? fc.constant(undefined) : valuesOf(description, body),
    garble: fc.constant((text: string) => text),
  })
}

const pair = (name: string, value: unknown): readonly [string, string] => [name, String(value)]

const conditions = fc.constantFrom('"1"', '"2"', 'W/"1"', '*', '"1", "2"')

/** What clients may send along. */
function headersFor(method: string): fc.Arbitrary<Record<string, string>> {
  const condition = conditions.map((value): Record<string, string> =>
    method === 'GET' ? { 'if-none-match': value } : { 'if-match': value },
  )
  const key = fc.nat(4).map((n): Record<string, string> => ({ 'idempotency-key': `one of five: ${n}` }))
  return fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, condition, method === 'GET' ? condition : key)
}

/** The request as it is sent. */
export function rendered(plan: Plan, pools: Pools): Request {
  const encoded = (text: string): string => encodeURIComponent(filled(text, pools).toWellFormed())
  const query = plan.query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  const text = plan.body === undefined ? undefined : (JSON.stringify(plan.body) ?? '')
  const payload = text === undefined ? undefined : filled(plan.garble(text), pools)
  return {
    method: plan.method,
    url: plan.path.map(encoded).join('/') + (query && `?${query}`),
    headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...plan.headers },
    payload,
  }
}
