import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { CustomerRole } from '../../src/types/vocabulary.ts'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

/**
 * Who may do what, copied by hand from the specification and never derived from the code.
 * ✓ on whatever they may see · – 403 whatever the object · a word: only on that, else 404.
 */
const specification = `
| GET organizations/                              | ✓         | ✓         | ✓ | seen       | –    | –    |
| GET organizations/:id                           | ✓         | ✓         | ✓ | seen       | own  | own  |
| POST organizations/                             | ✓         | ✓         | – | –          | –    | –    |
| PUT organizations/:id                           | ✓         | –         | – | –          | own  | –    |
| DELETE organizations/:id                        | ✓         | –         | – | –          | –    | –    |
| GET organizations/:id/users                     | ✓         | ✓         | ✓ | seen       | own  | own  |
| GET organizations/:id/stats                     | ✓         | ✓         | ✓ | seen       | own  | own  |
| GET users/profile                               | ✓         | ✓         | ✓ | ✓          | ✓    | ✓    |
| GET users/                                      | ✓         | ✓         | ✓ | –          | own  | –    |
| POST users/                                     | ✓         | customers | – | –          | own  | –    |
| GET users/:userId                               | ✓         | ✓         | ✓ | self, seen | own  | self |
| PUT users/:userId                               | ✓         | customers, self | self | self | own, self | self |
| DELETE users/:userId                            | ✓         | –         | – | –          | own  | –    |
| POST users/:userId/resend-invitation            | ✓         | customers | – | –          | own  | –    |
| POST users/:userId/reset-mfa                    | ✓         | customers | – | –          | own  | –    |
| POST users/:userId/revoke-sessions              | ✓         | customers | – | –          | own  | –    |
| GET technician-access/matrix                    | ✓         | ✓         | ✓ | ✓          | –    | –    |
| POST technician-access/grant                    | ✓         | ✓         | – | –          | –    | –    |
| PUT technician-access/:accessId                 | ✓         | ✓         | – | –          | –    | –    |
| DELETE technician-access/:accessId              | ✓         | ✓         | – | –          | –    | –    |
| POST technician-access/handoff                  | ✓         | ✓         | – | –          | –    | –    |
| GET technician-access/technician/:technicianId  | ✓         | ✓         | ✓ | self       | –    | –    |
| POST technician-access/:accessId/record-access  | grantee   | –         | grantee | grantee | – | – |
| GET access-management/matrix                    | ✓         | ✓         | ✓ | –          | –    | –    |
| POST access-management/grant                    | ✓         | ✓         | – | –          | –    | –    |
| PUT access-management/access/:accessId          | ✓         | ✓         | – | –          | –    | –    |
| DELETE access-management/access/:accessId       | ✓         | ✓         | – | –          | –    | –    |
| POST access-management/handoff                  | ✓         | ✓         | – | –          | –    | –    |
| GET access-management/technician/:technicianId  | ✓         | ✓         | ✓ | self       | –    | –    |
| GET access-management/customer/:customerId/technicians | ✓  | ✓         | ✓ | –          | own  | own  |
| GET access-management/summary                   | ✓         | ✓         | ✓ | –          | –    | –    |
| POST access-management/bulk-revoke              | ✓         | –         | – | –          | –    | –    |
| GET access-management/as-of                     | ✓         | ✓         | ✓ | self       | own  | –    |
| GET access-management/reviews                   | ✓         | ✓         | ✓ | –          | –    | –    |
| POST access-management/reviews/:reviewId/close  | ✓         | ✓         | ✓ | –          | –    | –    |
| POST access-management/check                    | ✓         | ✓         | ✓ | self       | own  | –    |
| GET audit/logs                                  | ✓         | –         | ✓ | –          | –    | –    |
| GET notifications/                              | ✓         | ✓         | ✓ | ✓          | ✓    | ✓    |
| POST notifications/:id/read                     | self      | self      | self | self    | self | self |
| POST notifications/read-all                     | ✓         | ✓         | ✓ | ✓          | ✓    | ✓    |
`

const columns = ['SA', 'AM', 'AN', 'TE', 'CA', 'CM'] as const
type Column = (typeof columns)[number]

const words = new Map(
  specification
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
      return [name, Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '?'])) as Record<Column, string>]
    }),
)

