import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { administer } from '../support/database-server.ts'
import { useClones } from '../support/clones.ts'
import { attempt, FORBIDDEN } from '../support/probes.ts'
import { ids, tablesOf } from '../support/walled-database.ts'
import type { Clone, Session, Table } from '../support/walled-database.ts'

const clones = useClones()
let clone: Clone
let session: Session
let tables: Table[]
beforeAll(async () => {
  ;({ clone, session } = await clones.open())
  tables = await tablesOf(clone.admin)
})

test('the login that serves requests is no superuser, inherits nothing, bypasses nothing and makes nothing', async () => {
  const { rows } = await clone.admin.query(
    `select rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = 'castellan_runtime'`,
  )
  expect(Object.values(rows[0])).toEqual([false, false, false, false, false, false])
})

test('it can become the four roles of a request, those of the clock, of the sealer and of who approves cleanups, and no other role, above all not the owner', async () => {
  const { rows } = await clone.admin.query<{ name: string }>(
    `select rolname as name from pg_roles where pg_has_role('castellan_runtime', oid, 'member') and rolname <> 'castellan_runtime' order by 1`,
  )
  expect(rows.map(({ name }) => name)).toEqual([
    'castellan_clock',
    'castellan_identity',
    'castellan_member',
    'castellan_retention',
    'castellan_sealer',
    'castellan_staff',
    'castellan_technician',
  ])
  for (const role of ['castellan_owner', 'postgres']) {
    expect(await session.as(null, {}, (client) => attempt(client, `set local role ${role}`)), role).toBe(FORBIDDEN)
  }
})

test('it owns nothing', async () => {
  const { rows } = await clone.admin.query(
    `select count(*)::int as owned from pg_shdepend where deptype = 'o' and refobjid = 'castellan_runtime'::regrole`,
  )
  expect(rows).toEqual([{ owned: 0 }])
})

test('as itself it reads and writes no table', async () => {
  for (const { name } of tables) {
    for (const text of [
      `select from castellan.${name} limit 1`,
      `delete from castellan.${name}`,
      `truncate castellan.${name}`,
    ]) {
      expect(
        await session.as(null, { orgId: ids.acme, userId: ids.ada }, (client) => attempt(client, text)),
        text,
      ).toBe(FORBIDDEN)
    }
  }
})

test('it switches no wall off', async () => {
  const tricks = [
    'alter table castellan.users disable row level security',
    'drop policy member_own on castellan.users',
    'alter role castellan_runtime bypassrls',
    'grant castellan_owner to castellan_runtime',
    `set session_replication_role = 'replica'`,
    'alter table castellan.audit_logs disable trigger user',
    `create function castellan.mine() returns int language sql as 'select 1'`,
    'create table castellan.mine (id int)',
    'create view castellan.mine as select 1',
    `copy castellan.users to program 'cat'`,
    `select pg_read_file('postgresql.conf')`,
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'`,
  ]
  for (const role of [null, 'member', 'technician', 'staff', 'identity', 'clock'] as const) {
    for (const trick of tricks) {
      const outcome = await session.as(role, { userId: ids.staff }, (client) => attempt(client, trick))
      expect([FORBIDDEN, 0], `${role}: ${trick}: ${outcome}`).toContain(outcome)
    }
  }
})

test('asking to see past row security is an error, not a way around it', async () => {
  const outcome = await session.as('member', { orgId: ids.acme, userId: ids.ada }, async (client) => {
    await client.query('set local row_security = off')
    return attempt(client, 'select id from users')
  })
  expect(outcome).toBe(FORBIDDEN)
})

test('role and context end with the transaction: the next one on the connection begins with nothing', async () => {
  await session.as('staff', { userId: ids.staff, orgId: ids.acme }, async (client) => {
    expect(await attempt(client, 'select from users')).toBe(5)
  })
  await session.as(null, {}, async (client) => {
    const { rows } = await client.query(
      `select current_user as role, current_setting('castellan.org_id', true) as org, current_setting('castellan.user_id', true) as "user"`,
    )
    expect(rows).toEqual([{ role: 'castellan_runtime', org: '', user: '' }])
  })
})

describe('a login with a flaw gets past the walls: the probes can succeed', () => {
  const name = `castellan_probe_${randomBytes(6).toString('hex')}`
  const flaws: [string, string][] = [
    ['that inherits what it may become', 'inherit in role castellan_staff'],
    ['that bypasses row security', 'inherit bypassrls in role castellan_member'],
    ['that is a superuser', 'noinherit superuser'],
  ]
  afterAll(() => administer(inject('databaseServer'), `drop role if exists ${name}`))

  test.each(flaws)('%s', async (_what, attributes) => {
    await clone.admin.query(`drop role if exists ${name}`)
    await clone.admin.query(`create role ${name} login password 'x' ${attributes}`)
    const login = await clone.connect({ user: name, password: 'x' })
    const seen = await login.as(null, { orgId: ids.acme, userId: ids.ada }, (client) =>
      attempt(client, 'select id from users'),
    )
    await login.end()
    expect(seen).toBe(5)
  })
})

test('a stranger to the database does not get in with another password', async () => {
  await expect(clone.connect({ user: 'castellan_runtime', password: 'guess' })).rejects.toThrow(pg.DatabaseError)
})
