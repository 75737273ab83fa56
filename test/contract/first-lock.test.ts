import pg from 'pg'
import { afterAll, beforeAll, test } from 'vitest'
import { disableRowSecurity } from '../support/probes.ts'
import { allCallsOf, everybody, heardAsSaid } from './authorization/calls.ts'
import { personas, setStage } from './authorization/personas.ts'
import type { Stage } from './authorization/personas.ts'
import { rows } from './authorization/table.ts'

/** The application's own rules, with the database's switched off: each of the two locks must hold alone. */
let stage: Stage
beforeAll(async () => {
  stage = await setStage()
  const admin = new pg.Client({ connectionString: stage.world.databaseUrl, options: '-c search_path=castellan' })
  await admin.connect()
  await disableRowSecurity({ admin })
  await admin.end()
})
afterAll(() => stage.world.close())

/** Staff see everything in either case. */
const narrow = everybody.filter((persona) => !['SA', 'AM', 'AN'].includes(personas[persona]))

test.each(rows)('%s: answers the same without row security', async (row) => {
  const calls = await allCallsOf(stage, row, narrow)
  for (const call of calls) await heardAsSaid(stage, call)
})