const personas = ['nobody', ...columns, 'CM report_viewer', 'CM request_user'] as const
type Persona = (typeof personas)[number]

/** What a call can be about, seen from its caller. */
const objects = ['own', 'self', 'colleague', 'seen', 'foreign', 'provider', 'missing', 'none'] as const
type Thing = (typeof objects)[number]

let world: World
let mine: Customer
let granted: Customer
let foreign: Customer
const people = {} as Record<Exclude<Persona, 'nobody'>, Person>
const membersOf = new Map<string, Person>()
let providerPerson: Person

beforeAll(async () => {
  world = await createWorld()
  ;[mine, granted, foreign] = [await world.customer(), await world.customer(), await world.customer()]
  people.SA = await world.staff('super_admin')
  people.AM = await world.staff('account_manager')
  people.AN = await world.staff('security_analyst')
  people.TE = await world.staff('technician')
  providerPerson = await world.staff('technician')
  const roles: [Exclude<Persona, 'nobody'>, CustomerRole][] = [
    ['CA', 'admin'],
    ['CM', 'basic_user'],
    ['CM report_viewer', 'report_viewer'],
    ['CM request_user', 'request_user'],
  ]
  for (const [persona, role] of roles) people[persona] = await world.member(mine, role)
  for (const customer of [mine, granted, foreign])
    membersOf.set(customer.id, await world.member(customer, 'basic_user'))
  await world.grant(people.TE, granted)
})
afterAll(() => world.close())

interface Request {
  method: 'get' | 'post' | 'put' | 'delete'
  url: string
  body?: unknown
}

