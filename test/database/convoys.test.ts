import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../src/database/pool.ts'
import { find, list, sql } from '../../src/database/statement.ts'
import { createSender } from '../../src/database/tenancy.ts'
import type { Sender } from '../../src/database/tenancy.ts'
import { useClones } from '../support/clones.ts'
import { workAndKill } from '../support/killing-workers.ts'
import { asLogin, ids, RUNTIME_PASSWORD } from '../support/walled-database.ts'
import type { Clone } from '../support/walled-database.ts'

const { acme, bolt, ada, bob, staff } = ids
const clones = useClones()
const pools: pg.Pool[] = []
let clone: Clone

beforeAll(async () => {
  clone = (await clones.open()).clone
  await clone.admin.query('create table castellan.notes (id int primary key, word text)')
  await clone.admin.query('grant select, insert, update, delete on castellan.notes to castellan_staff')
})
afterAll(async () => {
  for (const pool of pools) await pool.end()
})

function open(max: number): { pool: pg.Pool; sender: Sender } {
  const login = { user: 'castellan_runtime', password: RUNTIME_PASSWORD }
  const pool = createPool({ connectionString: asLogin(clone.url, login) }, { max, statementTimeoutMs: 5000 })
  pools.push(pool)
  return { pool, sender: createSender(pool, { pipeline: true }) }
}

const members = [
  { scope: { as: 'member', orgId: acme, userId: ada } as const, sees: acme },
  { scope: { as: 'member', orgId: bolt, userId: bob } as const, sees: bolt },
  { scope: { as: 'member', orgId: ids.stranger, userId: ada } as const, sees: null },
]
const memberOf = (i: number) => members[i % members.length] as (typeof members)[number]
const asStaff = { as: 'staff', userId: staff } as const

const own = find(sql<{ ids: string | null; pid: number }>`
  select (select string_agg(id::text, ' ') from organizations) as ids, pg_backend_pid() as pid`)
const failing = find(sql`select 1 / 0`)
const range = (n: number) => Array.from({ length: n }, (_, i) => i)
const kill = (pid: number) => clone.admin.query('select pg_terminate_backend($1)', [pid])

/** How many writes the connections made while `work` ran. */
async function writesDuring(pool: pg.Pool, work: () => Promise<unknown>): Promise<number> {
  const client = await pool.connect()
  const { stream } = (client as unknown as { connection: { stream: { uncork(): void } } }).connection
  const uncork = stream.uncork.bind(stream)
  let writes = 0
  stream.uncork = () => {
    writes++
    uncork()
  }
  client.release()
  await work()
  return writes
}

test('reads that come together leave together, each in the eyes of its own tenant', async () => {
  const { pool, sender } = open(1)
  await sender.within(memberOf(0).scope).run(own)
  const writes = await writesDuring(pool, async () => {
    const seen = await Promise.all(range(40).map((i) => sender.within(memberOf(i).scope).run(own)))
    expect(seen.map((row) => row?.ids)).toEqual(range(40).map((i) => memberOf(i).sees))
  })
  expect(writes).toBe(5)
})

test('one that fails fails alone, and leaves nothing behind for the next', async () => {
  const { sender } = open(1)
  await Promise.all(range(3).map((i) => sender.within(memberOf(i).scope).run(own)))
  await sender
    .within(asStaff)
    .run(failing)
    .catch(() => undefined)
  const answers = await Promise.allSettled(
    range(24).map((i) => sender.within(memberOf(i).scope).run<unknown>(i % 4 === 1 ? failing : own)),
  )
  for (const [i, answer] of answers.entries()) {
    if (i % 4 === 1) expect(answer).toMatchObject({ status: 'rejected', reason: { code: '22012' } })
    else expect(answer).toMatchObject({ status: 'fulfilled', value: { ids: memberOf(i).sees } })
  }
})

test('what the first of them fails to prepare, those behind it prepare themselves', async () => {
  const { sender } = open(1)
  const fresh = (n: number) => find(sql<{ n: number }>`select ${n}::int / ${sql.raw('1')} as n`)
  const nowhere = find(sql`select 1 from nowhere`)
  const staffs = sender.within(asStaff)
  const answers = await Promise.allSettled([
    staffs.run(nowhere),
    staffs.batch([nowhere, fresh(0)]),
    ...range(10).map((n) => staffs.run(fresh(n))),
  ])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', ...range(10).map(() => 'fulfilled')])
})

