import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { findOpenWalls } from '../../src/database/catalog-check.ts'
import { openDatabase } from '../../src/database/open-database.ts'
import { useClones } from '../support/clones.ts'
import { administer, databaseUrl } from '../support/database-server.ts'
import { asLogin, RUNTIME_PASSWORD } from '../support/walled-database.ts'
import type { Clone } from '../support/walled-database.ts'

const clones = useClones()

async function findings(
  clone: Clone,
  login = { user: 'castellan_runtime', password: RUNTIME_PASSWORD },
): Promise<string[]> {
  const client = new pg.Client({ connectionString: asLogin(clone.url, login) })
  await client.connect()
  try {
    return await findOpenWalls(client)
  } finally {
    await client.end()
  }
}

/** Opens the database as a start of the server does. */
const start = (clone: Clone) =>
  openDatabase({
    connection: { connectionString: clone.url },
    runtimePassword: RUNTIME_PASSWORD,
    pipeline: true,
    poolSize: 1,
    report: () => undefined,
  })

test('a database as shipped has no open wall, and the server starts on it', async () => {
  const { clone } = await clones.open()
  expect(await findings(clone)).toEqual([])
  await (await start(clone)).close()
})

const month = `audit_logs_${new Date().toISOString().slice(0, 7).replace('-', '_')}`

const flaws: [what: string, sql: string, finding: string][] = [
  [
    'a bare table',
    'create table notes (org_id uuid); alter table notes owner to castellan_owner',
    'table notes is not under forced row security with a policy',
  ],
  [
    'row security that its owner escapes',
    'alter table users no force row level security',
    'table users is not under forced row security with a policy',
  ],
  [
    'row security switched off',
    'alter table users disable row level security',
    'table users is not under forced row security with a policy',
  ],
  [
    'a month of the trail without row security',
    `alter table ${month} disable row level security`,
    `table ${month} is not under forced row security with a policy`,
  ],
  [
    'a view with its owner’s rights',
    'create view people as select * from users',
    `view people runs with its owner's rights (security_invoker is off)`,
  ],
  [
    'a materialized view',
    'create materialized view people as select * from users',
    'materialized view people cannot be under row security',
  ],
  [
    'a policy that does not check what is written',
    'create policy lax on users for update to castellan_member using (org_id = current_org())',
    'policy lax on users lets a row be written that it does not check',
  ],
  [
    'a policy for everybody',
    'create policy wide on users for select using (org_id = current_org())',
    'policy wide on users is for everybody',
  ],
  [
    'a foreign key to the row of any organization',
    'alter table users add constraint users_only_id unique (id); alter table invitations add constraint invitations_person foreign key (user_id) references users (id)',
    'foreign key invitations_person of invitations leads to a row of another organization as well',
  ],
  ['TRUNCATE granted', 'grant truncate on users to castellan_staff', 'role castellan_staff may TRUNCATE users'],
  ['TRIGGER granted', 'grant trigger on users to castellan_staff', 'role castellan_staff may TRIGGER users'],
  [
    'REFERENCES granted on a column',
    'grant references (id) on users to castellan_staff',
    'role castellan_staff may REFERENCES users.id',
  ],
  [
    'UPDATE of the trail granted',
    'grant update on audit_logs to castellan_staff',
    'role castellan_staff may UPDATE audit_logs',
  ],
  [
    'DELETE of the trail granted',
    'grant delete on audit_logs to castellan_identity',
    'role castellan_identity may DELETE audit_logs',
  ],
  [
    'UPDATE of one column of the trail granted',
    'grant update (description) on audit_logs to castellan_staff',
    'role castellan_staff may UPDATE audit_logs.description',
  ],
  [
    'a month of the trail readable past the trail',
    `grant select on ${month} to castellan_member`,
    `role castellan_member may SELECT ${month} past the table that it is a part of`,
  ],
  ['rights for everybody', 'grant select on users to public', 'everybody has rights on users'],
  [
    'rights on a column for everybody',
    'grant select (email) on users to public',
    'everybody has rights on users.email',
  ],
  [
    'a function that finds names wherever the caller says',
    `create function loose() returns int language plpgsql as 'begin return 1; end'; alter function loose() owner to castellan_owner`,
    'function loose has no pinned search_path',
  ],
  [
    'a function with its owner’s rights that everybody may call',
    `create function generous() returns bigint language sql security definer set search_path = castellan, pg_temp as 'select count(*) from users';
     alter function generous() owner to castellan_owner`,
    `function generous runs with its owner's rights and everybody may call it`,
  ],
  [
    'a function with a superuser’s rights',
    `create function mighty() returns bigint language sql security definer set search_path = castellan, pg_temp as 'select count(*) from users';
     revoke execute on function mighty() from public`,
    'function mighty runs with the rights of postgres, whom row security does not bind',
  ],
  [
    'the trail’s trigger disabled',
    'alter table audit_logs disable trigger audit_logs_not_truncated',
    'trigger audit_logs_not_truncated on audit_logs is disabled',
  ],
  [
    'a month of the trail that may be emptied',
    `drop trigger audit_logs_not_truncated on ${month}`,
    `table ${month} may be emptied: no trigger refuses to truncate it`,
  ],
  [
    'a table that the login owns',
    'create table mine (id int); alter table mine enable row level security; alter table mine force row level security; create policy p on mine to castellan_owner using (true) with check (true); alter table mine owner to castellan_runtime',
    'role castellan_runtime owns mine',
  ],
]

