import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { readConfig } from '../../src/config.ts'
import { newToken } from '../../src/credentials/one-time-token.ts'
import { bootstrap } from '../../src/services/auth.service.ts'
import { createAuthenticator } from '../support/authenticator.ts'
import { codeOf, equip, login, PASSWORD } from '../support/credentials.ts'
import type { Holder } from '../support/credentials.ts'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, Client, World } from '../support/world.ts'

let world: World
/** Where nobody has been set up yet. */
let empty: World
let admin: Person

beforeAll(async () => {
  ;[world, empty] = [await createWorld(), await createWorld()]
  admin = await world.staff('super_admin')
})
afterAll(async () => {
  await world.close()
  await empty.close()
})

interface Valid {
  url: string
  body: Record<string, unknown>
  client?: Client
  at?: World
}

const restrictions = {
  allowedServices: ['siem'],
  ipRestrictions: ['203.0.113.0/24'],
  timeRestrictions: { timezone: 'Europe/Berlin', windows: [{ days: ['mon'], start: '08:00', end: '17:00' }] },
}
const settings = { requireMfa: false, contact: { name: 'Ada', email: 'ada@example.com' } }
const grantOf = async (): Promise<string> => world.grant(await world.staff('technician'), await world.customer())
const member = async (mfaEnabled: boolean): Promise<Person & Holder> => {
  const person = await world.member(await world.customer(), 'basic_user', { mfaEnabled })
  return { ...person, ...(await equip(world, person)) }
}

