import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { operations } from '../../src/policy/operations.ts'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let acme: Customer
let other: Customer
let superAdmin: Person
let technician: Person
let admin: Person
let basicUser: Person
let stranger: Person
beforeAll(async () => {
  world = await createWorld()
  acme = await world.customer({ name: 'Acme' })
  other = await world.customer({ name: 'Other' })
  superAdmin = await world.staff('super_admin')
  technician = await world.staff('technician')
  admin = await world.member(acme, 'admin')
  basicUser = await world.member(acme, 'basic_user')
  stranger = await world.member(other, 'basic_user')
})
afterAll(() => world.close())

const rename = (person: Person, first: string, last: string) =>
  world.admin.query('update users set first_name = $2, last_name = $3 where id = $1', [person.id, first, last])
const idsOf = ({ body }: Answer): string[] => body.data.items.map(({ id }: { id: string }) => id)
const searchIn = (org: Customer, words: string) =>
  world.as(superAdmin).get(`/api/users?organizationId=${org.id}&search=${encodeURIComponent(words)}`)
const missing = { status: 404, body: { success: false, error: 'not_found', message: 'There is no such thing.' } }

describe('GET /profile', () => {
  test('tells who one is, where, what the role may call, and in which session', async () => {
    const answer = await world.as(basicUser, { address: '203.0.113.9' }).get('/api/users/profile')
    expect(answer.status).toBe(200)
    expect(answer.body.data).toMatchObject({
      id: basicUser.id,
      organizationId: acme.id,
      email: basicUser.email,
      role: 'basic_user',
      organization: { id: acme.id, name: 'Acme', type: 'customer', settings: {} },
      session: { id: basicUser.sessionId, current: true, ipAddress: null, userAgent: null },
    })
    expect(Object.keys(answer.body.data.session).sort()).toEqual(
      ['createdAt', 'current', 'expiresAt', 'id', 'ipAddress', 'lastUsedAt', 'userAgent'].sort(),
    )
    expect(answer.body.data.permissions).toEqual(
      expect.arrayContaining(['users.profile', 'users.get', 'organizations.get']),
    )
    for (const beyond of ['users.list', 'users.invite', 'organizations.list', 'access.grant', 'audit.search'])
      expect(answer.body.data.permissions).not.toContain(beyond)
  })

  test('a super admin may call everything that asks who calls', async () => {
    const { body } = await world.as(superAdmin).get('/api/users/profile')
    expect(body.data.permissions).toEqual(
      Object.entries(operations)
        .filter(([, rule]) => rule !== 'public')
        .map(([operation]) => operation),
    )
  })

  test('is no single version: it carries no entity tag', async () => {
    const { headers } = await world.as(basicUser).get('/api/users/profile', { 'if-none-match': '"1"' })
    expect(headers).not.toHaveProperty('etag')
  })

  test('is there for whoever may do nothing else: without a second factor, suspended, of a suspended customer', async () => {
    const frozen = await world.customer({ status: 'suspended' })
    const people = [
      await world.staff('technician', { mfaEnabled: false }),
      await world.staff('technician', { status: 'suspended' }),
      await world.staff('account_manager', { status: 'suspended' }),
      await world.member(acme, 'admin', { status: 'suspended' }),
      await world.member(frozen, 'admin'),
    ]
    for (const person of people) {
      expect(await world.as(person).get(`/api/users/${person.id}`)).toMatchObject({ status: 403 })
      expect(await world.as(person).get('/api/users/profile')).toMatchObject({
        status: 200,
        body: { data: { id: person.id, organization: { id: person.orgId } } },
      })
    }
  })

  test('401 for who is not signed in', async () => {
    expect(await world.nobody.get('/api/users/profile')).toMatchObject({ status: 401 })
  })
})