describe('each flaw is found, named, and nothing else is; the server does not start on it:', () => {
  test.each(flaws)('%s', async (_what, sql, finding) => {
    const { clone } = await clones.open(async ({ admin }) => void (await admin.query(sql)))
    expect(await findings(clone)).toEqual([finding])
    await expect(start(clone)).rejects.toThrow(`the database is not safe to serve:\n  ${finding}`)
  })
})

describe('a login with a flaw is found and named:', () => {
  const name = `castellan_flaw_${randomBytes(6).toString('hex')}`
  const scopes =
    'castellan_member, castellan_technician, castellan_staff, castellan_identity, castellan_clock, castellan_sealer, castellan_retention'
  afterAll(() => administer(inject('databaseServer'), `drop role if exists ${name}`))

  test.each<[string, string, string[]]>([
    ['none', `noinherit in role ${scopes}`, []],
    ['a superuser', `noinherit superuser`, ['is a superuser']],
    ['one that bypasses row security', `noinherit bypassrls in role ${scopes}`, ['is able to bypass row security']],
    ['one that makes roles', `noinherit createrole in role ${scopes}`, ['is able to make roles']],
    ['one that inherits', `inherit in role castellan_staff`, ['inherits what it may only become: castellan_staff']],
    ['one that can become the owner', `noinherit in role castellan_owner`, ['can become castellan_owner']],
    [
      'one that can become what runs programs',
      `noinherit in role pg_execute_server_program`,
      ['can become pg_execute_server_program'],
    ],
  ])('%s', async (_what, attributes, expected) => {
    const { clone } = await clones.open(async ({ admin }) => {
      await admin.query(`drop role if exists ${name}`)
      await admin.query(`create role ${name} login password 'x' ${attributes}`)
    })
    const found = await findings(clone, { user: name, password: 'x' })
    expect(found).toEqual(expect.arrayContaining(expected.map((flaw) => `role ${name} ${flaw}`)))
    if (!attributes.includes('superuser')) expect(found).toHaveLength(expected.length)
  })

  test('one that inherits by the grant alone, as PostgreSQL 16 has it', async ({ skip }) => {
    const { rows } = await (
      await clones.open()
    ).clone.admin.query(`select current_setting('server_version_num')::int as version`)
    skip(rows[0].version < 160_000, 'older servers know no such grant')
    const { clone } = await clones.open(async ({ admin }) => {
      await admin.query(`drop role if exists ${name}`)
      await admin.query(`create role ${name} login noinherit password 'x'`)
      await admin.query(`grant castellan_staff to ${name} with inherit true`)
    })
    expect(await findings(clone, { user: name, password: 'x' })).toEqual([
      `role ${name} inherits what it may only become: castellan_staff`,
    ])
  })
})

test('a database without a schema has nothing to find, and is prepared at the start', async () => {
  const server = inject('databaseServer')
  const name = `castellan_empty_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  const connection = { connectionString: databaseUrl(server, name) }
  const database = await openDatabase({
    connection,
    runtimePassword: RUNTIME_PASSWORD,
    pipeline: true,
    poolSize: 1,
    report: () => undefined,
  })
  await database.ping()
  await database.close()
  await administer(server, `drop database ${name}`)
})