test('a killed backend rejects all that it carried, and the next ones are answered', async () => {
  const { sender } = open(1)
  const staffs = sender.within(asStaff)
  const { pid } = (await staffs.run(own)) ?? { pid: 0 }
  await staffs.run(find(sql`select pg_sleep(0)`))
  const asleep = find(sql`select pg_sleep(${'10'})`)
  const carried = Promise.allSettled(range(20).map((i) => staffs.run<unknown>(i === 0 ? asleep : own)))
  await sleep(200)
  await kill(pid)
  const outcomes = await carried
  expect(outcomes[0]?.status).toBe('rejected')
  expect((await staffs.run(own))?.pid).not.toBe(pid)
})

test('a database that is gone rejects them all', async () => {
  const pool = createPool(
    { connectionString: 'postgresql://nobody@127.0.0.1:1/none' },
    { max: 2, statementTimeoutMs: 100 },
  )
  pools.push(pool)
  const member = createSender(pool, { pipeline: true }).within(memberOf(0).scope)
  const outcomes = await Promise.allSettled(range(30).map(() => member.run(own)))
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
})

test('a statement whose table has changed since it was prepared fails once for all that it carried', async () => {
  const staffs = open(1).sender.within(asStaff)
  await clone.admin.query('create table castellan.shape (a int); grant select on castellan.shape to castellan_staff')
  const shape = find(sql`select * from shape`)
  await staffs.run(shape)
  await clone.admin.query('alter table castellan.shape add column b int')
  await Promise.allSettled(range(4).map(() => staffs.run(shape)))
  expect(await Promise.all(range(4).map(() => staffs.run(shape)))).toEqual([null, null, null, null])
})

describe('nobody waits behind', () => {
  test.each([
    ['a list that takes long', list(sql`select pg_sleep(3) from notes`)],
    ['a row that somebody holds', find(sql`select word from notes where id = 1 for update`)],
    ['a change of such a row', find(sql`update notes set word = 'y' where id = 1 returning word`)],
  ])('%s', async (_what, slow) => {
    const { sender } = open(2)
    const staffs = sender.within(asStaff)
    await clone.admin.query('delete from castellan.notes')
    await Promise.all(range(2).map(() => staffs.run<unknown>(slow)))
    await Promise.all(range(2).map(() => staffs.batch([own, own])))
    await clone.admin.query(`insert into castellan.notes values (1, 'x')`)
    await clone.admin.query('begin')
    await clone.admin.query('select from castellan.notes where id = 1 for update')
    const waiting = staffs.run<unknown>(slow)
    const overtaking = Promise.all(range(20).map((i) => sender.within(memberOf(i).scope).run(own)))
    const first = await Promise.race([overtaking.then(() => 'the reads'), sleep(2000).then(() => 'nobody')])
    await clone.admin.query('rollback')
    await waiting
    expect(first).toBe('the reads')
  })
})

test(
  '5,000 reads by turns over two connections, with aborts and killed backends: never a foreign row, none unanswered',
  { timeout: 120_000 },
  async () => {
    const { pool, sender } = open(2)
    const counts = { seen: 0, failed: 0 }
    const killed = await workAndKill(clone.admin, { workers: 32, killEvery: 500 }, async (i) => {
      const { scope, sees } = memberOf(i)
      const tenancy = sender.within(scope)
      const row = await (i % 23 === 7 ? tenancy.run(failing) : tenancy.run(own)).catch(() => null)
      if (row === null) counts.failed++
      else {
        expect((row as { ids: string | null }).ids).toBe(sees)
        counts.seen++
      }
    })
    expect(counts.seen).toBeGreaterThan(4500)
    expect(counts.failed).toBeGreaterThan(200)
    expect(killed).toBeGreaterThan(5)
    expect(pool.totalCount).toBeLessThanOrEqual(2)
  },
)
