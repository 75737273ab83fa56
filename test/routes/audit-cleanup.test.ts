import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf } from '../support/digest.ts'
import type { Customer, Person } from '../support/factories.ts'
import { tally, trailOf } from '../support/grants.ts'
import { askedCleanup, leftOf, monthsAgo, writePast } from '../support/past.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let asker: Person
let approver: Person
let customer: Customer
beforeAll(async () => {
  world = await createWorld()
  asker = await world.staff('super_admin')
  approver = await world.staff('super_admin')
  customer = await world.customer()
})
afterAll(() => world.close())

const cleanup = (fields: object, by = asker): Promise<Answer> => world.as(by).post('/api/audit/cleanup', fields)
const approve = (id: string, by = approver): Promise<Answer> => world.as(by).post(`/api/audit/cleanup/${id}/approve`)
const askedFor = ({ id: organizationId }: Customer, olderThanDays = 365): Promise<string> =>
  askedCleanup(world.as(asker), { olderThanDays, organizationId })
const hold = (fields: object): Promise<Answer> =>
  world.as(asker).post('/api/audit/holds', { caseReference: 'Case 7', reason: 'a court asks for it', ...fields })
const refused = (code: string, status = 409) => ({ status, body: { success: false, error: code } })
const monthOf = (ago: number): string => `audit_logs_${monthsAgo(ago).toISOString().slice(0, 7).replace('-', '_')}`
const isThere = async (table: string): Promise<boolean> =>
  (await world.admin.query(`select to_regclass($1) is not null as there`, [table])).rows[0].there

describe('a dry run', () => {
  test('says what would go and what is kept of what is as old, whoever it is of, and changes nothing', async () => {
    const own = await createWorld()
    const boss = own.as(await own.staff('super_admin'))
    const [plain, long, held] = [
      await own.customer(),
      await own.customer({ settings: { auditRetentionDays: 3650 } }),
      await own.customer(),
    ]
    await writePast(own, plain.id, [20, 20, 20, 14, 11])
    await writePast(own, long.id, [20, 14, 14])
    await writePast(own, held.id, [20, 14])
    const covers = { organizationId: held.id, caseReference: 'Case 7', reason: 'a court asks for it' }
    await boss.post('/api/audit/holds', { ...covers, to: monthsAgo(17).toISOString() })
    const digest = digestOf(own.admin)
    const before = await digest()
    const planned = await boss.post('/api/audit/cleanup', { olderThanDays: 365 })
    expect(planned).toMatchObject({ status: 200 })
    expect(planned.body.data).toEqual({
      ...{ planHash: expect.stringMatching(/^[0-9a-f]{64}$/), eligible: 5, dryRun: true },
      kept: { legalHold: 1, retention: 3 },
    })
    expect((await boss.post('/api/audit/cleanup', { olderThanDays: 365 })).body.data).toEqual(planned.body.data)
    const some = await boss.post('/api/audit/cleanup', { olderThanDays: 480, organizationId: plain.id })
    expect(some.body.data).toMatchObject({ eligible: 3, kept: { legalHold: 0, retention: 0 } })
    expect(await digest()).toEqual(before)
    await own.close()
  })

  test('400 below_retention_floor: nothing younger than a year is removed, whoever asks, however', async () => {
    for (const olderThanDays of [364, 1, 0, -1])
      expect(await cleanup({ olderThanDays })).toMatchObject(refused('below_retention_floor', 400))
    expect(await cleanup({ olderThanDays: 365 })).toMatchObject({ status: 200 })
    const setting = { settings: { auditRetentionDays: 364 } }
    expect((await world.as(asker).put(`/api/organizations/${customer.id}`, setting)).status).toBe(400)
  })

  test('the database counts nothing younger than a year either, whatever it is asked, on whatever day', async () => {
    const own = await world.customer()
    await writePast(world, own.id, [14, 11])
    for (const [asOf, days] of [
      ['2000-01-01', 365],
      ['2100-01-01', 365],
      ['2100-01-01', 1],
    ]) {
      const asked = 'select eligible::int from plan_audit_cleanup($1::date, $2::integer, $3)'
      const { rows } = await world.admin.query(asked, [asOf, days, own.id])
      expect(rows, `${asOf}, ${days}`).toEqual([{ eligible: asOf === '2000-01-01' ? 0 : 1 }])
    }
  })

  test('400: no number of days, a hash that is none, no hash where it is no dry run · 404: an organization that there is not', async () => {
    for (const wrong of [
      {},
      { olderThanDays: 365.5 },
      { olderThanDays: 400, planHash: 'abc' },
      { olderThanDays: 400, dryRun: false },
    ])
      expect(await cleanup(wrong), JSON.stringify(wrong)).toMatchObject(refused('validation_failed', 400))
    expect(await cleanup({ olderThanDays: 400, organizationId: uuidv7() })).toMatchObject({ status: 404 })
  })
})

