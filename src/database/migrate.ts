import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { OWNER, SERVING } from './roles.ts'

const MIGRATIONS = new URL('../../migrations/', import.meta.url)
export class MigrationError extends Error {}

interface Migration {
  name: string
  text: string
  checksum: string
}

/**
 * Applies what is pending, in order, each in a transaction of its own, as the owner.
 * @returns the names of the migrations applied now
 * @throws MigrationError when an applied one was edited or is unknown here
 */
export async function migrate(
  client: pg.ClientBase,
  report: (message: string) => void = () => undefined,
): Promise<string[]> {
  try {
    await client.query(`set role ${OWNER}`)
    await client.query(`create schema if not exists castellan authorization ${OWNER}`)
    await client.query('set search_path = castellan, pg_catalog')
    await client.query(
      'create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    )
    await client.query(`grant select on schema_migrations to ${SERVING}`)
    const pending = await findPending(client)
    for (const migration of pending) {
      report(`applying ${migration.name}`)
      await apply(client, migration)
    }
    // After a long rest the month may have no place yet, and the first call already leaves an event.
    await client.query('select ensure_audit_partitions()')
    return pending.map(({ name }) => name)
  } finally {
    await client.query('reset role')
  }
}

/**
 * Whether nothing is left to apply, as a login sees it that serves and cannot migrate.
 * @throws MigrationError as `migrate`
 */
export async function isMigrated(client: pg.ClientBase): Promise<boolean> {
  await client.query(`set role ${SERVING}`)
  try {
    return (await findPending(client)).length === 0
  } catch (error) {
    // Not even what has been applied can be read: nothing has.
    if (error instanceof pg.DatabaseError) return false
    throw error
  } finally {
    await client.query('reset role')
  }
}

async function findPending(client: pg.ClientBase): Promise<Migration[]> {
  const shipped = await readMigrations()
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from castellan.schema_migrations order by name',
  )
  for (const applied of rows) {
    const ours = shipped.find(({ name }) => name === applied.name)
    if (!ours) throw new MigrationError(`the database has migration ${applied.name}, which this release does not know`)
    if (ours.checksum !== applied.checksum)
      throw new MigrationError(`migration ${applied.name} was edited after it was applied`)
  }
  return shipped.slice(rows.length)
}

async function apply(client: pg.ClientBase, { name, text, checksum }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(text)
    await client.query('insert into castellan.schema_migrations (name, checksum) values ($1, $2)', [name, checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new MigrationError(`migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, MIGRATIONS), 'utf8')
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}
