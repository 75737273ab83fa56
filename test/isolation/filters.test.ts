import { afterAll, beforeAll, expect, test } from 'vitest'
import type pg from 'pg'
import { useClones } from '../support/clones.ts'
import { filtersOfQueries, openMutants, queryModule } from '../support/filter-mutants.ts'
import { ids, tablesOf } from '../support/walled-database.ts'
import { prepare, probes } from './filters.ts'
import type { IdOf, Probe } from './filters.ts'

type Asking = (queries: object, idOf: IdOf) => Probe[]
const asked = probes as unknown as Readonly<Record<string, Asking | undefined>>

const clones = useClones()
let admin: pg.Client
let mutants: Awaited<ReturnType<typeof openMutants>> | undefined
afterAll(() => mutants?.close())
const bobs = new Map<string, string>()
const idOf: IdOf = (table) => bobs.get(table) ?? ''

beforeAll(async () => {
  const { clone } = await clones.open(({ admin: superuser }) => prepare(superuser))
  admin = clone.admin
  for (const { name, tenant } of await tablesOf(admin)) {
    if (tenant === null) continue
    const { rows } = await admin.query<{ row: { id?: string; event_id?: string } }>(
      `select to_jsonb(t) as row from ${name} t where ${tenant} = $1 limit 1`,
      [ids.bolt],
    )
    bobs.set(name, rows[0]?.row.id ?? rows[0]?.row.event_id ?? '')
  }
})

/** Whether the statement, undone at once, gives what it must. */
async function holds([{ text, values }, must]: Probe): Promise<boolean> {
  await admin.query(
    `begin; set local session_replication_role = replica; set local castellan.user_id = '${ids.technician}'`,
  )
  try {
    const { rows, rowCount } = await admin.query({ text, values: [...values] })
    if (must === 'nothing') return isNothing(rows[0])
    return typeof must === 'number' ? rowCount === must : contains(rows[0], must)
  } finally {
    await admin.query('rollback')
  }
}

const isNothing = (found: unknown): boolean =>
  typeof found === 'object' && found !== null ? Object.values(found).every(isNothing) : Number(found) === 0

const contains = (found: unknown, must: unknown): boolean =>
  typeof must === 'object' && must !== null
    ? Object.entries(must).every(([key, value]) => contains((found as Record<string, unknown>)?.[key], value))
    : String(found) === String(must)

test.each(Object.keys(probes))('%s is about whose it says, with no other wall around it', async (file) => {
  const failing: string[] = []
  for (const probe of asked[file]?.(await queryModule(file), idOf) ?? []) {
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
    for (const probe of asked[file]?.(without, idOf) ?? []) {
      noticed = !(await holds(probe))
      if (noticed) break
    }
    if (!noticed) unnoticed.push(name)
  }
  expect(unnoticed).toEqual([])
})