describe('a cleanup', () => {
  test('is asked for by one super admin, listed, and carried out by another: each step one critical event', async () => {
    const ids = await writePast(world, customer.id, [20, 14, 20, 11])
    const planned = await cleanup({ olderThanDays: 365, organizationId: customer.id })
    const { planHash } = planned.body.data
    const asked = await cleanup({ olderThanDays: 365, organizationId: customer.id, dryRun: false, planHash })
    expect(asked).toMatchObject({ status: 200 })
    const { cleanupId } = asked.body.data
    expect(asked.body.data).toEqual({ cleanupId: expect.any(String), status: 'awaiting_approval' })
    expect(await leftOf(world, ids)).toEqual(ids)

    const analyst = world.as(await world.staff('security_analyst'))
    const listed = async (status: string) =>
      (await analyst.get(`/api/audit/cleanup?status=${status}`)).body.data.items.find(
        ({ id }: { id: string }) => id === cleanupId,
      )
    expect(await listed('awaiting_approval')).toEqual({
      ...{ id: cleanupId, organizationId: customer.id, olderThanDays: 365, planHash, eligible: 3 },
      ...{ kept: { legalHold: 0, retention: 0 }, status: 'awaiting_approval', requestedBy: asker.id },
      ...{ requestedAt: expect.any(String), expiresAt: expect.any(String), approvedBy: null, approvedAt: null },
      removed: null,
    })
    const [news] = (await world.as(approver).get('/api/notifications?limit=1')).body.data.items
    expect(news).toMatchObject({
      kind: 'cleanup_requested',
      link: '/retention',
      body: expect.stringContaining(`${asker.email} asks to remove 3 events`),
    })
    expect(await approve(cleanupId)).toMatchObject({ status: 200, body: { data: { removed: 3 } } })
    expect(await leftOf(world, ids)).toEqual(ids.slice(3))
    expect(await listed('awaiting_approval')).toBeUndefined()
    expect(await listed('approved')).toMatchObject({ status: 'approved', approvedBy: approver.id, removed: 3 })
    const told = (await trailOf(world, customer.id)).filter(({ resource_id }) => resource_id === cleanupId)
    expect(told).toMatchObject([
      { action: 'audit.cleanup_requested', user_id: asker.id, risk_level: 'critical', details: { eligible: 3 } },
      {
        ...{ action: 'audit.cleanup_approved', user_id: approver.id, risk_level: 'critical' },
        details: { requestedBy: asker.id, removed: [{ organizationId: customer.id, events: 3 }] },
      },
    ])
  })

  test('403: whoever asked for it does not approve it; nothing is gone, and another still can', async () => {
    const ids = await writePast(world, customer.id, [20])
    const id = await askedFor(customer)
    expect(await approve(id, asker)).toMatchObject(refused('forbidden', 403))
    expect(await leftOf(world, ids)).toEqual(ids)
    expect(await approve(id)).toMatchObject({ status: 200 })
  })

  test('409 cleanup_expired: a day later', async () => {
    const ids = await writePast(world, customer.id, [20])
    const id = await askedFor(customer)
    await world.admin.query(
      `update audit_cleanups set requested_at = requested_at - interval '1 day', expires_at = expires_at - interval '1 day' where id = $1`,
      [id],
    )
    expect(await approve(id)).toMatchObject(refused('cleanup_expired'))
    const { items } = (await world.as(asker).get('/api/audit/cleanup?status=expired')).body.data
    expect(items).toMatchObject([{ id, status: 'expired', approvedBy: null }])
    expect(await leftOf(world, ids)).toEqual(ids)
  })

  test('of several approvals at once one removes, the others are told 409 cleanup_approved', async () => {
    const ids = await writePast(world, customer.id, [20, 14])
    const id = await askedFor(customer)
    const others = [approver, await world.staff('super_admin'), await world.staff('super_admin')]
    const answers = await Promise.all(others.map((other) => approve(id, other)))
    expect(tally(answers)).toEqual({ 200: 1, '409 cleanup_approved': 2 })
    expect(await leftOf(world, ids)).toEqual([])
    const told = (await trailOf(world, customer.id)).filter(({ resource_id }) => resource_id === id)
    expect(told.map(({ action }) => action)).toEqual(['audit.cleanup_requested', 'audit.cleanup_approved'])
    const { rows } = await world.admin.query('select events::int from audit_tombstones where cleanup_id = $1', [id])
    expect(rows.map(({ events }) => events)).toEqual([answers.find(({ status }) => status === 200)?.body.data.removed])
  })

  test('401 step_up_required: neither step is for a session that was left open', async () => {
    const id = await askedFor(customer)
    const stale = await world.staff('super_admin')
    await world.admin.query(
      `update user_sessions set created_at = now() - interval '6 minutes', mfa_at = now() - interval '6 minutes' where user_id = $1`,
      [stale.id],
    )
    expect(await cleanup({ olderThanDays: 365 }, stale)).toMatchObject(refused('step_up_required', 401))
    expect(await approve(id, stale)).toMatchObject(refused('step_up_required', 401))
  })

  test('404: one that there is not', async () => {
    expect(await approve(uuidv7())).toMatchObject(refused('not_found', 404))
  })
})

