import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { outcome, record, tally, trailOf, untold } from '../support/grants.ts'
import { rendezvous } from '../support/rendezvous.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let admin: Person
beforeAll(async () => {
  world = await createWorld()
  admin = await world.staff('super_admin')
})
afterAll(async () => {
  expect(await untold(world), 'no change without its event').toEqual([])
  await world.close()
})

const reason = 'the account was stolen'
const bulkRevoke = (body: object, by: Person = admin): Promise<Answer> =>
  world.as(by).post('/api/access-management/bulk-revoke', { reason, ...body })

const past = () => ({ startsAt: new Date(Date.now() - 60_000), expiresAt: new Date(Date.now() - 1) })
const statusOf = async (id: string): Promise<string> =>
  (await world.admin.query('select status from technician_customer_access where id = $1', [id])).rows[0].status

/** How often the index was searched by which a changed row finds its event, and what was read of it. PostgreSQL tells it a little later. */
async function readForEvents(): Promise<{ scans: number; entries: number }> {
  const { rows } = await world.admin.query(
    `select sum(idx_scan)::int as scans, sum(idx_tup_read)::int as entries from pg_stat_user_indexes where indexrelname like 'audit_logs_%tx_id%'`,
  )
  return rows[0]
}

/** One grant on each of so many new customers. */
async function manyGrants(technician: Person, count: number): Promise<string[]> {
  const { rows } = await world.admin.query(
    `with made as (
       insert into organizations (id, name, type, status, settings, created_at, updated_at)
       select gen_random_uuid(), 'Many ' || $1::text || n, 'customer', 'active', '{}', now(), now() from generate_series(1, $2::int) n
       returning id)
     insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at, updated_at)
     select gen_random_uuid(), $1::uuid, id, 'read_only', 'active', $3::uuid, now(), now() - interval '1 minute', now() from made
     returning id`,
    [technician.id, count, admin.id],
  )
  return rows.map(({ id }) => id)
}

