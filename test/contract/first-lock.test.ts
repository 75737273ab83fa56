import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disableRowSecurity } from '../support/probes.ts'
import { allCallsOf, heardAsSaid } from './authorization/calls.ts'
import { personas, setStage } from './authorization/personas.ts'
import type { Persona, Stage } from './authorization/personas.ts'
import { rows, said } from './authorization/table.ts'

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

/** Of each column one; staff see everything in either case, and whoever is held back nothing. */
const narrow: Persona[] = [
  'a technician without any grant',
  'a technician with read-only access',
  'a technician with full access',
  'a technician whose access expired',
  'a technician at a wrong address',
  "a customer's admin",
  "a customer's basic user",
]
const reachesData = ([, letter]: [unknown, string]): boolean => 'ycn'.includes(letter)
const reaching = rows.filter((row) => narrow.some((persona) => said(row, personas[persona]).some(reachesData)))

test.each(reaching)('%s: answers the same without row security', async (row) => {
  const calls = await allCallsOf(stage, row, narrow)
  for (const call of calls) await heardAsSaid(stage, call)
})

test('an inviter is not told that an address is taken in another organization', async () => {
  const { world, people, stranger } = stage
  const admin = people.get("a customer's admin") ?? stranger
  const invitation = { email: stranger.email, firstName: 'A', lastName: 'Stranger', role: 'basic_user' }
  expect(await world.as(admin).post('/api/users', invitation)).toMatchObject({ status: 201 })
})