describe('409 plan_stale: what would be removed is not what was planned any more,', () => {
  const changes: [string, (of: Customer) => Promise<unknown>][] = [
    ['since a hold was placed', ({ id: organizationId }) => hold({ organizationId, to: monthsAgo(17).toISOString() })],
    [
      'since the organization keeps its trail for longer',
      ({ id }) => world.as(asker).put(`/api/organizations/${id}`, { settings: { auditRetentionDays: 500 } }),
    ],
    ['since another cleanup was faster', async (of) => approve(await askedFor(of, 480))],
    ['since something as old was sealed meanwhile', ({ id }) => writePast(world, id, [15])],
  ]

  test.each(changes)('%s: neither asked for nor carried out', async (_why, change) => {
    const own = await world.customer()
    const ids = await writePast(world, own.id, [20, 14])
    const terms = { olderThanDays: 365, organizationId: own.id }
    const { planHash } = (await cleanup(terms)).body.data
    const pending = await askedFor(own)
    expect(await change(own)).toBeDefined()
    const left = await leftOf(world, ids)
    expect(await cleanup({ ...terms, dryRun: false, planHash })).toMatchObject(refused('plan_stale'))
    expect(await approve(pending)).toMatchObject(refused('plan_stale'))
    expect(await leftOf(world, ids)).toEqual(left)
  })

  test('a plan is for its own words', async () => {
    const { planHash } = (await cleanup({ olderThanDays: 3000, organizationId: customer.id })).body.data
    const other = { olderThanDays: 3001, organizationId: customer.id, dryRun: false, planHash }
    expect(await cleanup(other)).toMatchObject(refused('plan_stale'))
  })
})

