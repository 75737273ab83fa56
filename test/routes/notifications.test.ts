import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { hoursFromNow } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let acme: Customer
let superAdmin: Person
let technician: Person
let admin: Person
let member: Person
beforeAll(async () => {
  world = await createWorld()
  acme = await world.customer({ name: 'Acme' })
  superAdmin = await world.staff('super_admin')
  technician = await world.staff('technician')
  admin = await world.member(acme, 'admin')
  member = await world.member(acme, 'basic_user')
})
afterAll(() => world.close())

/** A notification made directly, `age` seconds ago. */
async function notify({ id, orgId }: Person, age = 0, fields: { title?: string; readAt?: Date } = {}): Promise<string> {
  const notification = uuidv7()
  await world.admin.query(
    `insert into notifications (org_id, id, user_id, kind, title, body, link, created_at, read_at)
     values ($1, $2, $3, 'access_expiring', $4, 'Body', '/customers', now() - make_interval(secs => $5), $6)`,
    [orgId, notification, id, fields.title ?? 'Title', age, fields.readAt ?? null],
  )
  return notification
}

const list = async (person: Person, query = '') => (await world.as(person).get(`/api/notifications${query}`)).body.data
const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id)
const read = (person: Person, id: string) => world.as(person).post(`/api/notifications/${id}/read`)

describe('GET /', () => {
  test('shows what everybody may call and nobody else sees: their own, newest first, in the documented shape', async () => {
    const people = [
      superAdmin,
      await world.staff('account_manager'),
      await world.staff('security_analyst'),
      technician,
      admin,
      await world.member(acme, 'report_viewer'),
      await world.member(acme, 'request_user'),
      member,
    ]
    const made = new Map<Person, string[]>()
    for (const person of people) made.set(person, [await notify(person, 20), await notify(person, 10)])
    for (const person of people) {
      const page = await list(person)
      expect(idsOf(page), person.role).toEqual(made.get(person)?.toReversed())
      expect(page).toMatchObject({ total: 2, page: 1, limit: 25, totalPages: 1 })
      expect(page.items[0]).toEqual({
        id: expect.any(String),
        kind: 'access_expiring',
        title: 'Title',
        body: 'Body',
        link: '/customers',
        createdAt: expect.stringMatching(/\.\d{3}Z$/),
        readAt: null,
      })
    }
  })

  test('filters by unread, searches, sorts and pages', async () => {
    const person = await world.member(acme, 'basic_user')
    const oldest = await notify(person, 30, { title: 'Ünited ALERT' })
    const known = await notify(person, 20, { readAt: new Date() })
    const newest = await notify(person, 10)
    expect(idsOf(await list(person, '?unread=true'))).toEqual([newest, oldest])
    expect(idsOf(await list(person, '?unread=false'))).toEqual([known])
    expect(await list(person, '?unread=true&limit=1')).toMatchObject({ total: 2, items: [{ id: newest }] })
    expect(idsOf(await list(person, '?sort=createdAt'))).toEqual([oldest, known, newest])
    expect(idsOf(await list(person, `?search=${encodeURIComponent('ünited alert')}`))).toEqual([oldest])
    expect(idsOf(await list(person, '?limit=2&page=2'))).toEqual([oldest])
    expect(await list(person, '?page=9')).toMatchObject({ items: [], total: 3 })
  })

  test.each(['unread=yes', 'sort=title', 'limit=0', 'userId=x'])('400: %s', async (query) => {
    expect((await world.as(admin).get(`/api/notifications?${query}`)).status).toBe(400)
  })
})

describe('POST /:id/read', () => {
  test('marks it, and the first time stays', async () => {
    const person = await world.staff('security_analyst')
    const id = await notify(person)
    const first = await read(person, id)
    expect(first).toMatchObject({ status: 200, body: { data: { id, readAt: expect.stringMatching(/Z$/) } } })
    world.travel(60_000)
    expect((await read(person, id)).body.data).toEqual(first.body.data)
    expect(await list(person)).toMatchObject({ items: [first.body.data] })
  })

  test("404: another's, a colleague's as a customer's, is as one that does not exist, and stays unread", async () => {
    const missing = await read(admin, uuidv7())
    expect(missing).toMatchObject({ status: 404, body: { error: 'not_found' } })
    for (const owner of [member, technician, superAdmin]) {
      const id = await notify(owner)
      for (const other of [admin, technician, superAdmin].filter((one) => one !== owner)) {
        const answer = await read(other, id)
        expect({ status: answer.status, body: answer.body }).toEqual({ status: 404, body: missing.body })
      }
      const { rows } = await world.admin.query('select read_at from notifications where id = $1', [id])
      expect(rows).toEqual([{ read_at: null }])
    }
  })
})