/** For every endpoint that takes a body a request that is carried out as it stands. */
const valid: Record<string, () => Promise<Valid>> = {
  'POST /api/users/{userId}/erase': async () => {
    const { id } = await world.member(await world.customer(), 'basic_user', { status: 'deleted' })
    return { url: `/api/users/${id}/erase`, body: { basis: 'objection', reference: 'DSR-1', dryRun: false } }
  },
  'POST /api/organizations': async () => ({
    url: '/api/organizations',
    body: { name: `Made ${uuidv7()}`, domain: 'made.example', settings, adminEmail: `${uuidv7()}@example.com` },
  }),
  'PUT /api/organizations/{id}': async () => ({
    url: `/api/organizations/${(await world.customer()).id}`,
    body: { name: `Changed ${uuidv7()}`, domain: null, settings, status: 'suspended' },
  }),
  'POST /api/users': async () => ({
    url: '/api/users',
    body: {
      email: `${uuidv7()}@example.com`,
      firstName: 'Ada',
      lastName: 'Given',
      role: 'basic_user',
      organizationId: (await world.customer()).id,
    },
  }),
  'POST /api/users/profile/views': async () => ({
    url: '/api/users/profile/views',
    body: { page: 'audit', name: `View ${uuidv7()}`, query: 'last=7d' },
  }),
  'PUT /api/users/{userId}': async () => ({
    url: `/api/users/${(await world.member(await world.customer(), 'basic_user')).id}`,
    body: {
      firstName: 'Ada',
      lastName: 'Given',
      timezone: 'UTC',
      email: `${uuidv7()}@example.com`,
      role: 'admin',
      status: 'suspended',
    },
  }),
  ...atBothDoors('POST', '/grant', async () => ({
    path: '/grant',
    body: {
      technicianId: (await world.staff('technician')).id,
      customerOrgId: (await world.customer()).id,
      accessLevel: 'full_access',
      startsAt: '2026-01-01T00:00:00Z',
      expiresAt: '2099-01-01T00:00:00Z',
      ...restrictions,
      reason: 'because',
      notes: 'noted',
    },
  })),
  'PUT /api/technician-access/{accessId}': async () => updateAt(`/api/technician-access/${await grantOf()}`),
  'PUT /api/access-management/access/{accessId}': async () =>
    updateAt(`/api/access-management/access/${await grantOf()}`),
  'DELETE /api/technician-access/{accessId}': async () => ({
    url: `/api/technician-access/${await grantOf()}`,
    body: { reason: 'because' },
  }),
  'DELETE /api/access-management/access/{accessId}': async () => ({
    url: `/api/access-management/access/${await grantOf()}`,
    body: { reason: 'because' },
  }),
  ...atBothDoors('POST', '/handoff', async () => {
    const [from, to, customer] = [
      await world.staff('technician'),
      await world.staff('technician'),
      await world.customer(),
    ]
    await world.grant(from, customer)
    return {
      path: '/handoff',
      body: {
        fromTechnicianId: from.id,
        toTechnicianId: to.id,
        customerOrgIds: [customer.id],
        reason: 'because',
        maintainOriginalAccess: true,
        dryRun: false,
      },
    }
  }),
  'POST /api/technician-access/{accessId}/record-access': async () => {
    const technician = await world.staff('technician')
    const grant = await world.grant(technician, await world.customer())
    return {
      client: world.as(technician),
      url: `/api/technician-access/${grant}/record-access`,
      body: {
        service: 'siem',
        action: 'looked',
        accessLevel: 'read_only',
        ticket: 'T-1',
        durationSeconds: 1,
        details: {},
      },
    }
  },
  'POST /api/access-management/bulk-revoke': async () => ({
    url: '/api/access-management/bulk-revoke',
    body: { accessIds: [await grantOf()], reason: 'because', dryRun: false },
  }),
  'POST /api/access-management/reviews/{reviewId}/close': async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const emergency = { technicianId: technician.id, customerOrgId: customer.id, accessLevel: 'emergency' }
    const granted = await world
      .as(await world.staff('account_manager'))
      .post('/api/access-management/grant', { ...emergency, reason: 'the firewall is down' })
    const reviews = await world.as(admin).get('/api/access-management/reviews?limit=100')
    const review = reviews.body.data.items.find((one: any) => one.grant.id === granted.body.data.id)
    return {
      url: `/api/access-management/reviews/${review.id}/close`,
      body: { verdict: 'justified', notes: 'It was on fire.' },
    }
  },
  'POST /api/audit/cleanup': async () => ({
    url: '/api/audit/cleanup',
    body: {
      olderThanDays: 400,
      organizationId: (await world.customer()).id,
      dryRun: true,
      planHash: '0'.repeat(64),
    },
  }),
  'POST /api/audit/holds': async () => ({
    url: '/api/audit/holds',
    body: {
      organizationId: (await world.customer()).id,
      subjectUserId: admin.id,
      from: '2025-01-01T00:00:00Z',
      to: '2026-01-01T00:00:00Z',
      caseReference: 'Case 1',
      reason: 'a court asks',
    },
  }),
  'POST /api/audit/holds/{holdId}/release': async () => {
    const hold = { organizationId: (await world.customer()).id, caseReference: 'Case 1', reason: 'a court asks' }
    const placed = await world.as(admin).post('/api/audit/holds', hold)
    return { url: `/api/audit/holds/${placed.body.data.id}/release`, body: { reason: 'the case is over' } }
  },
  'POST /api/access-management/check': async () => ({
    url: '/api/access-management/check',
    body: {
      technicianId: (await world.staff('technician')).id,
      customerOrgId: (await world.customer()).id,
      service: 'siem',
      accessLevel: 'read_only',
      ipAddress: '203.0.113.7',
      at: '2026-11-23T08:00:00Z',
    },
  }),
  'POST /api/auth/login': async () => ({
    client: world.nobody,
    url: '/api/auth/login',
    body: { email: (await member(false)).email, password: PASSWORD },
  }),
  'POST /api/auth/mfa/verify': async () => {
    const holder = await member(true)
    const { challengeToken } = (await login(world, holder)).body.data
    const body = { challengeToken, method: 'totp', code: codeOf(world, holder.secret) }
    return { client: world.nobody, url: '/api/auth/mfa/verify', body }
  },
  'POST /api/auth/refresh': async () => {
    const { refreshToken } = (await login(world, await member(false))).body.data
    return { client: world.nobody, url: '/api/auth/refresh', body: { refreshToken } }
  },
  'POST /api/auth/mfa/enable': async () => {
    const client = world.as(await member(false))
    const { secret } = (await client.post('/api/auth/mfa/setup')).body.data
    return { client, url: '/api/auth/mfa/enable', body: { code: codeOf(world, secret) } }
  },
  'POST /api/auth/mfa/disable': async () => {
    const holder = await member(true)
    const body = { password: PASSWORD, code: codeOf(world, holder.secret) }
    return { client: world.as(holder), url: '/api/auth/mfa/disable', body }
  },
  'POST /api/auth/mfa/recovery-codes': async () => {
    const holder = await member(true)
    return {
      client: world.as(holder),
      url: '/api/auth/mfa/recovery-codes',
      body: { code: codeOf(world, holder.secret) },
    }
  },
  'POST /api/auth/step-up': async () => {
    const holder = await member(true)
    return { client: world.as(holder), url: '/api/auth/step-up', body: { code: codeOf(world, holder.secret) } }
  },
  'POST /api/auth/passkeys': async () => {
    const holder = await member(true)
    const client = world.as(holder)
    const { challenge } = (await client.post('/api/auth/passkeys/options')).body.data
    const credential = createAuthenticator(world.house.settings.publicUrl).create({ challenge })
    return { client, url: '/api/auth/passkeys', body: { name: 'Laptop', credential } }
  },
  'POST /api/auth/passkeys/sign-in': async () => {
    const client = world.as(await member(true))
    const key = createAuthenticator(world.house.settings.publicUrl)
    const made = (await client.post('/api/auth/passkeys/options')).body.data
    await client.post('/api/auth/passkeys', { credential: key.create(made) })
    const asked = (await world.nobody.post('/api/auth/passkeys/sign-in/options')).body.data
    return { client: world.nobody, url: '/api/auth/passkeys/sign-in', body: { credential: key.get(asked) } }
  },
  'POST /api/auth/password/change': async () => ({
    client: world.as(await member(true)),
    url: '/api/auth/password/change',
    body: { currentPassword: PASSWORD, newPassword: 'a long enough passphrase' },
  }),
  'POST /api/auth/password/forgot': async () => ({
    client: world.nobody,
    url: '/api/auth/password/forgot',
    body: { email: `${uuidv7()}@example.com` },
  }),
  'POST /api/auth/password/reset': async () => {
    const { id, orgId } = await member(true)
    const { token, hash } = newToken('rst_')
    await world.admin.query(
      `insert into password_resets (org_id, id, user_id, token_hash, created_at, expires_at)
       values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour')`,
      [orgId, id, hash],
    )
    const body = { token, newPassword: 'a long enough passphrase' }
    return { client: world.nobody, url: '/api/auth/password/reset', body }
  },
  'POST /api/auth/invitations/{token}/accept': async () => {
    const invited = await world.as(admin).post('/api/users', (await valid['POST /api/users']?.())?.body)
    const token: string = invited.body.data.invitationUrl.split('/').at(-1)
    const body = { password: 'a long enough passphrase', firstName: 'Grace', lastName: 'Hopper' }
    return { client: world.nobody, url: `/api/auth/invitations/${token}/accept`, body }
  },
  'POST /api/auth/bootstrap': async () => {
    const [token] = /bst_[\w-]{43}/.exec((await bootstrap(empty.house, readConfig({}))) ?? '') ?? []
    const person = { email: 'grace@provider.example', password: PASSWORD, firstName: 'Grace', lastName: 'Hopper' }
    return {
      at: empty,
      client: empty.nobody,
      url: '/api/auth/bootstrap',
      body: { token, ...person, providerName: 'Harbour' },
    }
  },
}