describe('what is kept', () => {
  test('a hold keeps what it covers: of its time, by its subject or about them, and lets go of it when it is released', async () => {
    const own = await world.customer()
    const person = await world.member(own, 'admin')
    const subject = person.id
    const actor = { ...person, userId: subject }
    const [by = ''] = await writePast(world, own.id, [14], { actor })
    const [about = ''] = await writePast(world, own.id, [14], { resource: { type: 'user', id: subject } })
    const [within = ''] = await writePast(world, own.id, [14], { details: { technicianId: subject } })
    const [before = ''] = await writePast(world, own.id, [20], { actor })
    const [others = ''] = await writePast(world, own.id, [14])
    const placed = await hold({
      ...{ organizationId: own.id, subjectUserId: subject },
      from: monthsAgo(17).toISOString(),
    })
    expect((await approve(await askedFor(own))).body.data).toEqual({ removed: 2 })
    expect(await leftOf(world, [by, about, within, before, others])).toEqual([by, about, within])
    await world.as(asker).post(`/api/audit/holds/${placed.body.data.id}/release`, { reason: 'over' })
    expect((await approve(await askedFor(own))).body.data).toEqual({ removed: 3 })
    expect(await leftOf(world, [by, about, within])).toEqual([])
  })

  test('an organization that keeps its trail for longer keeps it, in the same month as others; the month goes when all of it may', async () => {
    const own = await createWorld()
    const [one, other] = [await own.staff('super_admin'), await own.staff('super_admin')]
    const [plain, long] = [await own.customer(), await own.customer({ settings: { auditRetentionDays: 700 } })]
    const ids = await writePast(own, plain.id, [30, 20])
    const longer = await writePast(own, long.id, [20, 30])
    const there = async (ago: number): Promise<boolean> =>
      (await own.admin.query(`select to_regclass($1) is not null as there`, [monthOf(ago)])).rows[0].there
    expect([await there(30), await there(20)]).toEqual([true, true])
    const id = await askedCleanup(own.as(one), { olderThanDays: 365 })
    const approved = await own.as(other).post(`/api/audit/cleanup/${id}/approve`)
    expect(approved).toMatchObject({ status: 200, body: { data: { removed: 3 } } })
    expect(await leftOf(own, [...ids, ...longer])).toEqual(longer.slice(0, 1))
    expect([await there(30), await there(20)]).toEqual([false, true])
    await own.close()
  })

  test('an event without a place, which no server wrote, stays as evidence, and its month with it', async () => {
    const own = await world.customer()
    const ids = await writePast(world, own.id, [26])
    await world.admin.query(
      `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
       values ($1, $2, $1, 'access.used', 'access', 'Forged', 'success', 'low', false)`,
      [own.id, monthsAgo(26)],
    )
    await world.runJob('seal-trail')
    expect((await approve(await askedFor(own))).body.data).toEqual({ removed: 1 })
    expect(await leftOf(world, [...ids, own.id])).toEqual([own.id])
    expect(await isThere(monthOf(26))).toBe(true)
  })
})

describe('removal, tombstones and event are one:', () => {
  const broken = async (table: string, work: () => Promise<void>): Promise<void> => {
    await world.admin.query(
      `create function break_it() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
       create trigger broken before insert on ${table} for each row ${table === 'audit_logs' ? `when (new.action = 'audit.cleanup_approved')` : ''} execute function break_it()`,
    )
    await work().finally(() => world.admin.query('drop function break_it() cascade'))
  }

  test.each(['audit_tombstones', 'audit_logs'])('without its row of %s nothing is removed', async (table) => {
    const ids = await writePast(world, customer.id, [24, 20])
    const id = await askedFor(customer)
    await broken(table, async () => {
      expect((await approve(id)).status).toBe(500)
      expect(await leftOf(world, ids)).toEqual(ids)
      expect(await isThere(monthOf(24))).toBe(true)
    })
    expect(await approve(id)).toMatchObject({ status: 200 })
    expect(await leftOf(world, ids)).toEqual([])
  })

  test('whoever calls the function and leaves no tombstone has removed nothing at the end of the transaction', async () => {
    const ids = await writePast(world, customer.id, [20])
    const id = await askedFor(customer)
    const client = await world.admin.connect()
    const call = async () => {
      await client.query(`begin; set local role castellan_retention; set local castellan.user_id = '${approver.id}'`)
      const { rows } = await client.query(`select remove_audit_events($1, now()) ->> 'events' as events`, [id])
      expect(rows).toEqual([{ events: expect.stringMatching(/^[1-9]/) }])
      await client.query('commit')
    }
    await expect(call()).rejects.toThrow('left no tombstones')
    client.release()
    expect(await leftOf(world, ids)).toEqual(ids)
  })
})