/** How each row is asked about each object that makes sense for it. */
const requests: Record<string, (persona: Persona) => Promise<Partial<Record<Thing, Request>>>> = {
  'GET organizations/': async () => ({ none: { method: 'get', url: '/api/organizations' } }),
  'GET organizations/:id': async (persona) =>
    perOrganization(persona, (id) => ({ method: 'get', url: `/api/organizations/${id}` })),
  'POST organizations/': async () => ({
    none: { method: 'post', url: '/api/organizations', body: { name: `Made ${uuidv7()}` } },
  }),
  'PUT organizations/:id': async (persona) =>
    perOrganization(persona, (id) => ({
      method: 'put',
      url: `/api/organizations/${id}`,
      body: { domain: `d${uuidv7()}.example` },
    })),
  'DELETE organizations/:id': async (persona) => {
    const ask = (id: string): Request => ({ method: 'delete', url: `/api/organizations/${id}` })
    return {
      ...(isMember(persona) && { own: ask(mine.id) }),
      foreign: ask((await world.customer()).id),
      missing: ask(uuidv7()),
    }
  },
  'GET organizations/:id/users': async (persona) =>
    perOrganization(persona, (id) => ({ method: 'get', url: `/api/organizations/${id}/users` })),
  'GET organizations/:id/stats': async (persona) =>
    perOrganization(persona, (id) => ({ method: 'get', url: `/api/organizations/${id}/stats` })),
  'GET users/profile': async () => ({ none: { method: 'get', url: '/api/users/profile' } }),
  'GET users/': async (persona) => {
    const asked = await perOrganization(persona, (id) => ({ method: 'get', url: `/api/users?organizationId=${id}` }))
    const { own, foreign: other } = asked
    return { ...(own && { own }), ...(other && isMember(persona) && { foreign: other }) }
  },
  'POST users/': async (persona) =>
    perOrganization(persona, (id) => ({
      method: 'post',
      url: '/api/users',
      body: {
        email: `${uuidv7()}@example.com`,
        firstName: 'New',
        lastName: 'Person',
        role: id === people.SA.orgId ? 'technician' : 'basic_user',
        organizationId: id,
      },
    })),
  'GET users/:userId': async (persona) => perPerson(persona, (id) => ({ method: 'get', url: `/api/users/${id}` })),
  'PUT users/:userId': async (persona) =>
    perPerson(persona, (id) => ({ method: 'put', url: `/api/users/${id}`, body: { lastName: `New ${uuidv7()}` } })),
  'DELETE users/:userId': async (persona) =>
    perInvited(persona, (id) => ({ method: 'delete', url: `/api/users/${id}` })),
  'GET access-management/summary': async () => ({ none: { method: 'get', url: '/api/access-management/summary' } }),
  'POST access-management/bulk-revoke': async () => ({
    none: {
      method: 'post',
      url: '/api/access-management/bulk-revoke',
      body: { accessIds: [await world.grant(providerPerson, await world.customer())], reason: 'asked by a test' },
    },
  }),
  'GET access-management/as-of': async (persona) => {
    const at = new Date().toISOString()
    const ask = (of: string): Request => ({ method: 'get', url: `/api/access-management/as-of?at=${at}&${of}` })
    return {
      ...(persona === 'TE' && { self: ask(`technicianId=${people.TE.id}`) }),
      ...(isMember(persona) && { own: ask(`customerOrgId=${mine.id}`) }),
      provider: ask(`technicianId=${providerPerson.id}`),
      foreign: ask(`customerOrgId=${foreign.id}`),
      missing: ask(`customerOrgId=${uuidv7()}`),
    }
  },
  'GET access-management/reviews': async () => ({ none: { method: 'get', url: '/api/access-management/reviews' } }),
  'POST access-management/reviews/:reviewId/close': async () => {
    const ask = (id: string): Request => ({
      method: 'post',
      url: `/api/access-management/reviews/${id}/close`,
      body: { verdict: 'justified', notes: 'as it should be' },
    })
    return { foreign: ask(await openReview()), missing: ask(uuidv7()) }
  },
  'POST access-management/check': async (persona) => {
    const body = (technicianId: string, customerOrgId: string): Request => ({
      method: 'post',
      url: '/api/access-management/check',
      body: { technicianId, customerOrgId },
    })
    if (persona === 'TE') return { self: body(people.TE.id, granted.id), foreign: body(providerPerson.id, granted.id) }
    if (isMember(persona)) return { own: body(people.TE.id, mine.id), foreign: body(people.TE.id, foreign.id) }
    return { seen: body(people.TE.id, granted.id), missing: body(people.TE.id, uuidv7()) }
  },
  'GET access-management/customer/:customerId/technicians': async (persona) => {
    const {
      provider: _,
      own,
      ...asked
    } = await perOrganization(persona, (id) => ({
      method: 'get',
      url: `/api/access-management/customer/${id}/technicians`,
    }))
    return { ...asked, ...(own && isMember(persona) && { own }) }
  },
  'GET access-management/matrix': async () => ({ none: { method: 'get', url: '/api/access-management/matrix' } }),
  'GET technician-access/matrix': async () => ({ none: { method: 'get', url: '/api/technician-access/matrix' } }),
  'GET audit/logs': async () => ({ none: { method: 'get', url: '/api/audit/logs' } }),
  'GET notifications/': async () => ({ none: { method: 'get', url: '/api/notifications' } }),
  'POST notifications/:id/read': async (persona) => {
    const ask = (id: string): Request => ({ method: 'post', url: `/api/notifications/${id}/read` })
    return {
      ...(persona !== 'nobody' && { self: ask(await notificationOf(people[persona])) }),
      colleague: ask(await notificationOf(isMember(persona) ? membersOf.get(mine.id) : providerPerson)),
      missing: ask(uuidv7()),
    }
  },
  'POST notifications/read-all': async () => ({ none: { method: 'post', url: '/api/notifications/read-all' } }),
  'POST technician-access/:accessId/record-access': async (persona) => {
    const body = { service: 'siem', action: 'looked' }
    const ask = (id: string): Request => ({
      method: 'post',
      url: `/api/technician-access/${id}/record-access`,
      body,
    })
    const own = persona === 'SA' || persona === 'AN' || persona === 'TE'
    return {
      ...(own && { own: ask(await world.grant(people[persona], await world.customer())) }),
      foreign: ask(await world.grant(providerPerson, await world.customer())),
      missing: ask(uuidv7()),
    }
  },
  ...both('POST', 'grant', async () => ({
    none: {
      technicianId: (await world.staff('technician')).id,
      customerOrgId: (await world.customer()).id,
      accessLevel: 'read_only',
    },
  })),
  ...both('POST', 'handoff', async () => {
    const [from, to] = [await world.staff('technician'), await world.staff('technician')]
    await world.grant(from, await world.customer())
    return { none: { fromTechnicianId: from.id, toTechnicianId: to.id, reason: 'asked by a test' } }
  }),
}
for (const verb of ['resend-invitation', 'reset-mfa', 'revoke-sessions']) {
  requests[`POST users/:userId/${verb}`] = async (persona) =>
    perInvited(persona, (id) => ({ method: 'post', url: `/api/users/${id}/${verb}` }))
}
for (const [prefix, path] of [
  ['technician-access', ''],
  ['access-management', 'access/'],
] as const) {
  for (const [method, body] of [
    ['PUT', { notes: 'seen' }],
    ['DELETE', undefined],
  ] as const) {
    requests[`${method} ${prefix}/${path}:accessId`] = async () => ({
      foreign: {
        method: method === 'PUT' ? 'put' : 'delete',
        url: `/api/${prefix}/${path}${await world.grant(providerPerson, await world.customer())}`,
        body,
      },
      missing: { method: method === 'PUT' ? 'put' : 'delete', url: `/api/${prefix}/${path}${uuidv7()}`, body },
    })
  }
  requests[`GET ${prefix}/technician/:technicianId`] = async (persona) => {
    const ask = (id: string): Request => ({ method: 'get', url: `/api/${prefix}/technician/${id}` })
    return {
      ...(persona === 'TE' && { self: ask(people.TE.id) }),
      provider: ask(providerPerson.id),
      missing: ask(uuidv7()),
    }
  }
}

