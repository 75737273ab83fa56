import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedInNow } from '../support/clock.ts'
import type { Customer, Person } from '../support/factories.ts'
import { doors, outcome, record } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let admin: Person
const technicians: Person[] = []
const customers: Customer[] = []
let anna: Person
let bela: Person

const DAY = 86_400_000
const days = (count: number) => new Date(Date.now() + count * DAY)
const url = '/api/access-management/matrix?view=compact'

beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  for (const name of ['Anna', 'Bela', 'Cora']) {
    const person = await world.staff('technician')
    await world.admin.query('update users set first_name = $2 where id = $1', [person.id, name])
    technicians.push(person)
  }
  await world.admin.query(`update users set first_name = 'Zoe' where id = $1`, [admin.id])
  for (const name of ['Acme', 'Bolt', 'Crux', 'Dune']) customers.push(await world.customer({ name }))
  ;[anna, bela] = technicians as [Person, Person]
  const [acme, bolt, crux, dune] = customers as [Customer, Customer, Customer, Customer]
  await world.grant(anna, crux, { allowedServices: ['siem'] })
  await world.grant(anna, acme, { accessLevel: 'full_access', expiresAt: days(30) })
  await world.grant(anna, acme, { accessLevel: 'emergency' })
  await world.grant(bela, dune, { expiresAt: days(6.9), ipRestrictions: ['127.0.0.1'] })
  await world.grant(bela, acme)
  const old = await world.grant(bela, bolt)
  await world.admin.query('update technician_customer_access set granted_at = $2 where id = $1', [old, days(-100)])
  // not in it: revoked, expired by word and by the clock, scheduled, and that of somebody suspended
  await world.grant(bela, crux, { status: 'revoked' })
  await world.grant(bela, bolt, { status: 'expired', startsAt: days(-2), expiresAt: days(-1) })
  await world.grant(bela, crux, { startsAt: days(-2), expiresAt: days(-1) })
  await world.grant(anna, dune, { status: 'scheduled', startsAt: days(1) })
  const gone = await world.staff('technician')
  await world.grant(gone, acme)
  await world.admin.query(`update users set status = 'suspended' where id = $1`, [gone.id])
})
afterAll(() => world.close())

const compact = (headers: Record<string, string> = {}, by: Person = admin): Promise<Answer> =>
  world.as(by).get(url, headers)

/** Read back the way the document tells. */
function read({ technicians: rows, customers: columns, rowOffsets, customerIndex, level, flags }: any): unknown[] {
  return rows.flatMap((technician: any, row: number) =>
    customerIndex
      .slice(rowOffsets[row], rowOffsets[row + 1])
      .map((column: number, i: number) => [
        technician.firstName,
        columns[column].name,
        ['read_only', 'full_access', 'emergency'][level[rowOffsets[row] + i]],
        flags[rowOffsets[row] + i],
      ]),
  )
}

