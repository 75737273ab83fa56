import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openNode } from '../support/nodes.ts'
import type { Node } from '../support/nodes.ts'
import type { Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let other: Node
let superAdmin: Person
beforeAll(async () => {
  world = await createWorld()
  other = await openNode(world)
  superAdmin = await world.staff('super_admin')
})
afterAll(async () => {
  await other.close()
  await world.close()
})

const create = (name: string) => world.as(superAdmin).post('/api/organizations', { name })
const query = async (text: string, ...values: unknown[]) => (await world.admin.query(text, values)).rows

/** Each organization's places, and whether they are dense from 0. */
const gaps = () =>
  query(`select org_id from audit_seals group by org_id having min(sequence) <> 0 or max(sequence) <> count(*) - 1`)
const unsealed = () =>
  query(
    `select a.id from audit_logs a left join audit_seals s on s.org_id = a.org_id and s.event_id = a.id where s.event_id is null`,
  )

test('every event gets its place, dense in its organization, and the API tells it', async () => {
  const made = await create('Sealed')
  expect((await world.as(superAdmin).get('/api/audit/logs')).body.data.items[0].sequence).toBeNull()
  await world.runJob('seal-trail')
  expect(await unsealed()).toEqual([])
  expect(await gaps()).toEqual([])
  const { body } = await world.as(superAdmin).get(`/api/audit/logs?organizationId=${made.body.data.id}`)
  expect(body.data.items.map(({ sequence }: { sequence: number }) => sequence)).toEqual([0])
})

test('an event that the database wrote is sealed as well; nothing new makes no checkpoint', async () => {
  await query(`update organizations set name = 'By hand' where name = 'Sealed'`)
  await world.runJob('seal-trail')
  expect(await unsealed()).toEqual([])
  const count = async () => (await query('select max(id) as id from audit_checkpoints'))[0].id
  const before = await count()
  await world.runJob('seal-trail')
  expect(await count()).toBe(before)
})

test('a transaction that commits late, behind many that began after it, is not lost', async () => {
  const [{ id: org }] = await query(`select id from organizations where name = 'By hand'`)
  const late = await world.admin.connect()
  await late.query('begin')
  await late.query(`update organizations set status = 'suspended' where id = $1`, [org])
  for (const n of [1, 2, 3]) {
    await create(`Early ${n}`)
    await world.runJob('seal-trail')
  }
  expect(await unsealed()).toEqual([])
  await late.query('commit')
  late.release()
  expect(await unsealed()).toHaveLength(1)
  await world.runJob('seal-trail')
  expect(await unsealed()).toEqual([])
  expect(await gaps()).toEqual([])
})

test('a transaction that stays open holds nothing up, and what came before is not looked at again', async () => {
  const open = await world.admin.connect()
  await open.query('begin')
  await open.query('select pg_current_xact_id()')
  await create('Meanwhile')
  await world.runJob('seal-trail')
  expect(await unsealed()).toEqual([])
  await open.query('rollback')
  open.release()
})

test('two nodes that seal at once give each event one place', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => create(`At once ${n}`)))
  const nodes = [world, other, world, other]
  await Promise.all(nodes.map((node) => node.runJob('seal-trail')))
  await world.runJob('seal-trail')
  expect(await unsealed()).toEqual([])
  expect(await gaps()).toEqual([])
  expect(await query('select position from audit_heads group by position having count(*) > 1')).toEqual([])
})

test('more than one run can take is sealed in several, and nothing is left out', async () => {
  const [{ id: org }] = await query(`select id from organizations where name = 'Meanwhile'`)
  await query(
    `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
     select $1, now(), gen_random_uuid(), 'database.row_changed', 'system', 'of ' || n, 'success', 'low', false from generate_series(1, 12000) n`,
    org,
  )
  await create('After many')
  await world.runJob('seal-trail')
  expect(await unsealed()).toEqual([])
  expect(await gaps()).toEqual([])
})

describe('an event that no server wrote', () => {
  const insert = (columns: Record<string, unknown> = {}) => {
    const row = {
      org_id: superAdmin.orgId,
      occurred_at: new Date(),
      id: uuidv7(),
      action: 'auth.login_succeeded',
      category: 'authentication',
      description: 'Forged',
      outcome: 'success',
      risk_level: 'low',
      compliance_relevant: true,
      ...columns,
    }
    const names = Object.keys(row)
    return query(
      `insert into audit_logs (${names.join()}) values (${names.map((_, i) => `$${i + 1}`).join()}) returning id`,
      ...Object.values(row),
    )
  }

  test.each([
    ['without a leaf', {}],
    ['with a leaf, and a mark that is made up', { leaf: Buffer.alloc(32), written_mark: Buffer.alloc(16) }],
    ['under the name of the database’s own, with a leaf', { action: 'database.row_changed', leaf: Buffer.alloc(32) }],
  ])('%s, gets no place and is remembered once', async (_what, columns) => {
    const [{ id }] = await insert(columns)
    await world.runJob('seal-trail')
    await world.runJob('seal-trail')
    expect(await query('select 1 from audit_seals where event_id = $1', id)).toEqual([])
    expect(await query('select 1 from audit_unaccounted where event_id = $1', id)).toHaveLength(1)
  })

  test('does not keep others from theirs', async () => {
    await insert()
    const made = await create('Beside a forged one')
    await world.runJob('seal-trail')
    expect(await query('select sequence from audit_seals where org_id = $1', made.body.data.id)).toHaveLength(1)
  })
})

test('in a database that was restored into another cluster, what is new is sealed at once', async () => {
  const client = await world.admin.connect()
  await client.query(`set session_replication_role = replica`)
  await client.query(
    `update audit_checkpoints set seen = '900000000:900000000:', cluster = '1' where id = (select max(id) from audit_checkpoints)`,
  )
  await client.query('set session_replication_role = default')
  client.release()
  // Written there, and not sealed before the backup: its transaction is one that this cluster has yet to come to.
  const [{ id: there }] = await query(
    `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant, tx_id)
     values ($1, now(), gen_random_uuid(), 'database.row_changed', 'system', 'There', 'success', 'low', false, '899999999') returning id`,
    superAdmin.orgId,
  )
  const made = await create('Restored')
  await world.runJob('seal-trail')
  expect(await query('select sequence from audit_seals where event_id = $1', there)).toHaveLength(1)
  expect(await query('select sequence from audit_seals where org_id = $1', made.body.data.id)).toHaveLength(1)
  const [{ seen }] = await query('select seen::text from audit_checkpoints order by id desc limit 1')
  expect(Number(seen.split(':')[1])).toBeLessThan(900_000_000)
})

test('a checkpoint that was changed is not built upon', async () => {
  const client = await world.admin.connect()
  await client.query(`set session_replication_role = replica`)
  const [before] = await query('select id, peaks from audit_checkpoints order by id desc limit 1')
  const set = (peaks: Buffer) =>
    client.query('update audit_checkpoints set peaks = $2 where id = $1', [before.id, peaks])
  await set(Buffer.concat([before.peaks.subarray(0, -1), Buffer.of(before.peaks.at(-1) ^ 1)]))
  await create('On sand')
  await expect(world.runJob('seal-trail')).rejects.toThrow(/not as it was signed/)
  await set(before.peaks)
  await client.query('set session_replication_role = default')
  client.release()
  await world.runJob('seal-trail')
  expect(await gaps()).toEqual([])
})