function both(method: 'POST', path: string, bodies: () => Promise<Partial<Record<Thing, unknown>>>) {
  return Object.fromEntries(
    ['technician-access', 'access-management'].map((prefix) => [
      `${method} ${prefix}/${path}`,
      async () =>
        Object.fromEntries(
          Object.entries(await bodies()).map(([thing, body]) => [
            thing,
            { method: 'post', url: `/api/${prefix}/${path}`, body } as const,
          ]),
        ),
    ]),
  )
}

async function notificationOf(person: Person | undefined): Promise<string> {
  const id = uuidv7()
  await world.admin.query(
    `insert into notifications (org_id, id, user_id, kind, title, body, created_at)
     values ($1, $2, $3, 'access_expiring', 'Title', 'Body', now())`,
    [person?.orgId, id, person?.id],
  )
  return id
}

/** @returns its id */
async function openReview(): Promise<string> {
  const accessId = await world.grant(await world.staff('technician'), await world.customer(), {
    accessLevel: 'emergency',
  })
  const { rows } = await world.admin.query('select id from access_reviews where access_id = $1', [accessId])
  return rows[0].id
}

const isMember = (persona: Persona): boolean => persona.startsWith('C')

async function perOrganization(
  persona: Persona,
  ask: (id: string) => Request,
): Promise<Partial<Record<Thing, Request>>> {
  const own = persona === 'nobody' ? mine.id : people[persona].orgId
  return {
    own: ask(own),
    seen: ask(granted.id),
    foreign: ask(foreign.id),
    ...(isMember(persona) && { provider: ask(people.SA.orgId) }),
    missing: ask(uuidv7()),
  }
}

async function perPerson(persona: Persona, ask: (id: string) => Request): Promise<Partial<Record<Thing, Request>>> {
  const self = persona === 'nobody' ? people.CM : people[persona]
  const colleague = isMember(persona) ? membersOf.get(mine.id) : providerPerson
  return {
    self: ask(self.id),
    colleague: ask(colleague?.id ?? ''),
    seen: ask(membersOf.get(granted.id)?.id ?? ''),
    foreign: ask(membersOf.get(foreign.id)?.id ?? ''),
    ...(isMember(persona) && { provider: ask(people.SA.id) }),
    missing: ask(uuidv7()),
  }
}

/** People whom nothing has happened to yet, for what can be done once. Nobody does it to themselves, so that only who may not is asked to. */
async function perInvited(persona: Persona, ask: (id: string) => Request): Promise<Partial<Record<Thing, Request>>> {
  const invited = async (customer: Customer) =>
    ask((await world.member(customer, 'basic_user', { status: 'invited' })).id)
  const colleague = isMember(persona)
    ? await invited(mine)
    : ask((await world.staff('technician', { status: 'invited' })).id)
  return {
    ...(persona !== 'SA' &&
      persona !== 'CA' && { self: ask(persona === 'nobody' ? people.CM.id : people[persona].id) }),
    colleague,
    seen: await invited(granted),
    foreign: await invited(foreign),
    missing: ask(uuidv7()),
  }
}