function updateAt(url: string): Valid {
  return {
    url,
    body: { accessLevel: 'full_access', expiresAt: '2099-01-01T00:00:00Z', ...restrictions, notes: 'noted' },
  }
}

function atBothDoors(method: string, path: string, make: () => Promise<{ path: string; body: Valid['body'] }>) {
  return Object.fromEntries(
    ['/api/technician-access', '/api/access-management'].map((prefix) => [
      `${method} ${prefix}${path}`,
      async (): Promise<Valid> => {
        const made = await make()
        return { url: `${prefix}${made.path}`, body: made.body }
      },
    ]),
  )
}

interface Node {
  $ref?: string
  properties?: Record<string, Node>
  items?: Node
  anyOf?: Node[]
  oneOf?: Node[]
  allOf?: Node[]
  additionalProperties?: unknown
  enum?: unknown[]
  const?: unknown
  type?: string
  format?: string
}

interface Document {
  paths: Record<string, Record<string, { requestBody?: Described; responses: Record<string, Described> }>>
  components: { schemas: Record<string, Node> }
}
interface Described {
  content?: Record<string, { schema?: Node }>
}

const documentOf = (): Document => world.app.swagger() as unknown as Document
const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
  )
const schemaOf = ({ content = {} }: Described): Node => content['application/json']?.schema ?? {}

