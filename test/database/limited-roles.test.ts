import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { findOpenWalls } from '../../src/database/catalog-check.ts'
import { DatabaseNotReadyError, openDatabase } from '../../src/database/open-database.ts'
import type { Database } from '../../src/database/open-database.ts'
import { RolesMissingError } from '../../src/database/roles.ts'
import { list, one, sql } from '../../src/database/statement.ts'
import { clusters, SUPERUSER } from '../support/clusters.ts'
import type { Cluster } from '../support/clusters.ts'

const RUNTIME_PASSWORD = 'derived from the master key'
const LOGIN = { user: 'dba', password: 'given' }
const DATABASE = 'security'

const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

describe.each(clusters)('%s:', (_name, startCluster) => {
  interface Place {
    /** Run by the superuser in the database. */
    run(text: string): Promise<pg.QueryResult>
    /** A start of the server with the login. */
    start(login: { user: string; password: string }, runtimePassword?: string): Promise<Database>
  }

  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.stop())

  /** A database and a login, on a cluster that knows nothing of ours. */
  async function place(...prepared: string[]): Promise<Place> {
    const admin = await connect(cluster.url({ ...SUPERUSER, database: 'postgres' }))
    undo.push(() => forget(admin))
    for (const step of [`create role dba login password 'given'`, `create database ${DATABASE}`, ...prepared])
      await admin.query(step)
    const inside = await connect(cluster.url({ ...SUPERUSER, database: DATABASE }))
    return {
      run: (text) => inside.query(text),
      async start(login, runtimePassword = RUNTIME_PASSWORD) {
        const database = await openDatabase({
          connection: { connectionString: cluster.url({ ...login, database: DATABASE }) },
          runtimePassword,
          pipeline: true,
          poolSize: 2,
          report: () => undefined,
        })
        undo.push(database.close)
        return database
      },
    }
  }

  async function forget(admin: pg.Client): Promise<void> {
    await admin.query(`drop database ${DATABASE} with (force)`)
    const { rows } = await admin.query<{ name: string }>(
      `select rolname as name from pg_roles where rolname ~ '^castellan_'`,
    )
    for (const { name } of rows) await admin.query(`drop role ${name}`)
    await admin.query('drop role dba')
  }

  async function connect(connectionString: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString })
    client.on('error', () => undefined)
    await client.connect()
    undo.push(() => client.end())
    return client
  }

  const failureOf = async (start: Promise<Database>): Promise<Error> =>
    start.then(
      () => expect.unreachable('the server started'),
      (error: Error) => error,
    )

  /** Serves as the login says, sees one tenant, and cannot get past that. */
  async function expectWalled({ run }: Place, database: Database, user: string): Promise<void> {
    await run(`insert into castellan.organizations (id, name, type, created_at, updated_at)
               select gen_random_uuid(), name, 'customer', now(), now() from unnest(array['Acme', 'Bolt']) name on conflict do nothing`)
    const { rows } = await run(`select id from castellan.organizations where name = 'Acme'`)
    const orgId: string = rows[0].id
    const member = database.within({ as: 'member', orgId, userId: orgId })
    expect(await member.run(list(sql`select name, session_user::text as login from organizations`))).toEqual([
      { name: 'Acme', login: user },
    ])

    const password = user === 'castellan_runtime' ? RUNTIME_PASSWORD : LOGIN.password
    const login = await connect(cluster.url({ user, password, database: DATABASE }))
    expect(await findOpenWalls(login)).toEqual([])
    for (const trick of [
      'select from castellan.organizations',
      'set role castellan_owner',
      'set role postgres',
      'alter table castellan.organizations disable row level security',
      `alter role "${user}" bypassrls`,
      `grant castellan_owner to "${user}"`,
    ]) {
      await expect(login.query(trick), trick).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|0LP01)$/) })
    }
  }

  test('a superuser prepares everything, and does not serve', async () => {
    const here = await place()
    await expectWalled(here, await here.start(SUPERUSER), 'castellan_runtime')
    await here.start(SUPERUSER)
  })

  test('a login that may make roles and owns the database prepares everything, and does not serve', async () => {
    const here = await place('alter role dba createrole', `alter database ${DATABASE} owner to dba`)
    await expectWalled(here, await here.start(LOGIN), 'castellan_runtime')
    await here.start(LOGIN)
  })

  test('a login that may make roles but not give them the database says what is left to run', async () => {
    const here = await place('alter role dba createrole')
    const refusal = await failureOf(here.start(LOGIN))
    expect(refusal).toBeInstanceOf(RolesMissingError)
    expect(sqlOf(refusal)).toContain(`grant create on database "${DATABASE}" to castellan_owner;`)
    for (const step of sqlOf(refusal)) await here.run(step)
    await expectWalled(here, await here.start(LOGIN), 'castellan_runtime')
  })

  const sqlOf = ({ message }: Error): string[] =>
    message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())

  test('a login that may only make schemas is told exactly what to run; then it starts', async () => {
    const here = await place(`grant create on database ${DATABASE} to dba`)
    const refusal = await failureOf(here.start(LOGIN))
    expect(refusal).toBeInstanceOf(RolesMissingError)
    expect(refusal.message).toContain('The database login "dba" may not set up the roles')
    expect(refusal.message).not.toContain(RUNTIME_PASSWORD)
    expect(sqlOf(refusal)).toEqual([
      'create role castellan_owner nologin noinherit;',
      'create role castellan_member nologin noinherit;',
      'create role castellan_technician nologin noinherit;',
      'create role castellan_staff nologin noinherit;',
      'create role castellan_identity nologin noinherit;',
      'create role castellan_clock nologin noinherit;',
      'create role castellan_sealer nologin noinherit;',
      'create role castellan_retention nologin noinherit;',
      expect.stringMatching(/^create role castellan_runtime login noinherit password 'SCRAM-SHA-256\$4096:[^']+';$/),
      'grant castellan_member, castellan_technician, castellan_staff, castellan_identity, castellan_clock, castellan_sealer, castellan_retention to castellan_runtime;',
      `grant create on database "${DATABASE}" to castellan_owner;`,
      'grant castellan_owner to "dba";',
    ])
    for (const step of sqlOf(refusal)) await here.run(step)
    await expectWalled(here, await here.start(LOGIN), 'castellan_runtime')
    await here.start(LOGIN)
  })

  test('where the key of the installation changed, a login that may not set the password is told how', async () => {
    const here = await place(`grant create on database ${DATABASE} to dba`)
    for (const step of sqlOf(await failureOf(here.start(LOGIN)))) await here.run(step)
    const refusal = await failureOf(here.start(LOGIN, 'another password'))
    expect(sqlOf(refusal)).toEqual([expect.stringMatching(/^alter role castellan_runtime password 'SCRAM-SHA-256\$/)])
    for (const step of sqlOf(refusal)) await here.run(step)
    await here.start(LOGIN, 'another password')
  })

  describe('a login that was made for serving alone', () => {
    const serving = [
      ...['owner', 'member', 'technician', 'staff', 'identity', 'clock', 'sealer', 'retention'].map(
        (name) => `create role castellan_${name} nologin noinherit`,
      ),
      'alter role dba noinherit',
      'grant castellan_member, castellan_technician, castellan_staff, castellan_identity, castellan_clock, castellan_sealer, castellan_retention to dba',
    ]

    test('serves what somebody else has migrated', async () => {
      const here = await place(...serving)
      await (await here.start(SUPERUSER)).ping()
      await here.run('drop owned by castellan_runtime; drop role castellan_runtime')
      await expectWalled(here, await here.start(LOGIN), 'dba')
    })

    test('says so where nobody has migrated yet', async () => {
      const here = await place(...serving)
      const refusal = await failureOf(here.start(LOGIN))
      expect(refusal).toBeInstanceOf(DatabaseNotReadyError)
      expect(refusal.message).toContain('castellan -- migrate')
    })
  })

  test('a runtime login that was given a way past the walls is not served with', async () => {
    const here = await place()
    await here.start(SUPERUSER)
    await here.run('alter role castellan_runtime bypassrls')
    expect((await failureOf(here.start(SUPERUSER))).message).toContain(
      'role castellan_runtime is able to bypass row security',
    )
    await here.run('alter role castellan_runtime nobypassrls; grant castellan_owner to castellan_runtime')
    expect((await failureOf(here.start(SUPERUSER))).message).toContain(
      'role castellan_runtime can become castellan_owner',
    )
  })

  test('two servers that start at once on an empty cluster both start', async () => {
    const here = await place()
    const databases = await Promise.all([here.start(SUPERUSER), here.start(SUPERUSER), here.start(SUPERUSER)])
    for (const database of databases) {
      expect(await database.within({ as: 'identity' }).run(one(sql`select 1 as n`))).toEqual({ n: 1 })
    }
  })
})
