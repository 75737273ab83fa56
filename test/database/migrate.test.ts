import { expect, test } from 'vitest'
import { MigrationError } from '../../src/database/migrate.ts'
import { prepareDatabase } from '../../src/database/open-database.ts'
import { useClones } from '../support/clones.ts'
import { RUNTIME_PASSWORD } from '../support/walled-database.ts'
import type { Clone } from '../support/walled-database.ts'

const clones = useClones()

/** As a start does it. @returns what was reported */
async function migrateAgain({ url }: Clone): Promise<string[]> {
  const steps: string[] = []
  const report = (step: string) => void steps.push(step)
  await prepareDatabase({ connection: { connectionString: url }, runtimePassword: RUNTIME_PASSWORD, report })
  return steps
}

test('what has been applied is not applied again', async () => {
  const { clone } = await clones.open()
  expect(await migrateAgain(clone)).toEqual([])
})

test('a migration that was edited after it was applied is refused by name', async () => {
  const { clone } = await clones.open()
  await clone.admin.query(`update schema_migrations set checksum = 'other' where name = '0002_users.sql'`)
  await expect(migrateAgain(clone)).rejects.toThrow(
    new MigrationError('migration 0002_users.sql was edited after it was applied'),
  )
})

test('a database of a newer release is refused: its migration is unknown here', async () => {
  const { clone } = await clones.open()
  await clone.admin.query(`insert into schema_migrations (name, checksum) values ('9999_later.sql', 'x')`)
  await expect(migrateAgain(clone)).rejects.toThrow(
    'the database has migration 9999_later.sql, which this release does not know',
  )
})

test('a migration that fails leaves nothing behind, and says why', async () => {
  const { clone } = await clones.open()
  await clone.admin.query(`delete from schema_migrations where name = '0012_idempotency_keys.sql'`)
  await clone.admin.query(`delete from schema_migrations where name > '0012_idempotency_keys.sql'`)
  await expect(migrateAgain(clone)).rejects.toThrow(
    /^migration 0012_idempotency_keys\.sql failed: relation "idempotency_keys" already exists$/,
  )
})

test('months of the trail that are missing have their place again before the first call', async () => {
  const { clone } = await clones.open()
  const months = async () => {
    const { rows } = await clone.admin.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass order by 1`,
    )
    return rows.map(({ name }) => name)
  }
  const before = await months()
  expect(before.length).toBe(14)
  await clone.admin.query(`drop table ${before.slice(3).join(', ')}`)
  await migrateAgain(clone)
  expect(await months()).toEqual(before)
})
