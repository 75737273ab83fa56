import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let provider: Customer
let acme: Customer
let other: Customer
let superAdmin: Person
let manager: Person
let analyst: Person
let admin: Person
beforeAll(async () => {
  world = await createWorld({ PUBLIC_URL: 'https://castellan.example' })
  provider = await world.provider()
  acme = await world.customer({ name: 'Acme', settings: { sessionIdleMinutes: 20, contact: { phone: '+1' } } })
  other = await world.customer({ name: 'Other' })
  superAdmin = await world.staff('super_admin')
  manager = await world.staff('account_manager')
  analyst = await world.staff('security_analyst')
  admin = await world.member(acme, 'admin')
})
afterAll(() => world.close())

const idsOf = ({ body }: Answer): string[] => body.data.items.map(({ id }: { id: string }) => id)
const missing = { status: 404, body: { success: false, error: 'not_found', message: 'There is no such thing.' } }
const members = () =>
  Promise.all(
    (['admin', 'report_viewer', 'request_user', 'basic_user'] as const).map((role) => world.member(acme, role)),
  )
const rowsNamed = async (name: string) =>
  (await world.admin.query('select id from organizations where lower(btrim(name)) = lower($1)', [name])).rows
const eventsOf = async (orgId: string) =>
  (
    await world.admin.query(
      'select action, user_id, resource_type, resource_id from audit_logs where org_id = $1 order by action',
      [orgId],
    )
  ).rows

describe('GET /:id', () => {
  test('an organization is these fields, with what its settings differ in from the defaults, and an entity tag', async () => {
    const { status, body, headers } = await world.as(admin).get(`/api/organizations/${acme.id}`)
    expect(status).toBe(200)
    expect(body.data).toEqual({
      id: acme.id,
      name: 'Acme',
      type: 'customer',
      domain: null,
      status: 'active',
      settings: { sessionIdleMinutes: 20, contact: { phone: '+1' } },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/),
      updatedAt: body.data.createdAt,
      createdBy: null,
    })
    expect(headers['etag']).toBe('"1"')
  })

  test('a setting that this release does not know does not leave, nor stop the rest', async () => {
    const customer = await world.customer({ settings: { fromTomorrow: true, rateLimitPerMinute: 3 } })
    const { status, body } = await world.as(superAdmin).get(`/api/organizations/${customer.id}`)
    expect(status).toBe(200)
    expect(body.data.settings).toEqual({ rateLimitPerMinute: 3 })
  })

  test('staff read every organization, members of every role their own', async () => {
    for (const person of [superAdmin, manager, analyst]) {
      for (const { id } of [provider, acme, other]) {
        expect((await world.as(person).get(`/api/organizations/${id}`)).body.data).toMatchObject({ id })
      }
    }
    for (const person of await members()) {
      expect(await world.as(person).get(`/api/organizations/${acme.id}`)).toMatchObject({ status: 200 })
    }
  })

  test('for members and technicians a foreign one is told like one that does not exist, to the byte', async () => {
    const technician = await world.staff('technician')
    for (const person of [...(await members()), technician]) {
      for (const id of [other.id, uuidv7()]) {
        const { status, body } = await world.as(person).get(`/api/organizations/${id}`)
        expect({ status, body }).toEqual(missing)
      }
    }
    for (const person of await members()) {
      expect((await world.as(person).get(`/api/organizations/${provider.id}`)).body).toEqual(missing.body)
    }
  })

  test('a technician reads the provider, and a customer through a usable grant alone', async () => {
    const technician = await world.staff('technician')
    const read = (id: string, address = '198.51.100.7') =>
      world.as(technician, { address }).get(`/api/organizations/${id}`)
    await world.grant(technician, acme, { ipRestrictions: ['198.51.100.0/24'] })
    expect((await read(provider.id)).body.data).toMatchObject({ type: 'mss_provider' })
    expect((await read(acme.id)).body.data).toMatchObject({ id: acme.id, name: acme.name })
    expect(await read(acme.id, '203.0.113.1')).toMatchObject({
      status: 403,
      body: { error: 'access_restricted', details: { reasons: ['ip_not_allowed'] } },
    })
    for (const status of ['expired', 'revoked'] as const) {
      const past = await world.customer()
      await world.grant(technician, past, { status })
      expect(await read(past.id)).toMatchObject(missing)
    }
  })

  test('400 for what is no id', async () => {
    const answer = await world.as(superAdmin).get('/api/organizations/acme')
    expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'id' }] } })
  })

  test('401 for nobody', async () => {
    expect(await world.nobody.get(`/api/organizations/${acme.id}`)).toMatchObject({ status: 401 })
  })
})

