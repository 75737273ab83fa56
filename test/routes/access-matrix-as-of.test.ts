import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CompactMatrix } from '../../src/types/access-matrix.ts'
import type { Customer, Person } from '../support/factories.ts'
import { outcome } from '../support/grants.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

const DAY = 86_400_000
const days = (count: number): Date => new Date(Date.now() + count * DAY)

let world: World
let admin: Person
let anna: Person
let bela: Person
let acme: Customer
let bolt: Customer
let granter: Person

beforeAll(async () => {
  world = await createWorld()
  granter = await world.staff('account_manager')
  admin = await world.staff('super_admin')
  ;[anna, bela] = [await world.staff('technician'), await world.staff('technician')]
  ;[acme, bolt] = [await world.customer({ name: 'Acme' }), await world.customer({ name: 'Bolt' })]
  for (const [person, name] of [
    [admin, 'Zoe'],
    [anna, 'Anna'],
    [bela, 'Bela'],
  ] as const)
    await world.admin.query('update users set first_name = $2, created_at = $3 where id = $1', [
      person.id,
      name,
      days(-100),
    ])
  for (const { id } of [acme, bolt])
    await world.admin.query('update organizations set created_at = $2 where id = $1', [id, days(-100)])
})
afterAll(() => world.close())

/** Makes a grant as it would have been made so many days ago. */
async function granted(technician: Person, customer: Customer, at: number, fields: object = {}): Promise<string> {
  const row: Record<string, unknown> = {
    id: uuidv7(),
    technician_id: technician.id,
    customer_org_id: customer.id,
    access_level: 'read_only',
    status: 'active',
    granted_by: granter.id,
    granted_at: days(at),
    starts_at: days(at),
    updated_at: days(at),
    ...fields,
  }
  const names = Object.keys(row)
  await world.admin.query(
    `insert into technician_customer_access (${names.join()}) values (${names.map((_, i) => `$${i + 1}`).join()})`,
    Object.values(row),
  )
  return String(row['id'])
}

const changed = (id: string, at: number, what: string): Promise<unknown> =>
  world.admin.query(`update technician_customer_access set ${what}, updated_at = $2 where id = $1`, [id, days(at)])

const asOf = (at: string, by: Person = admin, headers: Record<string, string> = {}): Promise<Answer> =>
  world.as(by).get(`/api/access-management/as-of/matrix?at=${at}`, headers)

async function then(at: number): Promise<{ cells: unknown[]; rows: string[]; columns: string[] }> {
  const { status, body } = await asOf(days(at).toISOString())
  expect(status).toBe(200)
  const matrix = CompactMatrix.parse(body.data)
  expect(matrix.rowOffsets).toHaveLength(matrix.technicians.length + 1)
  return {
    rows: matrix.technicians.map(({ firstName }) => firstName),
    columns: matrix.customers.map(({ name }) => name),
    cells: matrix.technicians.flatMap(({ firstName }, row) =>
      matrix.customerIndex
        .slice(matrix.rowOffsets[row], matrix.rowOffsets[row + 1])
        .map((column, i) => [
          firstName,
          matrix.customers[column]?.name,
          ['read_only', 'full_access', 'emergency'][matrix.level[(matrix.rowOffsets[row] ?? 0) + i] ?? -1],
          matrix.flags[(matrix.rowOffsets[row] ?? 0) + i],
        ]),
    ),
  }
}

describe('the matrix as it was', () => {
  beforeAll(async () => {
    const first = await granted(anna, acme, -50, { access_level: 'full_access' })
    await changed(first, -40, `access_level = 'read_only', ip_restrictions = '{203.0.113.9}'`)
    await changed(first, -30, `status = 'revoked', revoked_at = updated_at, revoked_reason = 'enough'`)
    await granted(bela, bolt, -45, { expires_at: days(-20) })
    await granted(bela, acme, -36, { access_level: 'emergency', expires_at: days(-35.5), reason: 'an emergency then' })
    await granted(bela, acme, -60, { starts_at: days(-44), expires_at: days(-43) })
  })

  test.each<[number, unknown[]]>([
    [-55, []],
    [-49, [['Anna', 'Acme', 'full_access', 0]]],
    [
      -43.5,
      [
        ['Anna', 'Acme', 'full_access', 0],
        ['Bela', 'Acme', 'read_only', 1],
        ['Bela', 'Bolt', 'read_only', 0],
      ],
    ],
    [
      -35.8,
      [
        ['Anna', 'Acme', 'read_only', 2],
        ['Bela', 'Acme', 'emergency', 1 + 4],
        ['Bela', 'Bolt', 'read_only', 0],
      ],
    ],
    [-25, [['Bela', 'Bolt', 'read_only', 1]]],
    [-19, []],
  ])(
    '%i days ago has the grants in force then, as they were: level, limits, and what was near its end',
    async (at, cells) => {
      expect((await then(at)).cells).toEqual(cells)
    },
  )

  test('has who was there then, and who had access then whatever became of them, under the names of today', async () => {
    const [gone, late] = [await world.staff('technician'), await world.staff('technician')]
    const lost = await world.customer({ name: 'Lost' })
    await granted(gone, lost, -12, { expires_at: days(-10) })
    await world.admin.query(`update users set first_name = 'Gone', status = 'deleted' where id = $1`, [gone.id])
    await world.admin.query(`update users set first_name = 'Late', created_at = $2 where id = $1`, [late.id, days(-5)])
    await world.admin.query(`update organizations set status = 'deleted' where id = $1`, [lost.id])
    expect(await then(-11)).toMatchObject({ rows: ['Anna', 'Bela', 'Gone', 'Zoe'], columns: ['Acme', 'Bolt', 'Lost'] })
    expect(await then(-4)).toMatchObject({ rows: ['Anna', 'Bela', 'Late', 'Zoe'], columns: ['Acme', 'Bolt'] })
    expect(await then(-200)).toEqual({ rows: [], columns: [], cells: [] })
  })

  test('is at this moment the matrix of now', async () => {
    await granted(anna, bolt, -3, { expires_at: days(2), allowed_services: '{siem}' })
    await granted(anna, acme, -0.25, { access_level: 'emergency', expires_at: days(0.5), reason: 'an emergency now' })
    const now = await world.as(admin).get('/api/access-management/matrix?view=compact')
    const { body } = await asOf(world.house.clock().toISOString())
    expect(body.data.customerIndex.length).toBeGreaterThan(1)
    expect({ ...body.data, version: '' }).toEqual({ ...now.body.data, version: '' })
  })
})

test('an unchanged one is not sent again', async () => {
  const at = days(-43.5).toISOString()
  const { headers, body } = await asOf(at)
  const etag = String(headers['etag'])
  expect(etag).toBe(`"${body.data.version}"`)
  expect((await asOf(at, admin, { 'if-none-match': etag })).status).toBe(304)
  expect((await asOf(days(-49).toISOString(), admin, { 'if-none-match': etag })).status).toBe(200)
})

test.each(['', 'yesterday', '2026-11-23', `${days(-1).toISOString()}&search=a`])('400: at=%s', async (at) => {
  expect(outcome(await asOf(at))).toBe('400 validation_failed')
})