describe('GET /:userId', () => {
  test('a user is these fields and no other: no hash, no secret', async () => {
    await world.admin.query(`update users set password_hash = 'secret' where id = $1`, [basicUser.id])
    const { status, body, headers } = await world.as(admin).get(`/api/users/${basicUser.id}`)
    expect(status).toBe(200)
    expect(Object.keys(body.data).sort()).toEqual(
      [
        ...['id', 'organizationId', 'email', 'firstName', 'lastName', 'role', 'status'],
        ...['mfaEnabled', 'timezone', 'lastLoginAt', 'createdAt', 'updatedAt'],
      ].sort(),
    )
    expect(headers['etag']).toMatch(/^"\d+"$/)
  })

  test('a member reads themselves, an admin their organization, staff everybody', async () => {
    const seen: [Person, Person][] = [
      [basicUser, basicUser],
      [admin, basicUser],
      [admin, admin],
      ...[superAdmin, await world.staff('account_manager'), await world.staff('security_analyst')].flatMap(
        (person): [Person, Person][] => [
          [person, stranger],
          [person, technician],
        ],
      ),
    ]
    for (const [reader, read] of seen) {
      const answer = await world.as(reader).get(`/api/users/${read.id}`)
      expect(answer).toMatchObject({ status: 200, body: { data: { id: read.id, organizationId: read.orgId } } })
    }
  })

  test('what is out of reach is told like what does not exist, to the byte', async () => {
    const colleague = await world.member(acme, 'report_viewer')
    const hidden: [Person, string][] = [
      [admin, stranger.id],
      [admin, superAdmin.id],
      [admin, uuidv7()],
      [basicUser, admin.id],
      [basicUser, stranger.id],
      [basicUser, technician.id],
      [colleague, basicUser.id],
      [technician, stranger.id],
      [technician, uuidv7()],
      [superAdmin, uuidv7()],
    ]
    for (const [reader, id] of hidden) {
      const { status, body } = await world.as(reader).get(`/api/users/${id}`)
      expect({ status, body }).toEqual(missing)
    }
  })

  test('a technician reads themselves, colleagues, and the users of a customer only while a grant holds', async () => {
    const mine = await world.staff('technician')
    const read = (id: string, address = '198.51.100.7') => world.as(mine, { address }).get(`/api/users/${id}`)
    expect((await read(mine.id)).status).toBe(200)
    expect((await read(superAdmin.id)).status).toBe(200)
    expect((await read(basicUser.id)).status).toBe(404)

    await world.grant(mine, acme, { ipRestrictions: ['198.51.100.0/24'] })
    world.house.standing.changed()
    expect(await read(basicUser.id)).toMatchObject({ status: 200, body: { data: { id: basicUser.id } } })
    expect((await read(stranger.id)).status).toBe(404)
    expect(await read(basicUser.id, '203.0.113.1')).toMatchObject({
      status: 403,
      body: { error: 'access_restricted', details: { reasons: ['ip_not_allowed'] } },
    })
  })

  test('who is deleted is found by staff, as in their list, and by nobody else', async () => {
    const gone = await world.member(acme, 'basic_user', { status: 'deleted' })
    const left = await world.staff('technician', { status: 'deleted' })
    await world.grant(technician, acme)
    expect(await world.as(superAdmin).get(`/api/users/${gone.id}`)).toMatchObject({
      status: 200,
      body: { data: { status: 'deleted' } },
    })
    expect(await world.as(admin).get(`/api/users/${gone.id}`)).toMatchObject(missing)
    expect(await world.as(technician).get(`/api/users/${gone.id}`)).toMatchObject(missing)
    expect(await world.as(technician).get(`/api/users/${left.id}`)).toMatchObject(missing)
  })

  test('400 for what is no id', async () => {
    const answer = await world.as(superAdmin).get('/api/users/me')
    expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'userId' }] } })
  })
})