describe('GET /', () => {
  test('staff list the provider and all customers, by type and status; the deleted only when asked for', async () => {
    const [suspended, deleted] = [
      await world.customer({ status: 'suspended' }),
      await world.customer({ status: 'deleted' }),
    ]
    const list = async (query: string, person = superAdmin) =>
      idsOf(await world.as(person).get(`/api/organizations?limit=100${query}`))
    for (const person of [superAdmin, manager, analyst]) {
      const all = await list('', person)
      expect(all).toEqual(expect.arrayContaining([provider.id, acme.id, other.id, suspended.id]))
      expect(all).not.toContain(deleted.id)
    }
    expect(await list('&type=mss_provider')).toEqual([provider.id])
    expect(await list('&type=customer')).not.toContain(provider.id)
    expect(await list('&status=suspended')).toEqual([suspended.id])
    expect(await list('&status=deleted')).toEqual([deleted.id])
  })

  test('a technician lists the provider and the customers whom a grant opens now, from here', async () => {
    const technician = await world.staff('technician')
    const [open, fromOffice, atNoHour, later, gone, frozen, foreign] = await Promise.all([
      ...Array.from({ length: 5 }, () => world.customer()),
      world.customer({ status: 'suspended' }),
      world.customer(),
    ])
    const hour = new Date().getUTCHours()
    const clock = (h: number) => `${String((h + 24) % 24).padStart(2, '0')}:00`
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
    const notNow = { timezone: 'UTC', windows: [{ days, start: clock(hour + 2), end: clock(hour + 3) }] }
    const grants: [Customer | undefined, object][] = [
      [open, {}],
      [fromOffice, { ipRestrictions: ['198.51.100.0/24'] }],
      [atNoHour, { timeRestrictions: notNow }],
      [later, { status: 'scheduled', startsAt: new Date(Date.now() + 3_600_000) }],
      [gone, { status: 'revoked' }],
      [frozen, {}],
    ]
    for (const [customer, fields] of grants) await world.grant(technician, customer as Customer, fields)

    const elsewhere = await world.as(technician, { address: '203.0.113.1' }).get('/api/organizations?limit=100')
    expect(idsOf(elsewhere).sort()).toEqual([provider.id, open?.id].sort())
    expect(elsewhere.body.data.total).toBe(2)
    const office = await world.as(technician, { address: '198.51.100.7' }).get('/api/organizations?limit=100')
    expect(idsOf(office).sort()).toEqual([provider.id, open?.id, fromOffice?.id].sort())
    for (const query of ['?status=suspended', '?status=deleted', `?search=${foreign?.name}&type=mss_provider`])
      expect(idsOf(await world.as(technician).get(`/api/organizations${query}`))).toEqual([])
  })

  test("a technician's pages by name hold each once in its place, also right after a name has changed around the application", async () => {
    const technician = await world.staff('technician')
    const made: Customer[] = []
    for (const name of ['echo', 'Alfa', 'délta', 'Bravo', 'charlie']) {
      const customer = await world.customer({ name: `${name} by pages` })
      await world.grant(technician, customer)
      made.push(customer)
    }
    const [echo, alfa, delta, bravo, charlie] = made.map(({ id }) => id)
    const pages = async (sort: string) => {
      const read = async (page: number): Promise<string[]> => {
        const answer = await world.as(technician).get(`/api/organizations?limit=2&page=${page}${sort}`)
        expect(answer.body.data).toMatchObject({ total: 6, page, limit: 2, totalPages: 3 })
        return idsOf(answer)
      }
      expect(await read(4)).toEqual([])
      return [...(await read(1)), ...(await read(2)), ...(await read(3))].filter((id) => id !== provider.id)
    }
    for (const sort of ['', '&sort=name']) expect(await pages(sort)).toEqual([alfa, bravo, charlie, delta, echo])
    expect(await pages('&sort=-name')).toEqual([echo, delta, charlie, bravo, alfa])
    await world.admin.query(`update organizations set name = 'Zulu by pages' where id = $1`, [alfa])
    expect(await pages('')).toEqual([bravo, charlie, delta, echo, alfa])
    const whole = idsOf(await world.as(technician).get('/api/organizations?type=customer'))
    expect(whole).toEqual([bravo, charlie, delta, echo, alfa])
  })

  test('what a list shows, its items show when asked for by id', async () => {
    const technician = await world.staff('technician')
    await world.grant(technician, acme, { ipRestrictions: ['198.51.100.0/24'] })
    await world.customer({ status: 'deleted' })
    for (const [person, query] of [
      [technician, ''],
      [superAdmin, ''],
      [superAdmin, '&status=deleted'],
    ] as const) {
      const client = world.as(person, { address: '198.51.100.7' })
      for (const item of (await client.get(`/api/organizations?limit=100${query}`)).body.data.items) {
        expect((await client.get(`/api/organizations/${item.id}`)).body.data).toEqual(item)
      }
    }
  })

  test('a search finds a name in any case and composition, and takes % and _ as they are', async () => {
    const plain = await world.customer({ name: 'Search Züri AG' })
    const odd = await world.customer({ name: 'Search 100%_x AG' })
    const search = async (words: string) =>
      idsOf(await world.as(superAdmin).get(`/api/organizations?search=${encodeURIComponent(words)}`))
    expect(await search('SEARCH ZÜRI')).toEqual([plain.id])
    expect(await search('zu\u0308ri')).toEqual([plain.id])
    for (const words of ['%', '_', '100%_']) expect(await search(words)).toEqual([odd.id])
    for (const words of ['search%ag', 'Sear_h', '\\', "' or true --"]) expect(await search(words)).toEqual([])
  })

  test('sorts by name without regard to case, or by time; pages hold each once, and one past the end is empty', async () => {
    const mark = 'Sorted'
    const made = []
    for (const name of ['b', 'A', 'C']) made.push((await world.customer({ name: `${name} ${mark}` })).id)
    const [b, a, c] = made
    for (const [i, id] of made.entries())
      await world.admin.query(`update organizations set created_at = now() + $2 * interval '1 hour' where id = $1`, [
        id,
        i,
      ])
    const ask = (query: string) => world.as(superAdmin).get(`/api/organizations?search=${mark}${query}`)
    expect(idsOf(await ask(''))).toEqual([a, b, c])
    expect(idsOf(await ask('&sort=name'))).toEqual([a, b, c])
    expect(idsOf(await ask('&sort=-name'))).toEqual([c, b, a])
    expect(idsOf(await ask('&sort=createdAt'))).toEqual([b, a, c])
    expect(idsOf(await ask('&sort=-createdAt'))).toEqual([c, a, b])
    expect(idsOf(await ask('&limit=2'))).toEqual([a, b])
    expect(idsOf(await ask('&limit=2&page=2'))).toEqual([c])
    expect((await ask('&limit=2&page=3')).body.data).toEqual({
      ...{ items: [], total: 3, page: 3, limit: 2, totalPages: 2 },
    })
    const page = Number.MAX_SAFE_INTEGER
    expect((await ask(`&limit=100&page=${page}`)).body.data).toEqual({
      ...{ items: [], total: 3, page, limit: 100, totalPages: 1 },
    })
  })

  test.each([
    'color=red',
    'type=other',
    'status=gone',
    'sort=settings',
    'page=-1',
    'limit=1e9',
    'type=customer&type=customer',
    'search=a&search=b',
  ])('400 for ?%s', async (query) => {
    expect(await world.as(superAdmin).get(`/api/organizations?${query}`)).toMatchObject({
      status: 400,
      body: { error: 'validation_failed' },
    })
  })

  test('403 for every role of a customer, 401 for nobody', async () => {
    for (const person of await members()) {
      expect(await world.as(person).get('/api/organizations')).toMatchObject({
        status: 403,
        body: { error: 'forbidden' },
      })
    }
    expect(await world.nobody.get('/api/organizations')).toMatchObject({ status: 401 })
  })
})

