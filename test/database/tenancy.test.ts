import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../src/database/pool.ts'
import { execute, find, list, one, sql } from '../../src/database/statement.ts'
import { createSender } from '../../src/database/tenancy.ts'
import type { Sender, Tenancy } from '../../src/database/tenancy.ts'
import { useClones } from '../support/clones.ts'
import { workAndKill } from '../support/killing-workers.ts'
import { asLogin, ids, RUNTIME_PASSWORD } from '../support/walled-database.ts'
import type { Clone } from '../support/walled-database.ts'

const { acme, bolt, ada, bob, staff } = ids
const clones = useClones()

describe.each([
  ['in one flight', true],
  ['one by one (DATABASE_PIPELINE=off)', false],
])('statements sent %s', (_way, pipeline) => {
  let clone: Clone
  const pools: pg.Pool[] = []
  beforeAll(async () => {
    clone = (await clones.open()).clone
    await clone.admin.query('create table castellan.notes (id int primary key, word text)')
    await clone.admin.query('grant select, insert, update, delete on castellan.notes to castellan_staff')
  })
  afterAll(async () => {
    for (const pool of pools) await pool.end()
  })

  function open(max = 1): { pool: pg.Pool; sender: Sender; tenancy: Tenancy } {
    const login = { user: 'castellan_runtime', password: RUNTIME_PASSWORD }
    const pool = createPool({ connectionString: asLogin(clone.url, login) }, { max, statementTimeoutMs: 5000 })
    pools.push(pool)
    const sender = createSender(pool, { pipeline })
    return { pool, sender, tenancy: sender.within({ as: 'staff', userId: staff }) }
  }

  const note = (id: number, word = 'x') => execute(sql`insert into notes (id, word) values (${id}, ${word})`)
  const notes = list(sql<{ id: number }>`select id from notes order by id`)
  const seven = one(sql<{ n: number }>`select 7 as n`)
  const failing = one(sql<{ n: number }>`select 1 / 0 as n`)
  const broken = one(sql<{ n: number }>`select from where`)
  const pidOf = one(sql<{ pid: number }>`select pg_backend_pid() as pid`)

  describe('all or nothing:', () => {
    test('an error in the middle undoes what came before it, and skips what comes after', async () => {
      const { tenancy } = open()
      await expect(tenancy.batch([note(1), failing, note(2)])).rejects.toMatchObject({ code: '22012' })
      await expect(tenancy.batch([note(1), broken, note(2)])).rejects.toMatchObject({ code: '42601' })
      expect(await tenancy.run(notes)).toEqual([])
    })

    test('what only fails at the commit undoes everything', async () => {
      const { tenancy } = open()
      await clone.admin
        .query(`create function castellan.refuse() returns trigger language plpgsql as $$ begin raise 'no' using errcode = '23514'; end $$;
        create constraint trigger late after insert on castellan.notes deferrable initially deferred for each row when (new.word = 'late') execute function castellan.refuse()`)
      await expect(tenancy.batch([note(3), note(4, 'late')])).rejects.toMatchObject({ code: '23514' })
      await expect(tenancy.run(note(4, 'late'))).rejects.toMatchObject({ code: '23514' })
      await expect(tenancy.transaction((tx) => tx.batch([note(3), note(4, 'late')]))).rejects.toMatchObject({
        code: '23514',
      })
      expect(await tenancy.run(notes)).toEqual([])
    })

    test('a transaction takes its steps back when its work throws', async () => {
      const { tenancy } = open()
      const work = tenancy.transaction(async (tx) => {
        await tx.run(note(5))
        throw new Error('changed my mind')
      })
      await expect(work).rejects.toThrow('changed my mind')
      expect(await tenancy.run(notes)).toEqual([])
    })

    test('a transaction whose work hides a failed step does not pass for committed', async () => {
      const { tenancy } = open()
      const work = tenancy.transaction(async (tx) => {
        await tx.run(note(6))
        await tx.run(failing).catch(() => undefined)
      })
      await expect(work).rejects.toThrow('the transaction had failed and was rolled back')
      expect(await tenancy.run(notes)).toEqual([])
    })

    test('a transaction that asks for nothing is none', async () => {
      expect(await open().tenancy.transaction(async () => 'done')).toBe('done')
    })
  })

  describe('the connection is usable after', () => {
    test.each([
      ['an error at run time', failing, '22012'],
      ['an error of the grammar', broken, '42601'],
      ['a table that is not there', one(sql`select 1 from nowhere`), '42P01'],
      ['a table that is not ours', one(sql`select 1 from totp_factors`), '42501'],
    ])('%s, and so is the statement', async (_what, statement, code) => {
      const { tenancy } = open()
      const { pid } = await tenancy.run(pidOf)
      for (let i = 0; i < 3; i++) {
        await expect(tenancy.run(statement)).rejects.toMatchObject({ code })
        expect(await tenancy.batch([seven, pidOf])).toEqual([{ n: 7 }, { pid }])
        await expect(tenancy.batch([seven, statement, seven])).rejects.toMatchObject({ code })
      }
    })

    test('an error before statements that had not been seen yet', async () => {
      const { tenancy } = open()
      const [eight, nine] = [one(sql<{ n: number }>`select 8 as n`), one(sql<{ n: number }>`select 9 as n`)]
      await expect(tenancy.batch([eight, failing, nine])).rejects.toMatchObject({ code: '22012' })
      expect(await tenancy.batch([nine, eight, nine])).toEqual([{ n: 9 }, { n: 8 }, { n: 9 }])
    })
  })

  test('one statement several times in a flight, with other values each time', async () => {
    const { tenancy } = open()
    const twice = (n: number) => one(sql<{ twice: number }>`select ${n}::int * 2 as twice`)
    for (let i = 0; i < 2; i++) {
      expect(await tenancy.batch([twice(1), seven, twice(2), twice(3)])).toEqual([
        { twice: 2 },
        { n: 7 },
        { twice: 4 },
        { twice: 6 },
      ])
    }
  })

  test('values come back as they went, whatever they hold', async () => {
    const { tenancy } = open()
    const words = ['', 'a "b" \\ {c}', 'ä€𝄞', 'null', `'; drop table notes; --`]
    const row = {
      words,
      nothing: null,
      at: '2026-11-23T08:00:00.123Z',
      yes: true,
      count: 9_007_199_254_740_991,
      json: { a: [1, null, 'x'] },
    }
    expect(
      await tenancy.run(
        one(sql`select ${words}::text[] as words, ${null}::text as nothing, ${new Date(row.at)}::timestamptz as at, ${true}::boolean as yes,
                       ${row.count}::int8 as count, ${JSON.stringify(row.json)}::jsonb as json`),
      ),
    ).toEqual(row)
    await expect(tenancy.run(one(sql`select 9007199254740993::int8 as count`))).rejects.toThrow('exceeds 2^53')
    expect(await tenancy.run(seven)).toEqual({ n: 7 })
  })

  test('answers are read by their kind: rows, the one row, a row or null, how many were changed', async () => {
    const { tenancy } = open()
    const nobody = find(sql`select 1 as n where false`)
    expect(await tenancy.batch([nobody, find(sql`select 1 as n`), note(10), note(11)])).toEqual([null, { n: 1 }, 1, 1])
    expect(await tenancy.run(execute(sql`delete from notes`))).toBe(2)
    await expect(tenancy.run(one(sql`select 1 as n where false`))).rejects.toThrow('expected one row, got 0')
  })

  describe('role and context', () => {
    const who = `select current_user as role, current_setting('castellan.org_id', true) as org, current_setting('castellan.user_id', true) as "user"`

    test('are those of the scope while the statements run', async () => {
      const { sender } = open()
      const asked = one(sql.raw(who))
      expect(await sender.within({ as: 'member', orgId: acme, userId: ada }).run(asked)).toEqual({
        role: 'castellan_member',
        org: acme,
        user: ada,
      })
      expect(await sender.within({ as: 'technician', orgId: null, userId: ada }).run(asked)).toEqual({
        role: 'castellan_technician',
        org: '',
        user: ada,
      })
      expect(await sender.within({ as: 'identity' }).run(asked)).toEqual({
        role: 'castellan_identity',
        org: '',
        user: '',
      })
    })

    test('are gone afterwards, however it ended', async () => {
      const { pool, tenancy, sender } = open()
      const member = sender.within({ as: 'member', orgId: acme, userId: ada })
      const endings: (() => Promise<unknown>)[] = [
        () => member.run(seven),
        () => member.run(failing),
        () => member.batch([seven, broken]),
        () => member.transaction((tx) => tx.run(seven)),
        () => member.transaction((tx) => tx.run(failing)),
        () => tenancy.transaction(async () => Promise.reject(new Error('no'))),
      ]
      for (const end of endings) {
        await end().catch(() => undefined)
        const { rows } = await pool.query(who)
        expect([null, '']).toContain(rows[0].org)
        expect([null, '']).toContain(rows[0].user)
        expect(rows[0].role).toBe('castellan_runtime')
      }
    })

    test('a role that does not exist sends nothing', async () => {
      const { sender } = open()
      await expect(sender.within({ as: 'nobody' } as never).run(seven)).rejects.toMatchObject({ code: '22023' })
    })
  })

  describe('a killed backend', () => {
    const kill = (pid: number) => clone.admin.query('select pg_terminate_backend($1)', [pid])

    test('rejects what was under way, and the pool goes on with another', async () => {
      const { tenancy } = open()
      const { pid } = await tenancy.run(pidOf)
      const asleep = tenancy.run(one(sql`select pg_sleep(10)`))
      await Promise.all([expect(asleep).rejects.toThrow(), sleep(100).then(() => kill(pid))])
      const again = await tenancy.run(pidOf)
      expect(again.pid).not.toBe(pid)
    })

    test('between the steps of a transaction rejects it, and the process lives', async () => {
      const { tenancy } = open()
      const work = tenancy.transaction(async (tx) => {
        await kill((await tx.run(pidOf)).pid)
        await sleep(200)
        await tx.run(note(20))
      })
      await expect(work).rejects.toThrow()
      expect(await tenancy.run(notes)).toEqual([])
    })

    test('while idle is noticed by nobody', async () => {
      const { tenancy } = open()
      await kill((await tenancy.run(pidOf)).pid)
      await sleep(200)
      expect(await tenancy.run(seven)).toEqual({ n: 7 })
    })
  })

  test('a statement whose table has changed since it was prepared fails at most once', async () => {
    const { tenancy } = open()
    await clone.admin.query(
      'create table castellan.shape (a int); insert into castellan.shape values (1); grant select on castellan.shape to castellan_staff',
    )
    const shape = list(sql`select * from shape`)
    expect(await tenancy.run(shape)).toEqual([{ a: 1 }])
    await clone.admin.query('alter table castellan.shape add column b int')
    await tenancy.run(shape).catch(() => undefined)
    expect(await tenancy.run(shape)).toEqual([{ a: 1, b: null }])
    await clone.admin.query('drop table castellan.shape')
  })

  test('a connection that has prepared very much is replaced, and nobody notices', async () => {
    const { tenancy } = open()
    const before = await tenancy.run(pidOf)
    for (let i = 0; i < 520; i++) {
      expect(await tenancy.run(one(sql`select ${sql.raw(String(i))} as n`))).toEqual({ n: i })
    }
    const after = await tenancy.run(pidOf)
    expect(after.pid === before.pid).toBe(!pipeline)
  })

  test('of two that deadlock both succeed: the victim is tried again', async () => {
    const { tenancy } = open(2)
    await tenancy.batch([note(31), note(32)])
    let attempts = 0
    const bothHoldOne = Promise.withResolvers<void>()
    const both = (first: number, second: number) =>
      tenancy.transaction(async (tx) => {
        await tx.run(execute(sql`update notes set word = word || 'y' where id = ${first}`))
        if (++attempts === 2) bothHoldOne.resolve()
        await bothHoldOne.promise
        await tx.run(execute(sql`update notes set word = word || 'y' where id = ${second}`))
      })
    await Promise.all([both(31, 32), both(32, 31)])
    expect(attempts).toBeGreaterThan(2)
    expect(await tenancy.run(list(sql`select word from notes where id in (31, 32)`))).toEqual([
      { word: 'xyy' },
      { word: 'xyy' },
    ])
    await tenancy.run(execute(sql`delete from notes`))
  })

  test('a deadlock that never ends is given up after three attempts', async () => {
    await clone.admin.query(
      `create function castellan.fail() returns int language plpgsql as $$ begin raise 'again' using errcode = '40P01'; end $$`,
    )
    let attempts = 0
    const work = open().tenancy.transaction(async (tx) => {
      attempts++
      await tx.run(one(sql`select castellan.fail()`))
    })
    await expect(work).rejects.toMatchObject({ code: '40P01' })
    expect(attempts).toBe(3)
  })

  test(
    '5,000 changes of tenant over four connections, with aborts and killed backends: never a foreign row',
    { timeout: 120_000 },
    async () => {
      const { pool, sender } = open(4)
      const tenants = [
        { scope: { as: 'member', orgId: acme, userId: ada } as const, sees: [acme] },
        { scope: { as: 'member', orgId: bolt, userId: bob } as const, sees: [bolt] },
        { scope: { as: 'member', orgId: ids.stranger, userId: ada } as const, sees: [] },
        { scope: { as: 'technician', orgId: null, userId: ids.stranger } as const, sees: [ids.provider] },
      ]
      const organizations = list(sql<{ id: string }>`select id from organizations order by id`)
      const people = list(sql<{ id: string }>`select distinct org_id as id from users`)
      const counts = { seen: 0, failed: 0 }

      async function change(i: number): Promise<void> {
        const { scope, sees } = tenants[i % tenants.length] ?? { scope: { as: 'identity' } as const, sees: [] }
        const tenancy = sender.within(scope)
        const look = (rows: { id: string }[]) => {
          expect(rows.map(({ id }) => id)).toEqual(sees)
          counts.seen++
        }
        const kind = i % 23
        if (kind === 7) await tenancy.batch([organizations, failing])
        else if (kind === 11) await tenancy.batch([broken, organizations])
        else if (kind === 13)
          await tenancy.transaction(async (tx) => (look(await tx.run(organizations)), tx.run(failing)))
        else if (kind === 17) await tenancy.transaction(async (tx) => look(await tx.run(organizations)))
        else if (kind === 19) for (const rows of await tenancy.batch([organizations, people])) look(rows)
        else look(await tenancy.run(i % 2 ? organizations : people))
      }

      const killed = await workAndKill(clone.admin, { workers: 8, killEvery: 250 }, (i) =>
        change(i).catch((error: unknown) => {
          if (error instanceof Error && error.name === 'AssertionError') throw error
          counts.failed++
        }),
      )
      expect(counts.seen).toBeGreaterThan(4000)
      expect(counts.failed).toBeGreaterThan(500)
      expect(killed).toBeGreaterThan(10)
      expect(pool.totalCount).toBeLessThanOrEqual(4)
    },
  )
})
