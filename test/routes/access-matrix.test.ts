import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Customer, Person } from '../support/factories.ts'
import { doors, hoursFromNow, outcome } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let admin: Person
let technicians: Person[]
let customers: Customer[]
let grants: Record<string, string>

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000)

beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
  const [anna, bela, cora] = [
    await world.staff('technician'),
    await world.staff('technician'),
    await world.staff('security_analyst'),
  ]
  for (const [person, first, last] of [
    [anna, 'Anna', 'North'],
    [bela, 'Bela', 'Ábrahám'],
    [cora, 'Cora', 'South'],
    [admin, 'Zoe', 'Admin'],
  ] as const)
    await world.admin.query('update users set first_name = $2, last_name = $3 where id = $1', [person.id, first, last])
  const [acme, bolt, northwind] = [
    await world.customer({ name: 'Acme' }),
    await world.customer({ name: 'Bolt', status: 'suspended' }),
    await world.customer({ name: 'Northwind' }),
  ]
  await world.customer({ name: 'Gone', status: 'deleted' })
  technicians = [anna, bela, cora, admin]
  customers = [acme, bolt, northwind]
  grants = {
    annaAcme: await world.grant(anna, acme, { expiresAt: new Date(hoursFromNow(1)) }),
    annaEmergency: await world.grant(anna, acme, { accessLevel: 'emergency', ipRestrictions: ['203.0.113.9'] }),
    annaBolt: await world.grant(anna, bolt, { accessLevel: 'full_access', allowedServices: ['siem'] }),
    belaNorthwind: await world.grant(bela, northwind, { status: 'scheduled', startsAt: ago(1) }),
    belaLater: await world.grant(bela, acme, { status: 'scheduled', startsAt: new Date(hoursFromNow(1)) }),
    coraExpired: await world.grant(cora, acme, { startsAt: ago(2), expiresAt: ago(1) }),
    coraRevoked: await world.grant(cora, bolt, { status: 'revoked' }),
  }
})
afterAll(() => world.close())

const sorted = (...names: string[]) => names.map((name) => grants[name] ?? '').toSorted()
const cells = ({ body }: { body: any }): string[] => body.data.grants.map(({ id }: any) => id).toSorted()
const rows = ({ body }: { body: any }): string[] => body.data.technicians.map(({ firstName }: any) => firstName)
const columns = ({ body }: { body: any }): string[] => body.data.customers.map(({ name }: any) => name)