describe('POST /', () => {
  const create = (person: Person, body: unknown) => world.as(person).post('/api/organizations', body)

  test('201: super admins and account managers create customers; one event tells of each', async () => {
    for (const person of [superAdmin, manager]) {
      const settings = { requireMfa: true, allowedIpRanges: ['2001:DB8::/32'], contact: { email: 'it@acme.example' } }
      const answer = await create(person, { name: `  By ${person.role} `, domain: 'Acme.example', settings })
      expect(answer).toMatchObject({
        status: 201,
        body: {
          data: {
            name: `By ${person.role}`,
            domain: 'acme.example',
            type: 'customer',
            status: 'active',
            settings: { ...settings, allowedIpRanges: ['2001:db8::/32'] },
            createdBy: person.id,
          },
        },
      })
      const { id } = answer.body.data
      const read = await world.as(person).get(`/api/organizations/${id}`)
      expect(read.body.data).toEqual(answer.body.data)
      expect([answer.headers['etag'], read.headers['etag']]).toEqual(['"1"', '"1"'])
      expect(await eventsOf(id)).toEqual([
        { action: 'organization.created', user_id: person.id, resource_type: 'organization', resource_id: id },
      ])
    }
  })

  test('201: with an address the first admin is invited too, in the same act', async () => {
    const answer = await create(manager, { name: 'With admin', adminEmail: 'first.admin@example.com' })
    expect(answer.status).toBe(201)
    const { id, invitationUrl } = answer.body.data
    expect(invitationUrl).toMatch(/^https:\/\/castellan\.example\/invitations\/inv_[\w-]{43}$/)
    const { rows } = await world.admin.query(
      `select u.id, u.email, u.role, u.status, u.created_by, i.token_hash = sha256(convert_to($2, 'utf8')) as "isHash"
         from users u join invitations i on i.user_id = u.id where u.org_id = $1`,
      [id, invitationUrl.split('/').at(-1)],
    )
    expect(rows).toEqual([
      {
        id: expect.any(String),
        email: 'first.admin@example.com',
        role: 'admin',
        status: 'invited',
        created_by: manager.id,
        isHash: true,
      },
    ])
    expect(await eventsOf(id)).toEqual([
      { action: 'organization.created', user_id: manager.id, resource_type: 'organization', resource_id: id },
      { action: 'user.invited', user_id: manager.id, resource_type: 'user', resource_id: rows[0].id },
    ])
  })

  test('409: an address that has an account invites nobody and creates nothing', async () => {
    const answer = await create(manager, { name: 'Never made', adminEmail: admin.email.toUpperCase() })
    expect(answer).toMatchObject({ status: 409, body: { error: 'email_taken' } })
    expect(await rowsNamed('Never made')).toEqual([])
  })

  test('409: a name is taken in any case, with any space around it, and in any composition', async () => {
    await world.customer({ name: 'Zoë & Söhne' })
    for (const name of ['Zoë & Söhne', ' zoë & söhne ', 'ZOË & SÖHNE', 'Zoe\u0308 & So\u0308hne']) {
      const answer = await create(manager, { name, adminEmail: 'nobody.yet@example.com' })
      expect(answer).toMatchObject({ status: 409, body: { error: 'name_taken' } })
    }
    const { rows } = await world.admin.query(`select 1 from users where email_normal = 'nobody.yet@example.com'`)
    expect(rows).toEqual([])
  })

  test('the name of a deleted customer is free again', async () => {
    await world.customer({ name: 'Gone Ltd', status: 'deleted' })
    expect((await create(manager, { name: 'gone ltd' })).status).toBe(201)
  })

  test('of twenty with one name at once exactly one is made, and told of once', async () => {
    const names = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'Race Ltd' : ' RACE ltd '))
    const answers = await Promise.all(names.map((name) => create(manager, { name })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)])
    for (const { status, body } of answers) if (status === 409) expect(body.error).toBe('name_taken')
    const [made, ...more] = await rowsNamed('Race Ltd')
    expect(more).toEqual([])
    expect(await eventsOf(made.id)).toHaveLength(1)
    const { rows } = await world.admin.query(`select 1 from audit_logs where description ilike '%race ltd%'`)
    expect(rows).toHaveLength(1)
  })

  test('the same request with the same Idempotency-Key creates once and gets the same link', async () => {
    const body = { name: 'Once', adminEmail: 'once@example.com' }
    const send = () => world.as(manager).post('/api/organizations', body, { 'idempotency-key': 'create-once' })
    const [first, again] = [await send(), await send()]
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(await rowsNamed('Once')).toHaveLength(1)
  })

  test.each([
    ['type', 'mss_provider'],
    ['id', uuidv7()],
    ['status', 'suspended'],
    ['createdBy', uuidv7()],
    ['createdAt', '2020-01-01T00:00:00.000Z'],
    ['plan', 'gold'],
    ['adminPassword', 'x'],
    ['settings', { unheardOf: true }],
    ['settings', { contact: { fax: '1' } }],
    ['settings', { auditRetentionDays: 1 }],
    ['settings', { allowedIpRanges: ['10.0.0.1/8'] }],
    ['settings', null],
    ['domain', 'not a domain'],
    ['adminEmail', 'nobody'],
    ['name', ' '],
    ['name', 'x'.repeat(201)],
    ['name', 'a\nb'],
  ])('400: this %s is refused, and nothing is made (%#)', async (field, value) => {
    const answer = await create(superAdmin, { name: 'Refused Ltd', [field]: value })
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed' } })
    expect(JSON.stringify(answer.body.details)).toContain(field)
    expect(await rowsNamed('Refused Ltd')).toEqual([])
  })

  test('403 for analysts, technicians and every role of a customer; 401 for nobody', async () => {
    for (const person of [analyst, await world.staff('technician'), ...(await members())]) {
      expect(await create(person, { name: 'Not mine to make' })).toMatchObject({
        status: 403,
        body: { error: 'forbidden' },
      })
    }
    expect(await world.nobody.post('/api/organizations', { name: 'Not mine to make' })).toMatchObject({ status: 401 })
    expect(await rowsNamed('Not mine to make')).toEqual([])
  })
})