describe('GET /', () => {
  test("a customer's admin lists their own people and nobody else, however they ask", async () => {
    const questions = ['', `?organizationId=${acme.id}`, '?limit=100', '?search=example.com', '?status=active']
    for (const question of questions) {
      const { status, body } = await world.as(admin).get(`/api/users${question}`)
      expect(status).toBe(200)
      expect(body.data.items.length).toBeGreaterThan(0)
      expect(body.data.total).toBe(body.data.items.length)
      for (const { organizationId } of body.data.items) expect(organizationId).toBe(acme.id)
    }
  })

  test("404 when a customer's admin names another organization, whether it exists or not", async () => {
    for (const id of [other.id, (await world.provider()).id, uuidv7()]) {
      const { status, body } = await world.as(admin).get(`/api/users?organizationId=${id}`)
      expect({ status, body }).toEqual(missing)
    }
  })

  test('staff list everybody, or those of one organization, in one role, in one status', async () => {
    const asked = world.as(superAdmin)
    const everybody = idsOf(await asked.get('/api/users?limit=100'))
    expect(everybody).toEqual(expect.arrayContaining([admin.id, stranger.id, technician.id, superAdmin.id]))

    const there = await asked.get(`/api/users?organizationId=${other.id}`)
    expect(there.body.data).toMatchObject({ total: 1, items: [{ id: stranger.id }] })

    const technicians = await asked.get('/api/users?role=technician&status=suspended')
    for (const user of technicians.body.data.items) {
      expect(user).toMatchObject({ role: 'technician', status: 'suspended' })
    }
    expect(technicians.body.data.total).toBe(1)
  })

  test('the deleted are listed to staff who ask for them, and to nobody else', async () => {
    const gone = await world.member(acme, 'basic_user', { status: 'deleted' })
    const asked = `/api/users?organizationId=${acme.id}&limit=100`
    expect(idsOf(await world.as(superAdmin).get(asked))).not.toContain(gone.id)
    expect(idsOf(await world.as(superAdmin).get(`${asked}&status=deleted`))).toContain(gone.id)
    expect((await world.as(admin).get(`${asked}&status=deleted`)).body.data).toMatchObject({ items: [], total: 0 })
    expect(idsOf(await world.as(admin).get(asked))).not.toContain(gone.id)
  })

  test('a search finds names and addresses, whole names too, in any case and composition', async () => {
    const org = await world.customer()
    const renée = await world.member(org, 'basic_user', { email: 'r.dupont@example.com' })
    await rename(renée, 'Rene\u0301e', 'Dupont')
    const search = async (words: string) => idsOf(await searchIn(org, words))
    for (const words of ['Renée', 'Rene\u0301e', 'RENÉE dupont', ' dupont ', 'R.DUPONT@', 'ée'])
      expect([words, await search(words)]).toEqual([words, [renée.id]])
    for (const words of ['%', '_', 'r_dupont', 'r.d%', '\\', "'", 'dupont r.dupont'])
      expect([words, await search(words)]).toEqual([words, []])
  })

  test('% and _ in a search are found where they stand', async () => {
    const org = await world.customer()
    const odd = await world.member(org, 'basic_user', { email: 'odd@example.com' })
    await world.member(org, 'basic_user', { email: 'even@example.com' })
    await rename(odd, '100%', 'a_b')
    for (const words of ['%', '_', '100% a_']) {
      expect(idsOf(await searchIn(org, words))).toEqual([odd.id])
    }
  })

  test.each([
    ['name', ['a', 'b', 'c']],
    ['-name', ['c', 'b', 'a']],
    ['email', ['c', 'a', 'b']],
    ['-email', ['b', 'a', 'c']],
    ['createdAt', ['b', 'c', 'a']],
    ['-createdAt', ['a', 'c', 'b']],
    ['lastLoginAt', ['b', 'c', 'a']],
    ['-lastLoginAt', ['a', 'c', 'b']],
    ['', ['a', 'b', 'c']],
  ])('sorts by %s', async (sort, expected) => {
    const org = await world.customer()
    const people = {
      a: await world.member(org, 'basic_user', { email: `Y${sort}@example.com` }),
      b: await world.member(org, 'basic_user', { email: `z${sort}@example.com` }),
      c: await world.member(org, 'basic_user', { email: `x${sort}@example.com` }),
    }
    await rename(people.a, 'ada', 'z')
    await rename(people.b, 'Bea', 'y')
    await rename(people.c, 'cy', 'x')
    const at = (person: Person, created: string, login: string | null) =>
      world.admin.query('update users set created_at = $2, last_login_at = $3 where id = $1', [
        person.id,
        created,
        login,
      ])
    await at(people.a, '2026-03-01', '2026-05-02')
    await at(people.b, '2026-01-01', null)
    await at(people.c, '2026-02-01', '2026-05-01')
    const answer = await world.as(superAdmin).get(`/api/users?organizationId=${org.id}${sort && `&sort=${sort}`}`)
    const names = new Map(Object.entries(people).map(([name, { id }]) => [id, name]))
    expect(idsOf(answer).map((id) => names.get(id))).toEqual(expected)
  })

  test('pages hold each once, and one past the end is empty with the right totals', async () => {
    const org = await world.customer()
    for (let i = 0; i < 5; i++) await world.member(org, 'basic_user')
    const page = async (n: number) =>
      (await world.as(superAdmin).get(`/api/users?organizationId=${org.id}&limit=2&page=${n}`)).body.data
    const pages = [await page(1), await page(2), await page(3)]
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1])
    expect(new Set(pages.flatMap(({ items }) => items.map(({ id }: { id: string }) => id))).size).toBe(5)
    expect(await page(4)).toEqual({ items: [], total: 5, page: 4, limit: 2, totalPages: 3 })
    expect(await page(1_000_000)).toMatchObject({ items: [], total: 5, totalPages: 3 })
  })

  test.each([
    'color=red',
    'page=0',
    'page=1.5',
    'limit=101',
    'limit=0',
    'limit=',
    'sort=password_hash',
    'sort=name,email',
    'role=owner',
    'status=gone',
    'organizationId=acme',
    'search=',
    'search=a&search=b',
    'page=1&page=2',
    'role=admin&role=admin',
    'search=%00',
    'search[]=a',
  ])('400 for ?%s', async (query) => {
    for (const person of [superAdmin, admin]) {
      expect(await world.as(person).get(`/api/users?${query}`)).toMatchObject({
        status: 400,
        body: { error: 'validation_failed' },
      })
    }
  })

  test('403 for technicians and for members who are no admin; 401 for nobody', async () => {
    const roles = ['report_viewer', 'request_user', 'basic_user'] as const
    const people = [technician, ...(await Promise.all(roles.map((role) => world.member(acme, role))))]
    for (const person of people) {
      expect(await world.as(person).get('/api/users')).toMatchObject({ status: 403, body: { error: 'forbidden' } })
    }
    expect(await world.nobody.get('/api/users')).toMatchObject({ status: 401 })
  })
})
