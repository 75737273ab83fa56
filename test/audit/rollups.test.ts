import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import type { Client, World } from '../support/world.ts'

let world: World
let analyst: Client
const orgs = [uuidv7(), uuidv7(), uuidv7()]

beforeAll(async () => {
  world = await createWorld()
  analyst = world.as(await world.staff('security_analyst'))
  await fill(3000)
})
afterAll(() => world.close())

/** Over three months, at all times of day; some organizations and people more than others. */
async function fill(count: number, client: { query(text: string, values: unknown[]): Promise<unknown> } = world.admin) {
  await client.query(
    `insert into audit_logs (org_id, occurred_at, id, user_id, actor_email, action, category, description, outcome, risk_level, compliance_relevant)
     select ($1::uuid[])[1 + floor(power(random(), 2) * 3)::int], '2026-11-05T00:00:00Z'::timestamptz + random() * interval '90 days', gen_random_uuid(), u, u || '@example.com',
            (array['auth.login_succeeded', 'auth.login_failed', 'access.used'])[1 + floor(random() * 3)::int], 'authentication', 'x',
            (array['success', 'failure'])[1 + floor(random() * 2)::int], (array['low', 'medium', 'high', 'critical'])[1 + floor(random() * 4)::int], true
       from (select ('00000000-0000-7000-8000-' || lpad(floor(power(random(), 3) * 40)::text, 12, '0'))::uuid as u from generate_series(1, $2::int)) g`,
    [orgs, count],
  )
}

const questions = [
  'from=2026-11-05T00:00:00Z&to=2027-02-03T00:00:00Z',
  'from=2026-11-07T07:31:12.345Z&to=2027-01-20T23:59:59.999Z&interval=week&timezone=America/New_York',
  'from=2026-11-30T18:30:00Z&to=2026-12-31T18:30:00Z&timezone=Asia/Kolkata',
  'from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:00Z&interval=hour&timezone=Asia/Kathmandu',
  'from=2026-12-15T00:00:00Z&to=2026-12-19T00:00:00Z&interval=hour',
  'from=2026-11-01T00:00:00Z&to=2027-01-31T00:00:00Z&interval=day&timezone=Australia/Lord_Howe',
  'from=2026-11-20T12:00:00Z&to=2026-11-21T12:00:00Z',
].flatMap((question) => [question, `${question}&organizationId=${orgs[0]}`])

async function answers(): Promise<any[]> {
  const all: any[] = []
  for (const question of questions) {
    const { status, body } = await analyst.get(`/api/audit/stats?${question}`)
    expect(status, JSON.stringify(body)).toBe(200)
    all.push(body.data)
  }
  return all
}

/** As the trail itself says, without anything added up. */
async function fromTheTrail(): Promise<any[]> {
  const { rows } = await world.admin.query('delete from audit_rollup_state returning watermark::text, cluster')
  const all = await answers()
  for (const { watermark, cluster } of rows) {
    await world.admin.query('insert into audit_rollup_state (watermark, cluster) values ($1::xid8, $2)', [
      watermark,
      cluster,
    ])
  }
  return all
}

const rolledEvents = async (): Promise<number> => {
  const { rows } = await world.admin.query(
    `select coalesce(sum(value::int), 0)::int as n from audit_rollup_days, jsonb_each_text(counts)
      where org_id = '00000000-0000-0000-0000-000000000000' and key like '@%'`,
  )
  return rows[0].n
}
const events = async (): Promise<number> =>
  (await world.admin.query('select count(*)::int as n from audit_logs')).rows[0].n

/** Until all of it is: transactions in other databases of the cluster hold the watermark back as well. */
async function addUp(): Promise<void> {
  const end = Date.now() + 60_000
  await world.runJob('roll-up-trail')
  while ((await rolledEvents()) !== (await events()) && Date.now() < end) {
    await sleep(50)
    await world.runJob('roll-up-trail')
  }
  expect(await rolledEvents()).toBe(await events())
}

test('what was added up says the same as the trail, in every zone and by every interval', async () => {
  const expected = await answers()
  await addUp()
  expect(await answers()).toEqual(expected)
})

test('what is newer is told at once, also where it happened long ago, and is added once', async () => {
  await fill(500)
  const expected = await fromTheTrail()
  expect(await answers()).toEqual(expected)
  await addUp()
  await world.runJob('roll-up-trail')
  expect(await rolledEvents()).toBe(await events())
  expect(await answers()).toEqual(expected)
})

test('a transaction that is committed late is neither lost nor told twice', async () => {
  const late = await world.admin.connect()
  await late.query('begin')
  await fill(50, late)
  await fill(50)
  await world.runJob('roll-up-trail')
  await late.query('commit')
  late.release()
  const expected = await fromTheTrail()
  expect(await answers()).toEqual(expected)
  await addUp()
  expect(await answers()).toEqual(expected)
})

test('one that comes to nothing is not told', async () => {
  const client = await world.admin.connect()
  await client.query('begin')
  await fill(50, client)
  await client.query('rollback')
  client.release()
  await addUp()
})

test('restored into another cluster, where transactions have other numbers, the figures are made anew', async () => {
  await world.admin.query(`update audit_rollup_state set watermark = '9000000000'::xid8, cluster = 'another'`)
  const expected = await fromTheTrail()
  expect(await answers()).toEqual(expected)
  await fill(20)
  await addUp()
  expect(await answers()).toEqual(await fromTheTrail())
})
