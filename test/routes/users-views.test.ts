import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { outcome } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const URL = '/api/users/profile/views'

let world: World
let acme: Customer
let superAdmin: Person
let analyst: Person
beforeAll(async () => {
  world = await createWorld()
  acme = await world.customer({ name: 'Acme' })
  superAdmin = await world.staff('super_admin')
  analyst = await world.staff('security_analyst')
})
afterAll(() => world.close())

const view = (fields: object = {}) => ({ page: 'audit', name: `View ${uuidv7()}`, query: 'last=7d', ...fields })
const save = (person: Person, fields?: object) => world.as(person).post(URL, view(fields))
const list = async (person: Person) => (await world.as(person).get(URL)).body.data
const remove = (person: Person, id: string) => world.as(person).delete(`${URL}/${id}`)
const kept = async (person: Person): Promise<number> =>
  Number((await world.admin.query('select count(*) from saved_views where user_id = $1', [person.id])).rows[0].count)

/** Fills somebody's list without asking for each. */
const fill = (person: Person, count: number) =>
  world.admin.query(
    `insert into saved_views (org_id, id, user_id, page, name, query, created_at)
     select $1, gen_random_uuid(), $2, 'audit', 'Made ' || n, '', now() from generate_series(1, $3::int) n`,
    [person.orgId, person.id, count],
  )

test('everybody saves views, and has them by page and name; nobody else sees or deletes them', async () => {
  const people = [
    superAdmin,
    analyst,
    await world.staff('account_manager'),
    await world.staff('technician'),
    await world.member(acme, 'admin'),
    await world.member(acme, 'report_viewer'),
    await world.member(acme, 'request_user'),
    await world.member(acme, 'basic_user'),
  ]
  const made = new Map<Person, string>()
  for (const person of people) {
    const saved = await save(person, { page: 'grants', name: ' b ', query: 'status=active' })
    expect(saved).toMatchObject({ status: 201, body: { data: { page: 'grants', name: 'b', query: 'status=active' } } })
    made.set(person, saved.body.data.id)
    for (const one of [{ name: 'A' }, { name: 'c' }, { name: 'B' }]) expect((await save(person, one)).status).toBe(201)
  }
  for (const [person, id] of made) {
    const listed = await list(person)
    expect(listed.map((one: { page: string; name: string }) => `${one.page} ${one.name}`)).toEqual([
      'audit A',
      'audit B',
      'audit c',
      'grants b',
    ])
    expect(Object.keys(listed[0]).toSorted()).toEqual(['createdAt', 'id', 'name', 'page', 'query'])
    const missing = await remove(person, uuidv7())
    expect(outcome(missing)).toBe('404 not_found')
    for (const other of people.filter((one) => one !== person)) {
      const refused = await remove(other, id)
      expect({ status: refused.status, body: refused.body }).toEqual({ status: 404, body: missing.body })
    }
    expect(await kept(person), person.role).toBe(4)
    expect(await remove(person, id)).toMatchObject({ status: 200, body: { data: { deleted: 1 } } })
    expect(outcome(await remove(person, id))).toBe('404 not_found')
    expect(await list(person)).toHaveLength(3)
  }
})

test('409: a name stands once on a page, however it is written; on another page and for others it is free', async () => {
  const [one, other] = [await world.staff('technician'), await world.staff('technician')]
  expect((await save(one, { name: 'Élan' })).status).toBe(201)
  for (const name of ['Élan', 'éLAN', 'E\u0301lan'])
    expect(outcome(await save(one, { name })), name).toBe('409 view_name_taken')
  expect((await save(one, { name: 'Élan', page: 'matrix' })).status).toBe(201)
  expect((await save(other, { name: 'Élan' })).status).toBe(201)
})

