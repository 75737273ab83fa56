import { afterAll, beforeAll, expect, test } from 'vitest'
import type pg from 'pg'
import { useClones } from '../support/clones.ts'
import { filtersOfQueries, openMutants, queryModule } from '../support/filter-mutants.ts'
import { grant, ids } from '../support/walled-database.ts'
import { probes } from './filters.ts'
import type { IdOf, Probe } from './filters.ts'

type Prepare = (queries: object, idOf: IdOf) => Probe[]
const prepared = probes as unknown as Readonly<Record<string, Prepare | undefined>>

const clones = useClones()
let admin: pg.Client
let mutants: Awaited<ReturnType<typeof openMutants>> | undefined
afterAll(() => mutants?.close())
const bobs = new Map<string, string>()
const idOf: IdOf = (table) => bobs.get(table) ?? ''

beforeAll(async () => {
  const { clone } = await clones.open(async ({ admin: superuser }) => {
    for (const customerId of [ids.acme, ids.bolt]) await grant(superuser, { technicianId: ids.stranger, customerId })
    await superuser.query(`update technician_customer_access set expires_at = now() + interval '1 hour'`)
    await superuser.query(`update users set status = 'invited' where id = $1`, [ids.bob])
  })
  admin = clone.admin
  const { rows } = await admin.query<{ name: string; column: string }>(
    `select table_name as name, max(column_name) as column from information_schema.columns c
      where table_schema = 'castellan' and column_name in ('org_id', 'customer_org_id')
        and exists (select from information_schema.columns i where i.table_name = c.table_name and i.column_name = 'id') group by 1`,
  )
  for (const { name, column } of rows) {
    const found = await admin.query<{ id: string }>(`select id from ${name} where ${column} = $1 limit 1`, [ids.bolt])
    bobs.set(name, found.rows[0]?.id ?? '')
  }
})

/** Whether the statement, undone at once, gives what it must. */
async function holds([{ text, values }, must]: Probe): Promise<boolean> {
  await admin.query(
    `begin; set local session_replication_role = replica; set local castellan.user_id = '${ids.technician}'`,
  )
  try {
    const { rows, rowCount } = await admin.query({ text, values: [...values] })
    return typeof must === 'number' ? rowCount === must : contains(rows[0], must)
  } finally {
    await admin.query('rollback')
  }
}

const contains = (found: unknown, must: unknown): boolean =>
  typeof must === 'object' && must !== null
    ? Object.entries(must).every(([key, value]) => contains((found as Record<string, unknown>)?.[key], value))
    : String(found) === String(must)

test.each(Object.keys(probes))('%s is about whose it says, with no other wall around it', async (file) => {
  const failing: string[] = []
  for (const probe of prepared[file]?.(await queryModule(file), idOf) ?? []) {
    if (!(await holds(probe))) failing.push(`${probe[0].text} ${JSON.stringify(probe[1])}`)
  }
  expect(failing).toEqual([])
})

test('whoever takes a filter away is noticed', async () => {
  const filters = await filtersOfQueries()
  expect(filters.length).toBeGreaterThan(80)
  mutants = await openMutants()
  const unnoticed: string[] = []
  for (const { file, name, source } of filters) {
    const without = await mutants.load(source)
    let noticed = false
    for (const probe of prepared[file]?.(without, idOf) ?? []) {
      noticed = !(await holds(probe))
      if (noticed) break
    }
    if (!noticed) unnoticed.push(name)
  }
  expect(unnoticed).toEqual([])
})