const isWrite = (name: string): boolean => /^(POST|PUT|DELETE|PATCH) \/api\//.test(name)

/** The alternatives that a place in a document has, references followed. */
function shapesOf(document: Document, node: Node | undefined): Node[] {
  if (node === undefined) return []
  if (node.$ref !== undefined) return shapesOf(document, document.components.schemas[node.$ref.split('/').at(-1) ?? ''])
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]
  return [node, ...inner.flatMap((one) => shapesOf(document, one))]
}

/** Every property that any answer has, with a value that it could have there. */
function answeredFields(document: Document): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const seen = new Set<Node>()
  const visit = (node: Node | undefined): void => {
    for (const shape of shapesOf(document, node)) {
      if (seen.has(shape)) continue
      seen.add(shape)
      visit(shape.items)
      for (const [name, property] of Object.entries(shape.properties ?? {})) {
        if (!found.has(name)) found.set(name, exampleOf(shapesOf(document, property)))
        visit(property)
      }
    }
  }
  for (const { responses } of operationsOf(document)) for (const one of Object.values(responses)) visit(schemaOf(one))
  return found
}

function exampleOf(shapes: readonly Node[]): unknown {
  const shape = shapes.find(({ type, enum: values, const: only }) => type ?? values ?? only) ?? {}
  if (shape.const !== undefined) return shape.const
  if (shape.enum) return shape.enum[0]
  if (shape.type === 'string') return exampleOfText(shape)
  return { boolean: true, integer: 1, number: 1, array: [], object: {} }[shape.type ?? ''] ?? null
}

const exampleOfText = ({ format }: Node): string =>
  format === 'uuid' || format === 'guid'
    ? admin.id
    : format === 'date-time'
      ? '2099-01-01T00:00:00.000Z'
      : 'super_admin'

/** What rows have beside what answers show, how other servers spell it, and what JavaScript has of its own. */
const beyond: Record<string, unknown> = {
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA',
  password_hash: '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA',
  orgId: '00000000-0000-7000-8000-000000000000',
  org_id: '00000000-0000-7000-8000-000000000000',
  orgType: 'mss_provider',
  version: 1,
  isAdmin: true,
  nameNormal: 'x',
  deletedAt: null,
  permissions: ['*'],
  Role: 'super_admin',
  'role ': 'super_admin',
  'settings.requireMfa': false,
  $set: { role: 'super_admin' },
  __proto__: { role: 'super_admin' },
  constructor: { prototype: { role: 'super_admin' } },
  prototype: { role: 'super_admin' },
  toString: 'x',
  hasOwnProperty: 'x',
}
Object.defineProperty(beyond, '__proto__', { value: { role: 'super_admin' }, enumerable: true })

type Place = readonly (string | number)[]