describe('of the fifty that one may have', () => {
  test('409: the one after them, until another is deleted; others still have room', async () => {
    const person = await world.member(acme, 'basic_user')
    await fill(person, 49)
    expect((await save(person)).status).toBe(201)
    expect(await save(person)).toMatchObject({ status: 409, body: { error: 'too_many_views' } })
    expect((await save(analyst)).status).toBe(201)
    const [{ id }] = await list(person)
    await remove(person, id)
    expect((await save(person)).status).toBe(201)
    expect(await kept(person)).toBe(50)
  })

  test('the last is saved once, however many ask for it at once', async () => {
    const person = await world.staff('technician')
    await fill(person, 49)
    // Long enough for all to have looked before the first is there.
    await world.admin.query(`
      create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return new; end $$;
      create trigger linger before insert on saved_views for each row execute function linger()`)
    const answers = await Promise.all(Array.from({ length: 8 }, () => save(person)))
    expect(answers.map(outcome).toSorted()).toEqual(['201', ...Array<string>(7).fill('409 too_many_views')])
    await world.admin.query('drop trigger linger on saved_views; drop function linger')
    expect(await kept(person)).toBe(50)
  })
})

test.each([
  ['page', { page: 'elsewhere' }],
  ['name', { name: ' ' }],
  ['name', { name: 'x'.repeat(81) }],
  ['query', { query: `search=${'x'.repeat(1994)}` }],
  ['query', { query: 'https://elsewhere.example/' }],
  ['query', { query: 'search=%00' }],
  ['query', { query: undefined }],
  ['userId', { userId: uuidv7() }],
])('400 at %s: %j', async (path, fields) => {
  const refused = await save(analyst, fields)
  expect([outcome(refused), refused.body.details?.[0]?.path]).toEqual(['400 validation_failed', path])
})

test('of 80 characters and 2,000 it is kept to the letter', async () => {
  const fields = { name: '🛡'.repeat(80), query: `search=${'é'.repeat(2)}${'x'.repeat(1981)}`.replaceAll('é', '%C3%A9') }
  const { body } = await save(analyst, fields)
  expect(fields.query).toHaveLength(2000)
  expect(await list(analyst)).toContainEqual({ ...body.data, ...fields })
})

test('401: nobody unknown reads, saves or deletes', async () => {
  expect((await world.nobody.get(URL)).status).toBe(401)
  expect((await world.nobody.post(URL, view())).status).toBe(401)
  expect((await world.nobody.delete(`${URL}/${uuidv7()}`)).status).toBe(401)
})

test('no event tells of them: they change nothing for anybody', async () => {
  const person = await world.member(acme, 'report_viewer')
  await remove(person, (await save(person)).body.data.id)
  const { rows } = await world.admin.query('select action from audit_logs where user_id = $1', [person.id])
  expect(rows).toEqual([])
})

describe('they are gone', () => {
  test('with whoever is deleted, alone or with their organization, and nobody else loses theirs', async () => {
    const customer = await world.customer()
    const [gone, stays] = [await world.member(customer, 'basic_user'), await world.member(customer, 'admin')]
    for (const person of [gone, stays]) await save(person)
    expect((await world.as(stays).delete(`/api/users/${gone.id}`)).status).toBe(200)
    expect([await kept(gone), await kept(stays)]).toEqual([0, 1])
    expect((await world.as(superAdmin).delete(`/api/organizations/${customer.id}`)).status).toBe(200)
    expect(await kept(stays)).toBe(0)
  })

  test('where they name somebody who is erased, percent-encoded or not; what names nobody stays', async () => {
    const person = await world.member(acme, 'basic_user', { email: 'zoe.zola@acme.example' })
    await world.admin.query(
      `update users set first_name = 'Zoë', last_name = 'Zola', status = 'deleted' where id = $1`,
      [person.id],
    )
    const manager = await world.staff('account_manager')
    for (const fields of [
      { name: 'All of Zoë Zola' },
      { query: 'last=7d&search=Zo%C3%AB%20zola' },
      { query: 'search=zo%c3%ab+Zola' },
      { query: 'search=zoe.zola%40acme.example&last=7d' },
      { name: 'Stays', query: 'search=100%25+zola' },
      { name: 'Empty', query: '' },
    ])
      expect((await save(manager, fields)).status).toBe(201)
    // One that came while they were deleted.
    await fill(person, 1)
    const erased = await world.as(superAdmin).post(`/api/users/${person.id}/erase`, { basis: 'objection' })
    expect(erased, JSON.stringify(erased.body)).toMatchObject({ status: 200 })
    expect((await list(manager)).map(({ name }: { name: string }) => name)).toEqual(['Empty', 'Stays'])
    expect(await kept(person)).toBe(0)
  })
})
