import { deriveKey } from '../../../src/credentials/master-key.ts'
import { MASTER_KEY } from '../../support/database-server.ts'
import type { World } from '../../support/world.ts'
import type { Description } from './description.ts'

/** What is known to this installation alone, each with what it is; no word that the API has itself. */
export async function secretsOf({ admin, databaseUrl }: World, description: Description): Promise<Map<string, string>> {
  const { rows } = await admin.query<{ name: string }>(
    `select conname as name from pg_constraint where connamespace = 'castellan'::regnamespace
     union select indexname from pg_indexes where schemaname = 'castellan'`,
  )
  const words = JSON.stringify(description)
  const rules = rows
    .filter(({ name }) => name.includes('_') && !words.includes(name))
    .map(({ name }) => [name, `a rule of the database: ${name}`] as const)
  const key = Buffer.from(MASTER_KEY, 'base64')
  return new Map([
    ...rules,
    [MASTER_KEY, 'the master key'],
    [deriveKey(key, 'database runtime login 1').toString('base64url'), 'the password of the database'],
    [new URL(databaseUrl).pathname.slice(1), 'the name of the database'],
  ])
}