describe('the compact matrix', () => {
  test('is every active grant, in compressed sparse rows', async () => {
    const { status, body } = await compact()
    expect(status).toBe(200)
    expect(read(body.data)).toEqual([
      ['Anna', 'Acme', 'full_access', 0],
      ['Anna', 'Acme', 'emergency', 1 + 4],
      ['Anna', 'Crux', 'read_only', 2],
      ['Bela', 'Acme', 'read_only', 0],
      ['Bela', 'Bolt', 'read_only', 8],
      ['Bela', 'Dune', 'read_only', 1 + 2],
    ])
    expect(body.data.rowOffsets).toEqual([0, 3, 6, 6, 6])
    expect(body.data.customerIndex).toEqual([0, 0, 2, 0, 1, 3])
    expect(body.data.technicians.map(({ firstName }: any) => firstName)).toEqual(['Anna', 'Bela', 'Cora', 'Zoe'])
    expect(body.data.technicians[0]).toEqual({
      id: anna.id,
      firstName: 'Anna',
      lastName: expect.any(String),
      email: anna.email,
      role: 'technician',
    })
    expect(body.data.customers).toEqual(customers.map(({ id, name }) => ({ id, name, status: 'active' })))
  })

  test('is the same as the pages of the window', async () => {
    const window = await world.as(admin).get('/api/access-management/matrix?technicianLimit=100&customerLimit=100')
    const { technicians: rows, customers: columns, grants } = window.body.data
    const { body } = await compact()
    expect([body.data.technicians, body.data.customers]).toEqual([rows, columns])
    const name = (list: any[], id: string) => list.find((one) => one.id === id)
    const cells = grants.map((one: any) => [
      name(rows, one.technicianId).firstName,
      name(columns, one.customerOrgId).name,
      one.accessLevel,
    ])
    expect(
      read(body.data)
        .map((one: any) => one.slice(0, 3))
        .toSorted(),
    ).toEqual(cells.toSorted())
  })

  test.each(doors)(
    '$prefix: to staff it is whole, to a technician their own row, to others nothing',
    async ({ prefix }) => {
      const ask = (by: Person) => world.as(by).get(`${prefix}/matrix?view=compact`)
      for (const role of ['super_admin', 'account_manager', 'security_analyst'] as const)
        expect((await ask(await world.staff(role))).body.data.customerIndex).toHaveLength(6)
      expect(outcome(await ask(await world.member(customers[0] as Customer, 'admin')))).toBe('403 forbidden')
      const own = await ask(bela)
      if (prefix === '/api/access-management') expect(outcome(own)).toBe('403 forbidden')
      else
        expect(read(own.body.data)).toEqual([
          ['Bela', 'Acme', 'read_only', 0],
          ['Bela', 'Bolt', 'read_only', 8],
          ['Bela', 'Dune', 'read_only', 3],
        ])
      if (own.status === 200)
        expect(own.body.data.customers.map((one: any) => one.name)).toEqual(['Acme', 'Bolt', 'Dune'])
    },
  )

  test.each([
    'technicianLimit=50',
    'customerPage=2',
    'status=revoked',
    'accessLevel=read_only',
    'search=a',
    'technicianId=019a0000-0000-7000-8000-00000000000a',
  ])('400: narrowed by %s', async (query) => {
    expect(outcome(await world.as(admin).get(`${url}&${query}`))).toBe('400 validation_failed')
  })

  test('where there is nothing its arrays are empty', async () => {
    const other = await createWorld()
    const only = await other.staff('account_manager')
    const { body } = await other.as(only).get(url)
    expect(body.data).toEqual({
      technicians: [],
      customers: [],
      rowOffsets: [0],
      customerIndex: [],
      level: [],
      flags: [],
      version: expect.any(String),
    })
    await other.close()
  })
})