/** The objects within a body, and which fields its description lets each have; null where it lets them have any. */
function placesOf(document: Document, node: Node | undefined, body: unknown, at: Place = []): [Place, Set<string>][] {
  if (typeof body !== 'object' || body === null) return []
  const shapes = shapesOf(document, node)
  if (Array.isArray(body)) {
    const items = shapes.find(({ items: one }) => one)?.items
    return body.flatMap((one, i) => placesOf(document, items, one, [...at, i]))
  }
  const properties = Object.assign({}, ...shapes.map((shape) => shape.properties ?? {})) as Record<string, Node>
  const inner = Object.entries(body).flatMap(([key, value]) => placesOf(document, properties[key], value, [...at, key]))
  return Object.keys(properties).length === 0 ? inner : [[at, new Set(Object.keys(properties))], ...inner]
}

/** The body as text with one more field at the place: also one that JavaScript would take for something else. */
function withField(body: unknown, place: Place, [name, value]: [string, unknown]): string {
  const copy = structuredClone(body)
  const target = place.reduce<any>((inner, key) => inner[key], copy)
  Object.defineProperty(target, name, { value, enumerable: true })
  return JSON.stringify(copy)
}

const send = ({ client = world.as(admin), url }: Valid, name: string, body: unknown): Promise<Answer> =>
  client[name.split(' ')[0]?.toLowerCase() as 'post' | 'put' | 'delete'](url, body)

/** All rows but the trail's; that a session was used is no change. */
async function rows({ admin: database }: World): Promise<unknown> {
  const { rows: tables } = await database.query<{ name: string }>(
    `select c.relname as name from pg_class c
      where c.relnamespace = 'castellan'::regnamespace and c.relkind = 'r' and c.relname !~ '^audit_logs' order by 1`,
  )
  const sums = tables.map(
    ({ name }) => `(select md5(string_agg(r::text, '|' order by r::text))
                      from (select to_jsonb(t) ${name === 'user_sessions' ? `- 'last_used_at'` : ''} as r from ${name} t) s) as ${name}`,
  )
  return (await database.query(`select ${sums.join(', ')}`)).rows[0]
}

describe.each(Object.keys(valid))('%s', (name) => {
  test('takes no field that it does not describe, wherever it stands, and takes the same request without', async () => {
    const document = documentOf()
    const request = (await valid[name]?.()) ?? { url: '', body: {} }
    const schema = schemaOf(operationsOf(document).find((one) => one.name === name)?.requestBody ?? {})
    const fields = [...answeredFields(document), ...Object.entries(beyond)]
    const places = placesOf(document, schema, request.body)
    expect(places.length, 'the body is described').toBeGreaterThan(0)
    const before = await rows(request.at ?? world)
    let cases = 0
    for (const [place, known] of places) {
      for (const field of fields.filter(([one]) => !known.has(one))) {
        const { status, body } = await send(request, name, withField(request.body, place, field))
        expect(status, `${[...place, field[0]].join('.')}: ${JSON.stringify(body)}`).toBe(400)
        expect(['validation_failed', 'malformed_json']).toContain(body.error)
        cases += 1
      }
    }
    expect(cases).toBeGreaterThan(50)
    expect(await rows(request.at ?? world)).toEqual(before)
    const done = await send(request, name, request.body)
    expect(done.status, JSON.stringify(done.body)).toBeLessThan(300)
  })
})

test('every write that takes a body has been tried', () => {
  const described = operationsOf(documentOf()).filter(({ name, requestBody }) => isWrite(name) && requestBody)
  expect(described.map(({ name }) => name).sort()).toEqual(Object.keys(valid).sort())
})

test('a write that takes no body refuses what comes in one', async () => {
  const bodiless = operationsOf(documentOf()).filter(({ name, requestBody }) => isWrite(name) && !requestBody)
  expect(bodiless.length).toBeGreaterThan(0)
  for (const { name } of bodiless) {
    const client = world.as(await world.staff('super_admin'))
    const someone = await world.member(await world.customer(), 'basic_user')
    const id = name.includes('/users/') ? someone.id : someone.orgId
    const url = (name.split(' ')[1] ?? '').replaceAll(/\{[^}]+\}/g, id)
    const { status } = await send({ client, url, body: {} }, name, { status: 'active' })
    expect(status, name).toBe(400)
  }
})