describe('POST /api/access-management/bulk-revoke', () => {
  test('200: each of the ids in the order asked, whatever became of it, and an event for each that was revoked', async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const live = await world.grant(technician, customer)
    const emergency = await world.grant(technician, customer, { accessLevel: 'emergency' })
    const revoked = await world.grant(technician, customer, { status: 'revoked' })
    const expired = await world.grant(technician, customer, { ...past(), status: 'expired' })
    const later = await world.grant(technician, await world.customer(), {
      status: 'scheduled',
      startsAt: new Date(Date.now() + 60_000),
    })
    const overtaken = await world.grant(technician, await world.customer(), past())
    const unknown = uuidv7()
    const accessIds = [unknown, emergency, revoked, live, expired, overtaken, later]
    const { status, body } = await bulkRevoke({ accessIds })
    expect({ status, data: body.data }).toEqual({
      status: 200,
      data: {
        results: [
          { accessId: unknown, status: 'not_found' },
          { accessId: emergency, status: 'revoked' },
          { accessId: revoked, status: 'already_revoked' },
          { accessId: live, status: 'revoked' },
          { accessId: expired, status: 'already_revoked' },
          { accessId: overtaken, status: 'already_revoked' },
          { accessId: later, status: 'revoked' },
        ],
        summary: { requested: 7, revoked: 3, failed: 4 },
      },
    })
    expect(await Promise.all([live, emergency, later, expired, overtaken].map(statusOf))).toEqual([
      ...['revoked', 'revoked', 'revoked'],
      ...['expired', 'active'],
    ])
    const told = await trailOf(world, customer.id)
    expect(told.map(({ resource_id }) => resource_id).toSorted()).toEqual([live, emergency].toSorted())
    for (const event of told)
      expect(event).toMatchObject({
        action: 'access.revoked',
        user_id: admin.id,
        risk_factors: ['bulk_revocation'],
        changes: { before: { status: 'active' }, after: { status: 'revoked', revokedReason: reason } },
        details: { technicianId: technician.id },
      })
    const { body: list } = await world
      .as(admin)
      .get(`/api/access-management/technician/${technician.id}?status=revoked`)
    expect(list.data.items.find(({ id }: any) => id === live)).toMatchObject({
      revokedBy: admin.id,
      revokedReason: reason,
    })
  })

  test('200: all of a person, and nobody else’s; of somebody deleted there is nothing', async () => {
    const [technician, other] = [await world.staff('technician'), await world.staff('technician')]
    const customer = await world.customer()
    const ids = [await world.grant(technician, customer), await world.grant(technician, await world.customer())]
    await world.grant(technician, await world.customer(), { status: 'revoked' })
    await world.grant(technician, await world.customer(), past())
    const kept = await world.grant(other, customer)
    const { body } = await bulkRevoke({ technicianId: technician.id })
    expect(body.data).toEqual({
      results: ids.map((accessId) => ({ accessId, status: 'revoked' })),
      summary: { requested: 2, revoked: 2, failed: 0 },
    })
    expect(await statusOf(kept)).toBe('active')
    const deleted = await world.staff('technician', { status: 'deleted' })
    expect((await bulkRevoke({ technicianId: deleted.id })).body.data.results).toEqual([])
  })

  test('200: all on a customer, suspended or not, and on no other', async () => {
    const customer = await world.customer({ status: 'suspended' })
    const [one, other] = [await world.staff('technician'), await world.staff('security_analyst')]
    const ids = [await world.grant(one, customer), await world.grant(other, customer)]
    const kept = await world.grant(one, await world.customer())
    const { body } = await bulkRevoke({ customerOrgId: customer.id })
    expect(body.data.results).toEqual(ids.map((accessId) => ({ accessId, status: 'revoked' })))
    expect(await statusOf(kept)).toBe('active')
  })

  test('dry run: tells the same, and changes and tells the trail nothing', async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const id = await world.grant(technician, customer)
    for (const asked of [{ accessIds: [id] }, { technicianId: technician.id }, { customerOrgId: customer.id }]) {
      const { body } = await bulkRevoke({ ...asked, dryRun: true })
      expect(body.data.results).toEqual([{ accessId: id, status: 'revoked' }])
    }
    expect(await statusOf(id)).toBe('active')
    expect(await trailOf(world, customer.id)).toEqual([])
  })

  test.each([
    ['neither', {}, ''],
    ['two of the three', { technicianId: uuidv7(), customerOrgId: uuidv7() }, ''],
    ['no ids', { accessIds: [] }, 'accessIds'],
    [
      'an id twice',
      { accessIds: ['019a0000-0000-7000-8000-00000000000a', '019A0000-0000-7000-8000-00000000000A'] },
      'accessIds',
    ],
    ['more ids than fit', { accessIds: Array.from({ length: 1001 }, () => uuidv7()) }, 'accessIds'],
    ['an id that is none', { technicianId: 'x' }, 'technicianId'],
    ['no reason', { accessIds: [uuidv7()], reason: undefined }, 'reason'],
    ['an unknown field', { accessIds: [uuidv7()], force: true }, 'force'],
  ])('400: %s', async (_, body, path) => {
    const answer = await bulkRevoke(body)
    expect(outcome(answer)).toBe('400 validation_failed')
    expect(answer.body.details.map((fault: { path: string }) => fault.path)).toContain(path)
  })

  test('404: nobody of the provider, no customer', async () => {
    const customer = await world.customer()
    const member = await world.member(customer, 'admin')
    for (const asked of [
      { technicianId: uuidv7() },
      { technicianId: member.id },
      { customerOrgId: uuidv7() },
      { customerOrgId: admin.orgId },
    ])
      expect(outcome(await bulkRevoke(asked))).toBe('404 not_found')
  })

  test.each(['account_manager', 'security_analyst', 'technician'] as const)('403: a %s', async (role) => {
    const id = await world.grant(await world.staff('technician'), await world.customer())
    expect(outcome(await bulkRevoke({ accessIds: [id] }, await world.staff(role)))).toBe('403 forbidden')
    expect(await statusOf(id)).toBe('active')
  })

  test('1,000 at once, each with its event, which is found at once among those of the act', async () => {
    const technician = await world.staff('technician')
    const ids = await manyGrants(technician, 1000)
    const before = await readForEvents()
    const { status, body } = await bulkRevoke({ accessIds: ids })
    expect({ status, summary: body.data.summary }).toEqual({
      status: 200,
      summary: { requested: 1000, revoked: 1000, failed: 0 },
    })
    const { rows } = await world.admin.query(
      `select count(*)::int as events, count(distinct resource_id)::int as grants from audit_logs
        where action = 'access.revoked' and details ->> 'technicianId' = $1`,
      [technician.id],
    )
    expect(rows).toEqual([{ events: 1000, grants: 1000 }])
    await expect
      .poll(async () => (await readForEvents()).scans - before.scans, { timeout: 20_000 })
      .toBeGreaterThan(999)
    expect((await readForEvents()).entries - before.entries).toBeLessThan(20_000)
  })

  test('all or nothing: with one that cannot be written none is', async () => {
    const technician = await world.staff('technician')
    const ids = await manyGrants(technician, 10)
    await world.admin.query(`
      create function refuse_one() returns trigger language plpgsql as $$
      begin raise exception 'not this one'; end $$;
      create trigger refuse_one before update on technician_customer_access
        for each row when (old.id = '${ids[5]}') execute function refuse_one()`)
    expect(outcome(await bulkRevoke({ accessIds: ids }))).toBe('500 internal_error')
    await world.admin.query('drop trigger refuse_one on technician_customer_access; drop function refuse_one')
    expect(await Promise.all(ids.map(statusOf))).toEqual(new Array(10).fill('active'))
  })

  test('whoever is at work is out from the next request on', async () => {
    const technician = await world.staff('technician')
    const customers: Customer[] = [await world.customer(), await world.customer()]
    for (const customer of customers) await world.grant(technician, customer)
    const look = async () =>
      Promise.all(customers.map(async ({ id }) => outcome(await world.as(technician).get(`/api/organizations/${id}`))))
    const check = async () => {
      const asked = { technicianId: technician.id, customerOrgId: customers[0]?.id }
      return (await world.as(admin).post('/api/access-management/check', asked)).body.data.allowed
    }
    expect([await look(), await check()]).toEqual([['200', '200'], true])
    await bulkRevoke({ technicianId: technician.id })
    expect([await check(), await look()]).toEqual([false, ['404 not_found', '404 not_found']])
  })

  test('a use at the same time is on record or refused, and none succeeds afterwards', async () => {
    for (let round = 0; round < 5; round++) {
      const [technician, customer] = [await world.staff('technician'), await world.customer()]
      const id = await world.grant(technician, customer)
      const [revoked, ...uses] = await Promise.all([
        bulkRevoke({ customerOrgId: customer.id }),
        ...Array.from({ length: 5 }, () => record(world, technician, id)),
      ])
      expect(outcome(revoked)).toBe('200')
      expect(outcome(await record(world, technician, id))).toBe('403 access_restricted')
      const actions = (await trailOf(world, customer.id)).map(({ action }) => action)
      const used = uses.filter(({ status }) => status === 200).length
      expect(actions.filter((action) => action === 'access.used')).toHaveLength(used)
      expect(actions).toHaveLength(7)
    }
  })

  test('of eight that revoke the same at once each answers for what it found, and there is one event', async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const id = await world.grant(technician, customer)
    const held = { text: 'select from technician_customer_access where id = $1 for update', values: [id] }
    const work = () => Promise.all(Array.from({ length: 8 }, () => bulkRevoke({ accessIds: [id] })))
    const answers = await rendezvous(world, [held], { of: 8, work })
    expect(tally(answers)).toEqual({ '200': 8 })
    const revoked = answers.filter(({ body }) => body.data.summary.revoked === 1)
    expect(revoked).toHaveLength(1)
    expect(await trailOf(world, customer.id)).toHaveLength(1)
  })

  test.each([
    ['person', 'select from users where id = $1 for share', (technicianId: string) => ({ technicianId })],
    [
      'customer',
      'select from organizations where id = $2 for share',
      (_: string, customerOrgId: string) => ({ customerOrgId }),
    ],
  ])('a grant that is being given while all of a %s are revoked does not slip through', async (_what, lock, of) => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const parties = [technician.id, customer.id]
    const id = uuidv7()
    const granting = [
      { text: `with given (technician, customer) as (values ($1::uuid, $2::uuid)) ${lock}`, values: parties },
      {
        text: `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at, updated_at)
               values ($4, $1, $2, 'read_only', 'active', $3, now(), now(), now())`,
        values: [...parties, admin.id, id],
      },
    ]
    const answer = await rendezvous(world, granting, { of: 1, work: () => bulkRevoke(of(technician.id, customer.id)) })
    expect(answer.body.data.results).toEqual([{ accessId: id, status: 'revoked' }])
  })
})