describe.each(doors)('GET $prefix/matrix', ({ prefix }) => {
  const matrix = (query = '') => world.as(admin).get(`${prefix}/matrix${query}`)

  test('whoever can be granted, whatever can be reached, and the grants in force: nothing else', async () => {
    for (const status of ['invited', 'suspended', 'deleted']) await world.staff('technician', { status })
    await world.staff('account_manager')
    const answer = await matrix()
    expect(answer.status).toBe(200)
    expect(rows(answer)).toEqual(['Anna', 'Bela', 'Cora', 'Zoe'])
    expect(columns(answer)).toEqual(['Acme', 'Bolt', 'Northwind'])
    expect(cells(answer)).toEqual(sorted('annaAcme', 'annaEmergency', 'annaBolt', 'belaNorthwind'))
    expect(answer.body.data.totals).toEqual({ technicians: 4, customers: 3, grants: 4 })
    expect(answer.body.data.technicians[0]).toEqual({
      id: technicians[0]?.id,
      firstName: 'Anna',
      lastName: 'North',
      email: technicians[0]?.email,
      role: 'technician',
    })
    expect(answer.body.data.customers[1]).toEqual({ id: customers[1]?.id, name: 'Bolt', status: 'suspended' })
  })

  test('a cell tells level, state, end, use, and whether anything restricts it', async () => {
    const { body } = await matrix()
    const cell = (name: string) => body.data.grants.find(({ id }: any) => id === grants[name])
    expect(cell('annaAcme')).toEqual({
      id: grants['annaAcme'],
      technicianId: technicians[0]?.id,
      customerOrgId: customers[0]?.id,
      accessLevel: 'read_only',
      status: 'active',
      startsAt: expect.any(String),
      expiresAt: expect.any(String),
      lastUsedAt: null,
      restricted: false,
    })
    expect(cell('annaEmergency')).toMatchObject({ accessLevel: 'emergency', restricted: true })
    expect(cell('annaBolt')).toMatchObject({ restricted: true, expiresAt: null })
  })

  test.each([
    ['?status=scheduled', ['belaLater']],
    ['?status=expired', ['coraExpired']],
    ['?status=revoked', ['coraRevoked']],
    ['?accessLevel=emergency', ['annaEmergency']],
    ['?accessLevel=emergency&status=revoked', []],
  ])('%s leaves the axes and narrows the cells', async (query, names) => {
    const answer = await matrix(query)
    expect(cells(answer)).toEqual(sorted(...names))
    expect(answer.body.data.totals).toEqual({ technicians: 4, customers: 3, grants: names.length })
  })

  test('lists of ids, written in either way, choose the axes', async () => {
    const [anna, bela] = technicians
    const [acme, bolt] = customers
    for (const query of [
      `?technicianId=${anna?.id}&technicianId=${bela?.id}&customerOrgId=${acme?.id}&customerOrgId=${bolt?.id}`,
      `?technicianId[]=${anna?.id}&technicianId[]=${bela?.id}&customerOrgId%5B%5D=${acme?.id}&customerOrgId[]=${bolt?.id}`,
    ]) {
      const answer = await matrix(query)
      expect([rows(answer), columns(answer)]).toEqual([
        ['Anna', 'Bela'],
        ['Acme', 'Bolt'],
      ])
      expect(cells(answer)).toEqual(sorted('annaAcme', 'annaEmergency', 'annaBolt'))
    }
    for (const query of [`?technicianId=${bela?.id}`, `?technicianId[]=${bela?.id}`]) {
      expect(rows(await matrix(query))).toEqual(['Bela'])
      expect(cells(await matrix(query))).toEqual(sorted('belaNorthwind'))
    }
  })

  test('each axis has pages of its own, and only cells of the window are in it', async () => {
    const answer = await matrix('?technicianLimit=1&technicianPage=1&customerLimit=2&customerPage=1')
    expect([rows(answer), columns(answer)]).toEqual([['Anna'], ['Acme', 'Bolt']])
    expect(cells(answer)).toEqual(sorted('annaAcme', 'annaEmergency', 'annaBolt'))
    expect(answer.body.data.totals).toEqual({ technicians: 4, customers: 3, grants: 3 })
    const second = await matrix('?technicianLimit=1&technicianPage=2&customerLimit=2&customerPage=2')
    expect([rows(second), columns(second), cells(second)]).toEqual([['Bela'], ['Northwind'], sorted('belaNorthwind')])
    expect(cells(await matrix('?customerLimit=1'))).toEqual(sorted('annaAcme', 'annaEmergency'))
    expect(cells(await matrix('?technicianLimit=1&technicianPage=2'))).toEqual(sorted('belaNorthwind'))
    const beyond = await matrix('?technicianPage=9')
    expect(beyond.body.data).toMatchObject({ technicians: [], grants: [], totals: { technicians: 4, grants: 0 } })
  })

  test.each([
    ['a technician alone', 'cora', ['Cora'], ['Acme', 'Bolt', 'Northwind'], []],
    ['a customer alone', 'ACME', ['Anna', 'Bela', 'Cora', 'Zoe'], ['Acme'], ['annaAcme', 'annaEmergency']],
    ['one of each', 'north', ['Anna'], ['Northwind'], []],
    ['letters in another composition', 'a\u0301brah', ['Bela'], ['Acme', 'Bolt', 'Northwind'], ['belaNorthwind']],
    ['nobody and nothing', 'xyzzy', [], [], []],
    ['a name, not a pattern', '%', [], [], []],
  ])('search finds %s', async (_, words, people, places, names) => {
    const answer = await matrix(`?search=${encodeURIComponent(words)}`)
    expect([rows(answer), columns(answer), cells(answer)]).toEqual([people, places, sorted(...names)])
    expect(answer.body.data.totals).toMatchObject({ technicians: people.length, customers: places.length })
  })

  test.each([
    '?technicianId=x',
    '?technicianId[]=x',
    '?status=active&status=revoked',
    '?status[]=active',
    '?technicianLimit=101',
    '?customerPage=0',
    '?limit=5',
    '?view=whole',
    '?technicianId[][]=x',
  ])('400: %s', async (query) => {
    expect(outcome(await matrix(query))).toBe('400 validation_failed')
  })

  test.each(['super_admin', 'account_manager', 'security_analyst'] as const)('200: a %s', async (role) => {
    const answer = await world.as(await world.staff(role)).get(`${prefix}/matrix`)
    expect(cells(answer)).toEqual(sorted('annaAcme', 'annaEmergency', 'annaBolt', 'belaNorthwind'))
  })

  test('403: a customer’s members', async () => {
    const member = await world.member(customers[0] as Customer, 'admin')
    expect(outcome(await world.as(member).get(`${prefix}/matrix`))).toBe('403 forbidden')
  })

  beforeEach(async () => {
    const others = await world.admin.query(
      `update users set status = 'suspended' where id <> all ($1) and status = 'active'`,
      [technicians.map(({ id }) => id)],
    )
    if (others.rowCount) world.house.standing.changed()
  })
})

describe('the matrix of a technician', () => {
  const own = (query = '', person = technicians[0] as Person) =>
    world.as(person).get(`/api/technician-access/matrix${query}`)

  test('is their own row and the customers of their grants', async () => {
    const answer = await own()
    expect([rows(answer), columns(answer)]).toEqual([['Anna'], ['Acme', 'Bolt']])
    expect(cells(answer)).toEqual(sorted('annaAcme', 'annaEmergency', 'annaBolt'))
    expect(answer.body.data.totals).toEqual({ technicians: 1, customers: 2, grants: 3 })
    expect(answer.body.data.customers[1]).toEqual({ id: customers[1]?.id, name: 'Bolt', status: 'suspended' })
  })

  test('shows only customers of the grants that are asked for', async () => {
    expect([columns(await own('?status=revoked')), cells(await own('?status=revoked'))]).toEqual([[], []])
    expect(columns(await own('?accessLevel=emergency'))).toEqual(['Acme'])
    expect(columns(await own('?search=bolt'))).toEqual(['Bolt'])
    expect(columns(await own('?customerLimit=1&customerPage=2'))).toEqual(['Bolt'])
    expect(columns(await own(`?customerOrgId=${customers[2]?.id}`))).toEqual([])
    expect(columns(await own('?search=northwind'))).toEqual([])
  })

  test('is empty when they ask for somebody else', async () => {
    const answer = await own(`?technicianId=${technicians[1]?.id}`)
    expect(answer.body.data).toMatchObject({ technicians: [], grants: [], totals: { technicians: 0, grants: 0 } })
    const both = await own(`?technicianId=${technicians[1]?.id}&technicianId=${technicians[0]?.id}`)
    expect(rows(both)).toEqual(['Anna'])
  })

  test('is not that of the managers’ console', async () => {
    const answer = await world.as(technicians[0] as Person).get('/api/access-management/matrix')
    expect(outcome(answer)).toBe('403 forbidden')
  })
})
