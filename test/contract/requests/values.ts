import fc from 'fast-check'
import { PASSWORD } from '../../support/credentials.ts'
import { followed } from './description.ts'
import type { Description, Schema } from './description.ts'

/**
 * What there is in the world stands in a request as `«kind:number»` and is put in when it is sent, so that a seed makes the same
 * requests in every world.
 */
const HOLE = /«(\w+):(\d+)»/g

export type Pools = ReadonlyMap<string, readonly string[]>

export const filled = (text: string, pools: Pools): string =>
  text.replaceAll(HOLE, (_hole, kind: string, number: string) => {
    const pool = pools.get(kind) ?? []
    return pool[Number(number) % pool.length] ?? `no-${kind}`
  })

/** What stands for what under which name. */
const kinds: Readonly<Record<string, string>> = {
  userId: 'user',
  technicianId: 'user',
  fromTechnicianId: 'user',
  toTechnicianId: 'user',
  orgId: 'organization',
  organizationId: 'organization',
  customerId: 'organization',
  customerOrgId: 'organization',
  customerOrgIds: 'organization',
  organizations: 'organization',
  accessId: 'grant',
  accessIds: 'grant',
  reviewId: 'review',
  eventId: 'event',
  sessionId: 'session',
  viewId: 'view',
  notifications: 'notification',
  passkeys: 'passkey',
  email: 'email',
  code: 'code',
  token: 'token',
  refreshToken: 'refreshToken',
  challengeToken: 'challengeToken',
  cursor: 'nextCursor',
}

const hole = (kind: string): fc.Arbitrary<string> => fc.nat(999).map((number) => `«${kind}:${number}»`)

const DAY_MS = 86_400_000
/** Fixed, so that a seed is all there is to know; what is to come is years away from it. */
const BASE = Date.UTC(2026, 0, 1)
const instants = fc
  .tuple(fc.constantFrom(-400, -1, 0, 1, 300, 800, 20_000), fc.integer({ min: 0, max: DAY_MS }))
  .map(([days, ms]) => new Date(BASE + days * DAY_MS + ms).toISOString())

const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid(),
  guid: fc.uuid(),
  'date-time': instants,
  email: fc.tuple(fc.stringMatching(/^[a-z]{1,12}$/), fc.nat(1e6)).map(([name, n]) => `${name}${n}@example.com`),
  hostname: fc.stringMatching(/^[a-z]{1,12}$/).map((name) => `${name}.example`),
}

/** What a name asks for where its shape does not say it. */
const byName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  password: fc.constant(PASSWORD),
  currentPassword: fc.constant(PASSWORD),
  newPassword: fc.constant('a passphrase that nobody knows'),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'),
  ipRestrictions: fc.constantFrom('127.0.0.0/8', '203.0.113.7', '2001:db8::/32', '10.0.0.0/8'),
  allowedIpRanges: fc.constantFrom('127.0.0.0/8', '0.0.0.0/0', '::/0'),
  ipAddress: fc.constantFrom('127.0.0.1', '203.0.113.0/24', '2001:db8::1'),
  action: fc.constantFrom('auth.*', 'access.granted', 'organization.updated'),
  allowedServices: fc.constantFrom('siem', 'edr', 'firewall', 'backup'),
  service: fc.constantFrom('siem', 'edr'),
  search: fc.constantFrom('a', 'First', 'Customer 1', '%', '_', '\\', "o'neill"),
}

/** What fits a schema of the description; `name` is that of the field or parameter which it is for. */
export function valuesOf(description: Description, given: Schema, name = ''): fc.Arbitrary<unknown> {
  const schema = followed(description, given)
  const within = (inner: Schema, as = name): fc.Arbitrary<unknown> => valuesOf(description, inner, as)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => within(choice)))
  // Beside a type it holds further patterns, which only a regular expression's maker could meet all at once.
  if (schema.allOf && !schema.type)
    return fc.tuple(...schema.allOf.map((part) => within(part))).map((all) => Object.assign({}, ...all))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const types = [schema.type ?? []].flat()
  if (types.length > 1) return fc.oneof(...types.map((type) => within({ ...schema, type })))
  return byType[types[0] ?? '']?.(schema, name, within) ?? fc.jsonValue()
}

type Within = (inner: Schema, as?: string) => fc.Arbitrary<unknown>

const byType: Readonly<Record<string, (schema: Schema, name: string, within: Within) => fc.Arbitrary<unknown>>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: numbers,
  number: numbers,
  string: strings,
  array: lists,
  object: objects,
}

function numbers({ minimum = 0, maximum = 1000 }: Schema): fc.Arbitrary<number> {
  return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31) })
}

function strings(schema: Schema, name: string): fc.Arbitrary<string> {
  const kind = kinds[name]
  const made = byName[name] ?? formats[schema.format ?? ''] ?? patterned(schema)
  if (kind === undefined) return made
  // An address is as often one to sign in with as a new one.
  const weight = kind === 'email' ? 1 : 9
  return fc.oneof({ weight, arbitrary: hole(kind) }, { weight: 1, arbitrary: made })
}

function patterned({ pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const plain = fc.string({ minLength, maxLength: Math.min(maxLength, 40), unit: 'grapheme' })
  if (pattern === undefined || /\(\?[=!<]/.test(pattern)) return plain
  const expression = new RegExp(pattern, 'u')
  const fits = (text: string): boolean =>
    expression.test(text) && text.trim().length >= minLength && text.length <= maxLength
  return fc
    .stringMatching(expression, { size: 'small' })
    .map((text) => [text, text + 'x'.repeat(minLength), 'x'.repeat(minLength)].find(fits) ?? text)
}

function lists(schema: Schema, name: string, within: Within): fc.Arbitrary<unknown> {
  const { items = {}, minItems = 0, maxItems = 3, uniqueItems } = schema
  const bounds = { minLength: minItems, maxLength: Math.min(maxItems, minItems + (uniqueItems ? 1 : 3)) }
  return uniqueItems ? fc.uniqueArray(within(items), bounds) : fc.array(within(items), bounds)
}

function objects({ properties = {}, required = [] }: Schema, _name: string, within: Within): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, within(inner, name)]))
  return fc.record(fields, { requiredKeys: required, noNullPrototype: true })
}
