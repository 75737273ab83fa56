import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { following } from '../../src/database/errand.ts'
import { createPool } from '../../src/database/pool.ts'
import { execute, find, one, sql } from '../../src/database/statement.ts'
import { createSender } from '../../src/database/tenancy.ts'
import type { Sender } from '../../src/database/tenancy.ts'
import { useClones } from '../support/clones.ts'
import { asLogin, RUNTIME_PASSWORD } from '../support/walled-database.ts'
import type { Clone } from '../support/walled-database.ts'

const clones = useClones()
const pools: pg.Pool[] = []
let clone: Clone

beforeAll(async () => {
  clone = (await clones.open()).clone
  await clone.admin.query(
    'create table castellan.marks (n int primary key, tx xid8 not null default pg_current_xact_id(), by text not null default current_user_id())',
  )
  await clone.admin.query('create table castellan.locks (n int primary key)')
  await clone.admin.query('grant select, insert, update on castellan.marks, castellan.locks to castellan_staff')
})
beforeEach(async () => {
  await clone.admin.query('truncate castellan.marks, castellan.locks')
  await clone.admin.query('insert into castellan.locks select generate_series(0, 99)')
})
afterAll(async () => {
  for (const pool of pools) await pool.end()
})

function open(max: number, pipeline = true): Sender {
  const login = { user: 'castellan_runtime', password: RUNTIME_PASSWORD }
  const pool = createPool({ connectionString: asLogin(clone.url, login) }, { max, statementTimeoutMs: 5000 })
  pools.push(pool)
  return createSender(pool, { pipeline })
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i)
const personAt = (n: number): string => `0000000${n % 10}-0000-7000-8000-000000000000`
const lock = (n: number, waits: boolean) =>
  find(sql<{ n: number }>`select n from locks where n = ${n} for update ${waits ? sql`` : sql`skip locked`}`)
const mark = (n: number) => execute(sql`insert into marks (n) values (${n})`)
const failing = execute(sql`select 1 / 0`)

/** Marks a number once it has its lock. */
const errand = (sender: Sender, n: number, more = mark(n + 1000)): Promise<number> =>
  sender.within({ as: 'staff', userId: personAt(n) }).errand({
    ask: (alone) => [lock(n, alone), one(sql<{ id: string }>`select current_user_id()::text as id`)],
    follow([locked, { id }], alone) {
      if (locked === null && !alone) return null
      if (locked === null) throw new Error(`nothing has the number ${n}`)
      if (id !== personAt(n)) throw new Error(`${n} was asked in the eyes of ${id}`)
      return following([mark(n), more], ([marked]) => marked * n)
    },
  })

async function marks(): Promise<{ n: number; tx: string; by: string }[]> {
  const { rows } = await clone.admin.query('select n, tx::text, by from castellan.marks where n < 1000 order by n')
  return rows
}

test.each([true, false])(
  'those that come together share transactions, each in the eyes of its own person (pipeline %s)',
  async (pipeline) => {
    const sender = open(4, pipeline)
    expect(await Promise.all(range(40).map((n) => errand(sender, n)))).toEqual(range(40))
    const kept = await marks()
    expect(kept.map(({ by }) => by)).toEqual(range(40).map(personAt))
    expect(new Set(kept.map(({ tx }) => tx)).size).toBeLessThanOrEqual(4)
  },
)

test('one that is refused, and one that fails at the database, end alone', async () => {
  const sender = open(4)
  const outcomes = await Promise.allSettled(
    range(12).map((n) => errand(sender, n === 3 ? 100 : n, n === 7 ? failing : undefined)),
  )
  expect(outcomes[3]).toMatchObject({ status: 'rejected', reason: { message: 'nothing has the number 100' } })
  expect(outcomes[7]).toMatchObject({ status: 'rejected', reason: { code: '22012' } })
  const others = range(12).filter((n) => n !== 3 && n !== 7)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(others.length)
  expect((await marks()).map(({ n }) => n)).toEqual(others)
})

test('one that is refused leaves the others together', async () => {
  const sender = open(4)
  const outcomes = await Promise.allSettled(range(12).map((n) => errand(sender, n === 3 ? 100 : n)))
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(new Set((await marks()).map(({ tx }) => tx)).size).toBe(1)
})

test('what somebody has locked is waited for by one alone', async () => {
  const sender = open(4)
  await errand(sender, 99)
  await clone.admin.query('begin')
  await clone.admin.query('select from castellan.locks where n = 0 for update')
  let held = true
  const waiting = errand(sender, 0).finally(() => (held = false))
  for (const n of range(8)) await errand(sender, n + 1)
  expect(held).toBe(true)
  await clone.admin.query('commit')
  expect(await waiting).toBe(0)
})

test('nobody is answered before the commit', async () => {
  const sender = open(4)
  const look = open(4).within({ as: 'staff', userId: personAt(0) })
  const seen = range(24).map(async (n) => {
    await errand(sender, n)
    return look.run(find(sql<{ n: number }>`select n from marks where n = ${n}`))
  })
  expect(await Promise.all(seen)).toEqual(range(24).map((n) => ({ n })))
})

test('a backend that is killed under them rejects them all, and nothing is run again', async () => {
  const sender = open(2)
  await Promise.all(range(8).map((n) => errand(sender, n + 20)))
  const slow = execute(sql`select pg_sleep(10)`)
  const carried = Promise.allSettled(range(8).map((n) => errand(sender, n, n === 7 ? slow : undefined)))
  let killed = 0
  while (killed === 0) {
    await sleep(20)
    const { rows } = await clone.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()
          and datname = current_database()`,
    )
    killed = rows.length
  }
  expect((await carried).map(({ status }) => status)).toEqual(range(8).map(() => 'rejected'))
  expect((await marks()).map(({ n }) => n)).toEqual(range(8).map((n) => n + 20))
})

test('a database that is gone rejects them all', async () => {
  const pool = createPool(
    { connectionString: 'postgresql://nobody@127.0.0.1:1/none' },
    { max: 2, statementTimeoutMs: 100 },
  )
  pools.push(pool)
  const sender = createSender(pool, { pipeline: true })
  const outcomes = await Promise.allSettled(range(40).map((n) => errand(sender, n)))
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
})