test('POST /read-all marks all of the caller, counts those that were unread, and nobody else loses theirs', async () => {
  const [one, other] = [await world.member(acme, 'basic_user'), await world.member(acme, 'basic_user')]
  await notify(one)
  await notify(one)
  await notify(one, 0, { readAt: new Date(0) })
  await notify(other)
  const readAll = () => world.as(one).post('/api/notifications/read-all')
  expect(await readAll()).toMatchObject({ status: 200, body: { data: { marked: 2 } } })
  expect((await readAll()).body.data).toEqual({ marked: 0 })
  expect(await list(one, '?unread=true')).toMatchObject({ total: 0 })
  expect((await list(one)).items.map(({ readAt }: { readAt: string }) => readAt)).toContain('1970-01-01T00:00:00.000Z')
  expect(await list(other, '?unread=true')).toMatchObject({ total: 1 })
})

test('401: nobody unknown reads or marks', async () => {
  expect((await world.nobody.get('/api/notifications')).status).toBe(401)
  expect((await world.nobody.post(`/api/notifications/${uuidv7()}/read`)).status).toBe(401)
  expect((await world.nobody.post('/api/notifications/read-all')).status).toBe(401)
})

describe('an emergency grant', () => {
  const toldOf = async (title: string) =>
    (
      await world.admin.query<{ user_id: string; kind: string; body: string; link: string }>(
        'select user_id, kind, body, link from notifications where title = $1',
        [title],
      )
    ).rows

  test("is told to the customer's active admins and all active super admins, and to nobody else", async () => {
    const customer = await world.customer({ name: 'Burning' })
    const admins = [await world.member(customer, 'admin'), await world.member(customer, 'admin')]
    await world.member(customer, 'admin', { status: 'suspended' })
    await world.member(customer, 'admin', { status: 'deleted' })
    await world.member(customer, 'admin', { status: 'invited' })
    await world.member(customer, 'report_viewer')
    const superAdmins = [superAdmin, await world.staff('super_admin')]
    await world.staff('super_admin', { status: 'suspended' })
    const manager = await world.staff('account_manager')
    const answer = await world.as(manager).post('/api/technician-access/grant', {
      technicianId: technician.id,
      customerOrgId: customer.id,
      accessLevel: 'emergency',
      reason: 'Ransomware on the file server',
    })
    expect(answer.status).toBe(201)
    const told = await toldOf('Emergency access to Burning')
    expect(told.map(({ user_id }) => user_id).sort()).toEqual([...admins, ...superAdmins].map(({ id }) => id).sort())
    expect(told[0]).toMatchObject({
      kind: 'emergency_access_granted',
      body: expect.stringMatching(
        new RegExp(
          `^First\\d+ Last\\d+ was given emergency access to Burning, .* by ${manager.email}\\.\n\nReason: Ransomware`,
        ),
      ),
      link: `/customers/${customer.id}`,
    })
    for (const person of [...admins, ...superAdmins]) {
      expect((await list(person)).items[0]).toMatchObject({ title: 'Emergency access to Burning', readAt: null })
    }
    const { rows } = await world.admin.query(
      `select to_address from mail_outbox where subject = 'Emergency access to Burning' order by 1`,
    )
    expect(rows.map(({ to_address }) => to_address)).toEqual(
      [...admins, ...superAdmins].map(({ email }) => email).sort(),
    )
  })

  test('that is refused is told to nobody', async () => {
    const customer = await world.customer({ name: 'Calm' })
    await world.member(customer, 'admin')
    await world.grant(technician, customer, { accessLevel: 'emergency', expiresAt: new Date(hoursFromNow(1)) })
    const again = await world.as(superAdmin).post('/api/technician-access/grant', {
      technicianId: technician.id,
      customerOrgId: customer.id,
      accessLevel: 'emergency',
      reason: 'Ransomware on the file server',
    })
    expect(again.status).toBe(409)
    expect(await toldOf('Emergency access to Calm')).toEqual([])
  })

  test('a grant that is no emergency is told to nobody', async () => {
    const customer = await world.customer({ name: 'Quiet' })
    await world.member(customer, 'admin')
    const answer = await world.as(superAdmin).post('/api/technician-access/grant', {
      technicianId: technician.id,
      customerOrgId: customer.id,
      accessLevel: 'full_access',
    })
    expect(answer.status).toBe(201)
    expect(await toldOf('Emergency access to Quiet')).toEqual([])
  })
})