describe('its ETag', () => {
  const tagOf = async (by: Person = admin): Promise<string> => {
    const { headers, body } = await compact({}, by)
    expect(headers['etag']).toBe(`"${body.data.version}"`)
    return String(headers['etag'])
  }
  /** Whether the reader of a tag is told that nothing has changed, and what the tag is now. */
  const asked = async (tag: string) => {
    const answer = await compact({ 'if-none-match': tag })
    expect(answer.status === 304 ? answer.body : null).toBeNull()
    return [answer.status, answer.headers['etag']]
  }

  test('304 without a body while nothing has changed, strong or weak or among others', async () => {
    const tag = await tagOf()
    for (const header of [tag, `W/${tag}`, `"other", ${tag}`, '*']) expect(await asked(header)).toEqual([304, tag])
    expect(await asked('"other"')).toEqual([200, tag])
    expect(await tagOf(await world.staff('security_analyst'))).not.toBe(tag)
  })

  test('a 304 costs no look at customers and people', async () => {
    const tag = await tagOf()
    await world.admin.query(`
      create function refuse() returns boolean language plpgsql as $$ begin raise exception 'looked'; end $$;
      create policy refuse on organizations as restrictive for select to castellan_staff using (refuse());
      create policy refuse on users as restrictive for select to castellan_staff using (refuse())`)
    expect((await asked(tag))[0]).toBe(304)
    expect((await asked('"other"'))[0]).toBe(200)
    await world.admin.query(`update organizations set name = 'Named anew' where id = $1`, [customers[1]?.id])
    expect((await asked(tag))[0]).toBe(500)
    await world.admin.query('drop policy refuse on organizations; drop policy refuse on users; drop function refuse')
  })

  test.each<[string, () => Promise<unknown>]>([
    [
      'a grant is given',
      () =>
        world
          .as(admin)
          .post('/api/access-management/grant', { technicianId: technicians[2]?.id, customerOrgId: customers[0]?.id }),
    ],
    ['one is changed', async () => change(`ip_restrictions = '{10.0.0.1}'`)],
    [
      'one is revoked',
      async () =>
        world
          .as(admin)
          .post('/api/access-management/bulk-revoke', { technicianId: technicians[2]?.id, reason: 'enough' }),
    ],
    [
      'one is handed over',
      async () =>
        world.as(admin).post('/api/access-management/handoff', {
          fromTechnicianId: anna.id,
          toTechnicianId: technicians[2]?.id,
          reason: 'on leave',
        }),
    ],
    [
      'a customer is suspended',
      () => world.admin.query(`update organizations set status = 'suspended' where id = $1`, [customers[3]?.id]),
    ],
    [
      'a customer is renamed',
      () => world.admin.query(`update organizations set name = 'Eden' where id = $1`, [customers[3]?.id]),
    ],
    ['a customer is new', () => world.customer()],
    ['a person is new', () => world.staff('security_analyst')],
    [
      'a person is suspended',
      () => world.admin.query(`update users set status = 'suspended' where id = $1`, [bela.id]),
    ],
    ['a person is renamed', () => world.admin.query(`update users set first_name = 'Ann' where id = $1`, [anna.id])],
  ])('changes when %s', async (_, act) => {
    const tag = await tagOf()
    await act()
    const [status, now] = await asked(tag)
    expect(status).toBe(200)
    expect(now).not.toBe(tag)
    expect(await asked(String(now))).toEqual([304, now])
  })

  test('stays when what it does not show changes: settings, a member of a customer, a use', async () => {
    const holder = await world.staff('technician')
    const id = await world.grant(holder, customers[0] as Customer)
    const member = await world.member(customers[0] as Customer, 'admin')
    const tag = await tagOf()
    await world.admin.query(`update users set first_name = 'Other' where id = $1`, [member.id])
    await world.admin.query(`update organizations set settings = '{"requireMfa": true}' where id = $1`, [
      customers[0]?.id,
    ])
    await world.admin.query('update users set last_login_at = now() where id = $1', [anna.id])
    expect(outcome(await record(world, holder, id))).toBe('200')
    expect(await asked(tag)).toEqual([304, tag])
  })

  test('changes with the use that ends a long disuse', async () => {
    const holder = await world.staff('technician')
    const id = await world.grant(holder, customers[0] as Customer)
    await world.admin.query('update technician_customer_access set granted_at = $2 where id = $1', [id, days(-100)])
    const before = await compact()
    expect(before.body.data.flags).toContain(8)
    expect(outcome(await record(world, holder, id))).toBe('200')
    const after = await compact({ 'if-none-match': String(before.headers['etag']) })
    expect(after.status).toBe(200)
    expect(after.body.data.flags.filter((one: number) => one === 8)).toHaveLength(
      before.body.data.flags.filter((one: number) => one === 8).length - 1,
    )
  })

  test('a change that is not committed yet is not in it, and is when it is', async () => {
    const changing = await world.admin.connect()
    try {
      await changing.query('begin')
      await changing.query(
        `update technician_customer_access set allowed_services = '{edr}' where technician_id = $1`,
        [technicians[2]?.id],
      )
      await changing.query('set constraints all immediate')
      const tag = await tagOf()
      expect(await asked(tag)).toEqual([304, tag])
      await changing.query('commit')
      expect((await asked(tag))[0]).toBe(200)
    } finally {
      changing.release()
    }
  })

  test('changes with time alone, and only then: when a grant begins, ends, comes near its end, and with the day', async () => {
    const other = await createWorld()
    const manager = await other.staff('super_admin')
    const [holder, customer] = [await other.staff('technician'), await other.customer()]
    const one = Date.parse(`${days(1).toISOString().slice(0, 10)}T01:00:00Z`)
    const hour = (hours: number) => new Date(one + hours * (DAY / 24))
    const later = { status: 'scheduled', startsAt: hour(1), expiresAt: hour(7 * 24 + 3) } as const
    await other.grant(holder, customer, later)
    await other.grant(holder, await other.customer(), { expiresAt: hour(2) })
    const old = await other.grant(holder, await other.customer())
    await other.admin.query('update technician_customer_access set granted_at = $2 where id = $1', [
      old,
      hour(23 - 90 * 24),
    ])
    const seen: unknown[] = []
    let tag = '"none"'
    for (const hours of [0.5, 0.9, 1.1, 1.9, 2.1, 2.9, 3.1, 22.9, 23.1]) {
      other.travel(hour(hours).getTime() - other.house.clock().getTime())
      const { status, headers, body } = await other
        .as(await signedInNow(other, manager))
        .get(url, { 'if-none-match': tag })
      tag = String(headers['etag'])
      seen.push([hours, status === 304 ? 'the same' : body.data.flags.toSorted()])
    }
    expect(seen).toEqual([
      [0.5, [0, 1]],
      [0.9, 'the same'],
      [1.1, [0, 0, 1]],
      [1.9, 'the same'],
      [2.1, [0, 0]],
      [2.9, 'the same'],
      [3.1, [0, 1]],
      [22.9, 'the same'],
      [23.1, [1, 8]],
    ])
    await other.close()
  })
})

/** To the one grant of the third technician, around the application. */
const change = (what: string) =>
  world.admin.query(`update technician_customer_access set ${what} where technician_id = $1 and status = 'active'`, [
    technicians[2]?.id,
  ])
