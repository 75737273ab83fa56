import fc from 'fast-check'
import type { Plan } from './plans.ts'

type Mutation = (plan: Plan) => Plan

/** Texts that parsers, databases and terminals stumble over. Nothing among them looks like a leak of ours. */
const awkward = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e',
  '\u2028',
  '\r\nX-Injected: 1',
  '%00',
  '%',
  '%zz',
  "'",
  '"',
  '\\',
  "' or '1'='1",
  '"; drop',
  '$1',
  '${7*7}',
  '{{7*7}}',
  '../../../etc/passwd',
  '..%2f..',
  '.',
  '..',
  'null',
  'undefined',
  'NaN',
  '[object Object]',
  '-1',
  '0',
  '1e309',
  '9007199254740993',
  '99999999999999999999',
  '0x10',
  '1.5',
  'true',
  '=1+1',
  '__proto__',
  'constructor',
  'ſ',
  'İ',
  '💩',
  'e\u0301'.repeat(50),
  'a'.repeat(300),
  'a'.repeat(5000),
  '2026-02-30T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999+14:00',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '127.0.0.1/33',
  '::ffff:127.0.0.1',
  '010.0.0.1',
)
const texts = fc.oneof(awkward, fc.string({ unit: 'binary' }), fc.string())
const values = fc.oneof(
  texts,
  fc.constantFrom<unknown>(null, true, 0, -0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, [], {}, [null], [[]], { a: { b: {} } }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue(),
)
const names = fc.oneof(awkward, fc.constantFrom('id', 'role', 'orgId', 'status', 'toString', 'page', 'limit', 'sort'))
/** As they may stand in a header. */
const headerTexts = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{0,40}$/),
  fc.constantFrom('""', 'W/', '"1"x', ',,,', '*, "1"', 'a'.repeat(300), 'Bearer', 'Bearer x.y.z', 'Basic YTpi', '¿'),
)

type Place = readonly (string | number)[]

/** Every place within a value, itself first. */
function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))]
}

function changedAt(value: unknown, [key, ...rest]: Place, change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  const copy: any = Array.isArray(value) ? [...value] : { ...(value as object) }
  copy[key] = changedAt(copy[key], rest, change)
  return copy
}

/** At a place of the body, or for one where there is none. */
const inBody =
  (number: number, change: (old: unknown) => unknown): Mutation =>
  (plan) => {
    const places = placesIn(plan.body)
    return { ...plan, body: changedAt(plan.body, places[number % places.length] ?? [], change) }
  }

function withField(old: unknown, name: string, value: unknown): unknown {
  if (typeof old !== 'object' || old === null || Array.isArray(old)) return { [name]: value }
  return Object.defineProperty({ ...old }, name, { value, enumerable: true })
}

function withoutOne(old: unknown, number: number): unknown {
  if (typeof old !== 'object' || old === null) return undefined
  const kept = Object.entries(old).filter((_, i, all) => i !== number % all.length)
  return Array.isArray(old) ? kept.map(([, one]) => one) : Object.fromEntries(kept)
}

const garbled = (change: (text: string) => string): Mutation => {
  return (plan) => ({ ...plan, body: plan.body ?? {}, garble: (text) => change(plan.garble(text)) })
}

const replaced = <T>(list: readonly T[], number: number, change: (one: T) => T): T[] =>
  list.map((one, i) => (i === number % list.length ? change(one) : one))

const number = fc.nat(10_000)

const ofBody: fc.Arbitrary<Mutation>[] = [
  fc.tuple(number, values).map(([at, value]) => inBody(at, () => value)),
  fc.tuple(number, names, values).map(([at, name, value]) => inBody(at, (old) => withField(old, name, value))),
  fc.tuple(number, number).map(([at, which]) => inBody(at, (old) => withoutOne(old, which))),
  number.map((at) => inBody(at, (old) => [old, old])),
  number.map((at) => garbled((text) => text.slice(0, at % (text.length + 1)))),
  fc
    .tuple(number, fc.string({ unit: 'binary', maxLength: 3 }))
    .map(([at, extra]) =>
      garbled((text) => text.slice(0, at % (text.length + 1)) + extra + text.slice(at % (text.length + 1))),
    ),
  fc
    .constantFrom('null', '[]', '""', '7', '1e999', '{"a":1,"a":2}', '[['.repeat(3000), '\ufeff{}', '{}{}', '', ' ')
    .map((text) => garbled(() => text)),
  fc.constant((plan: Plan) => ({ ...plan, body: undefined })),
]

const ofQuery: fc.Arbitrary<Mutation>[] = [
  fc
    .tuple(names, texts)
    .map(([name, value]) => (plan: Plan) => ({ ...plan, query: [...plan.query, [name, value] as const] })),
  number.map((at) => (plan: Plan) => ({
    ...plan,
    query: [...plan.query, ...plan.query.slice(at % (plan.query.length + 1))],
  })),
  fc.tuple(number, texts).map(([at, value]) => (plan: Plan) => ({
    ...plan,
    query: replaced(plan.query, at, ([name]) => [name, value] as const),
  })),
]

/** Whoever sends it resolves `..` itself, and asks for something else. */
const segments = texts.filter((text) => !/^\.{1,2}$/.test(text))

const ofPath: fc.Arbitrary<Mutation>[] = [
  fc.tuple(number, segments).map(([at, value]) => (plan: Plan) => ({
    ...plan,
    // What is left of the API's own tree is not the API's to answer.
    path: [...plan.path.slice(0, 2), ...replaced(plan.path.slice(2), at, () => value)],
  })),
  segments.map((value) => (plan: Plan) => ({ ...plan, path: [...plan.path, value] })),
  fc
    .constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS')
    .map((method) => (plan: Plan) => ({ ...plan, method })),
]

const ofHeaders: fc.Arbitrary<Mutation>[] = [
  fc
    .tuple(
      fc.constantFrom(
        'authorization',
        'if-match',
        'if-none-match',
        'idempotency-key',
        'x-request-id',
        'x-forwarded-for',
        'x-http-method-override',
        'cookie',
        'origin',
        'sec-fetch-site',
        'user-agent',
        'accept',
        'range',
        'expect',
      ),
      headerTexts,
    )
    .map(([name, value]) => (plan: Plan) => ({ ...plan, headers: { ...plan.headers, [name]: value } })),
  fc
    .constantFrom('text/plain', 'application/xml', 'application/json; charset=utf-16', 'multipart/form-data', '', ';')
    .map((type) => (plan: Plan) => ({ ...plan, headers: { ...plan.headers, 'content-type': type } })),
]

export const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...ofBody) },
  { weight: 3, arbitrary: fc.oneof(...ofQuery) },
  { weight: 2, arbitrary: fc.oneof(...ofPath) },
  { weight: 2, arbitrary: fc.oneof(...ofHeaders) },
)
