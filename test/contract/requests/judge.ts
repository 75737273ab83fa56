import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { catalogue } from '../../../src/errors/catalogue.ts'
import { operationAt } from './description.ts'
import type { Description, Operation } from './description.ts'

export interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

export interface Asked {
  readonly method: string
  readonly url: string
}

/** Says what is wrong with an answer, by the description alone. */
export type Judge = (asked: Asked, heard: Heard) => string[]

/** What no answer may hold, whoever asks. */
const internals: readonly (readonly [string, RegExp])[] = [
  ['a stack', /\\n\s+at |^\s+at \S+ \(|node:internal|node_modules/m],
  ['a path', /(?:\/src|\/test|\/migrations)\/[\w./-]+|file:\/\/|\.ts:\d+/],
  [
    'SQL',
    /\b(?:select|insert into|update|delete from)\b[^"]{1,200}\b(?:from|values|set|where)\b[^"]{0,200}(?:\$\d|::|=)/i,
  ],
  [
    'a message of PostgreSQL',
    /SQLSTATE|violates|syntax error at|invalid input syntax|permission denied|duplicate key/i,
  ],
  ['a role of the database', /castellan_(?:runtime|member|technician|staff|identity|clock|sealer)/],
  ['a password hash', /\$argon2/],
  ['a private key', /PRIVATE KEY|"d":"/],
  ['a connection', /postgres(?:ql)?:\/\/|ECONN|ENOENT|EPIPE/],
]

/** `secrets`: texts of this installation that may be in no answer, each with what it is. */
export function judgeOf(description: Description, secrets: ReadonlyMap<string, string>): Judge {
  const shapes = shapesOf(description)
  return (asked, heard) => {
    const operation = operationAt(description, asked.method, decoded(asked.url.split('?', 1)[0] ?? ''))
    return [
      ...faultsOfStatus(operation, heard),
      ...shapes(operation, asked, heard),
      ...faultsOfHeaders(asked, heard),
      ...leaksIn(heard, secrets),
    ]
  }
}

function decoded(path: string): string {
  try {
    return path
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('/', '%2F'))
      .join('/')
  } catch {
    return path
  }
}

const typeOf = ({ 'content-type': type }: Heard['headers']): string => (typeof type === 'string' ? type : '')
const isFailure = (body: unknown): body is { error: string } =>
  typeof body === 'object' && body !== null && 'error' in body

/** What the description says of this status; a class of them stands for what it does not name. */
const saidOf = ({ responses }: Operation, status: number) => responses[status] ?? responses[`${String(status)[0]}XX`]

function faultsOfStatus(operation: Operation | null, { status, body }: Heard): string[] {
  if (status >= 500) return [`it fails with ${status}`]
  if (operation === null) return status >= 400 ? [] : [`${status} from where nothing is described`]
  if (!saidOf(operation, status)) return [`${status} is not described`]
  if (status < 400) return []
  const told = parsed(body)
  if (!isFailure(told)) return []
  const { status: meant } = catalogue[told.error as keyof typeof catalogue] ?? {}
  return meant === status ? [] : [`${told.error} is not a refusal of ${status}`]
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

type Shapes = (operation: Operation | null, asked: Asked, heard: Heard) => string[]

function shapesOf({ components }: Description): Shapes {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  for (const [format, check] of Object.entries(formats)) ajv.addFormat(format, check)
  ajv.removeKeyword('id')
  const made = new Map<object, ValidateFunction>()
  const validate = (schema: object, value: unknown): string[] => {
    const check = made.get(schema) ?? ajv.compile({ ...schema, components })
    made.set(schema, check)
    check(value)
    return (check.errors ?? []).map(({ instancePath, message }) => `the answer's ${instancePath || 'whole'} ${message}`)
  }
  return (operation, { method }, { status, headers, body }) => {
    const type = typeOf(headers)
    const [media = ''] = type.split(';')
    if (status === 304 || method === 'HEAD') return body === '' ? [] : ['a body where there is none']
    const { content } = (operation && saidOf(operation, status)) ?? refused
    const schema = content?.[media]?.schema
    if (!schema) return [`${status} as ${media || 'nothing'} is not described`]
    if (/^(?:application\/json|text\/)/.test(type) && !type.includes('; charset=utf-8'))
      return [`${type} without charset`]
    if (media !== 'application/json') return body === '' ? ['an empty file'] : []
    const value = parsed(body)
    return value === undefined ? ['the body is no JSON'] : validate(schema, value)
  }
}

const refused: Operation['responses'][string] = {
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
}

const formats: Readonly<Record<string, RegExp | true>> = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  guid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/,
  email: /^[^@\s]+@[^@\s]+$/,
  uri: /^https?:\/\//,
  date: /^\d{4}-\d{2}-\d{2}$/,
  base64: /^[A-Za-z0-9+/]*={0,2}$/,
  hostname: true,
  binary: true,
}

const always = [
  'x-request-id',
  'content-security-policy',
  'strict-transport-security',
  'x-content-type-options',
  'referrer-policy',
]
const never = ['server', 'x-powered-by', 'access-control-allow-origin', 'location']

function faultsOfHeaders({ url }: Asked, { status, headers }: Heard): string[] {
  const needed = [
    ...always,
    ...(url.startsWith('/api/') && status !== 400 ? ['cache-control'] : []),
    ...(status === 401 ? ['www-authenticate'] : []),
    ...(status === 429 || status === 503 ? ['retry-after'] : []),
  ]
  return [
    ...needed.filter((name) => headers[name] === undefined).map((name) => `${status} without ${name}`),
    ...never.filter((name) => headers[name] !== undefined).map((name) => `it tells ${name}`),
  ]
}

function leaksIn({ headers, body }: Heard, secrets: ReadonlyMap<string, string>): string[] {
  const all = `${JSON.stringify(headers)}\n${body}`
  return [
    ...internals.flatMap(
      ([what, pattern]) =>
        pattern
          .exec(all)
          ?.slice(0, 1)
          .map((text) => `it tells ${what}: ${text.slice(0, 80)}`) ?? [],
    ),
    ...[...secrets].filter(([text]) => all.includes(text)).map(([, what]) => `it tells ${what}`),
  ]
}