/** Which objects a word of the table opens. Staff see all there is; a technician sees the provider too, which is their own. */
const opened: Record<string, readonly Thing[]> = {
  '✓': ['own', 'self', 'colleague', 'seen', 'foreign', 'provider', 'none'],
  own: ['own', 'self', 'colleague', 'none'],
  self: ['self'],
  seen: ['own', 'seen', 'colleague', 'none'],
  customers: ['seen', 'foreign'],
  grantee: ['own'],
}

function expected(row: string, persona: Persona, thing: Thing): 'yes' | 401 | 403 | 404 {
  if (persona === 'nobody') return 401
  const word = words.get(row)?.[persona.slice(0, 2) as Column] ?? '?'
  if (word === '–') return 403
  return word.split(', ').some((one) => opened[one]?.includes(thing)) ? 'yes' : 404
}

const ask = (persona: Persona, { method, url, body }: Request): Promise<Answer> => {
  const client = persona === 'nobody' ? world.nobody : world.as(people[persona])
  return method === 'get' ? client.get(url) : client[method](url, body)
}

describe.each([...words.keys()])('%s', (row) => {
  test.each(personas)('asked by %s, answers as the specification says, and a no changes nothing', async (persona) => {
    const asked = (await requests[row]?.(persona)) ?? {}
    expect(Object.keys(asked).length, 'the row has to be asked about something').toBeGreaterThan(0)
    for (const [thing, request] of Object.entries(asked) as [Thing, Request][]) {
      const should = expected(row, persona, thing)
      const before = should === 'yes' ? null : await fingerprint()
      const { status, body } = await ask(persona, request)
      const told = should === 'yes' ? status < 300 : status === should && !body.success
      expect(told, `${thing}: ${status} ${JSON.stringify(body)}, should be ${should}`).toBe(true)
      if (before) expect(await fingerprint(), `${thing}: changed something`).toEqual(before)
    }
  })
})

test('every row of the specification is asked, and every endpoint that is built has its row', async () => {
  expect([...words.keys()].filter((row) => !(row in requests))).toEqual([])
  const { paths } = (await world.nobody.get('/openapi.json')).body as unknown as { paths: Record<string, object> }
  const built = Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((name) => / \/api\/(?!auth\/)/.test(name))
  const rowOf = (name: string) =>
    name
      .replace('/api/', '')
      .replace(/ [^/]+$/, '$&/')
      .replaceAll(/\{(\w+)\}/g, ':$1')
  expect(new Set(built.map(rowOf))).toEqual(new Set(words.keys()))
})

test('foreign and missing cannot be told apart, byte for byte', async () => {
  let compared = 0
  for (const row of words.keys()) {
    for (const persona of ['AM', 'TE', 'CA', 'CM'] as const) {
      const asked = (await requests[row]?.(persona)) ?? {}
      for (const thing of ['colleague', 'foreign', 'provider'] as const) {
        const [other, none] = [asked[thing], asked.missing]
        if (!other || !none || expected(row, persona, thing) !== 404) continue
        const [a, b] = [await ask(persona, other), await ask(persona, none)]
        expect({ status: a.status, body: a.body }, `${row} ${persona}`).toEqual({ status: b.status, body: b.body })
        expect(comparable(a.headers), `${row} ${persona}`).toEqual(comparable(b.headers))
        compared++
      }
    }
  }
  expect(compared).toBeGreaterThan(40)
})

const comparable = ({ 'x-request-id': _id, date: _date, ratelimit: _limit, ...headers }: Record<string, unknown>) =>
  headers

/** All state that a refusal must leave alone. */
async function fingerprint(): Promise<unknown> {
  const { rows } = await world.admin.query(`
    select (select md5(string_agg(o::text, '|' order by o.id)) from organizations o) as organizations,
           (select md5(string_agg(u::text, '|' order by u.id)) from users u) as users,
           (select md5(string_agg(g::text, '|' order by g.id)) from technician_customer_access g) as grants,
           (select md5(string_agg(n::text, '|' order by n.id)) from notifications n) as notifications,
           (select md5(string_agg(r::text, '|' order by r.id)) from access_reviews r) as reviews,
           (select md5(string_agg(i::text, '|' order by i.id)) from invitations i) as invitations,
           (select count(*) from user_sessions where revoked_at is null) as sessions,
           (select count(*) from totp_factors) as factors`)
  return rows[0]
}
