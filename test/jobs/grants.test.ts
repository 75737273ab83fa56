import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Customer, GrantFields, Person } from '../support/factories.ts'
import { trailOf, untold } from '../support/grants.ts'
import { openNode, silent } from '../support/nodes.ts'
import type { Node } from '../support/nodes.ts'
import { createWorld, runJob } from '../support/world.ts'
import type { World } from '../support/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let world: World
let other: Node
let manager: Person
beforeAll(async () => {
  world = await createWorld()
  other = await openNode(world)
  manager = await world.staff('account_manager')
})
afterAll(async () => {
  await other.close()
  await world.close()
})

const after = (milliseconds: number): Date => new Date(world.house.clock().getTime() + milliseconds)

interface Granted {
  id: string
  technician: Person
  customer: Customer
}

/** A grant to a new technician on a new customer, running since a month ago. */
async function granted(fields: GrantFields): Promise<Granted> {
  const technician = await world.staff('technician')
  const customer = await world.customer()
  const id = await world.grant(technician, customer, { startsAt: after(-30 * DAY), ...fields })
  await world.admin.query(`update technician_customer_access set granted_at = starts_at where id = $1`, [id])
  return { id, technician, customer }
}

const stateOf = async (id: string) =>
  (await world.admin.query('select status, updated_at, version from technician_customer_access where id = $1', [id]))
    .rows[0]
const expiriesOf = async ({ id, customer }: Granted) =>
  (await trailOf(world, customer.id)).filter(
    ({ action, resource_id }) => action === 'access.expired' && resource_id === id,
  )

describe('mark-expired-grants', () => {
  test('marks what has ended, active or scheduled, each with one event that nobody did; the rest stays', async () => {
    const ended = await granted({ expiresAt: after(-1) })
    const scheduled = await granted({ status: 'scheduled', expiresAt: after(-HOUR) })
    const rest = [
      await granted({ expiresAt: after(HOUR) }),
      await granted({ expiresAt: null }),
      await granted({ status: 'revoked', expiresAt: after(-HOUR) }),
    ]
    const before = await Promise.all(rest.map(({ id }) => stateOf(id)))
    await world.runJob('mark-expired-grants')
    await world.runJob('mark-expired-grants')
    for (const grant of [ended, scheduled]) {
      expect(await stateOf(grant.id)).toMatchObject({ status: 'expired' })
      expect(await expiriesOf(grant)).toMatchObject([
        {
          user_id: null,
          org_id: grant.customer.id,
          resource_type: 'grant',
          outcome: 'success',
          details: { technicianId: grant.technician.id },
        },
      ])
    }
    expect(await Promise.all(rest.map(({ id }) => stateOf(id)))).toEqual(before)
    for (const grant of rest) expect(await expiriesOf(grant)).toEqual([])
    expect(await untold(world)).toEqual([])
  })

  test('marks at the very instant of the end, not before', async () => {
    const end = after(DAY)
    const grant = await granted({ expiresAt: end })
    const runAt = (time: number) =>
      runJob({ ...world.house, clock: () => new Date(time) }, silent, 'mark-expired-grants')
    await runAt(end.getTime() - 1)
    expect(await stateOf(grant.id)).toMatchObject({ status: 'active' })
    await runAt(end.getTime())
    expect(await stateOf(grant.id)).toMatchObject({ status: 'expired', updated_at: end })
  })

  test('of a thousand ended grants on two nodes at once, each has one event', async () => {
    const technician = await world.staff('technician')
    await world.admin.query(
      `with made as (
         insert into organizations (id, name, type, created_at, updated_at)
         select gen_random_uuid(), 'Many ' || i, 'customer', now(), now() from generate_series(1, 1200) i returning id)
       insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at,
                                               starts_at, expires_at, updated_at)
       select gen_random_uuid(), $1, id, 'read_only', 'active', $2, now(), now() - interval '1 day', now() - interval '1 second', now()
         from made`,
      [technician.id, manager.id],
    )
    const nodes = [world, other, world, other]
    await Promise.all(nodes.map((node) => node.runJob('mark-expired-grants')))
    const { rows } = await world.admin.query(
      `select count(*)::int as grants, count(*) filter (where g.status = 'expired')::int as expired, sum(a.events)::int as events
         from technician_customer_access g
         cross join lateral (select count(*) as events from audit_logs a
                              where a.org_id = g.customer_org_id and a.action = 'access.expired' and a.resource_id = g.id::text) a
        where g.technician_id = $1`,
      [technician.id],
    )
    expect(rows).toEqual([{ grants: 1200, expired: 1200, events: 1200 }])
    expect(await untold(world)).toEqual([])
  })

  test('leaves alone what is being extended at that moment', async () => {
    const grant = await granted({ expiresAt: after(-1) })
    const client = await world.admin.connect()
    try {
      await client.query('begin')
      await client.query(`update technician_customer_access set expires_at = now() + interval '1 day' where id = $1`, [
        grant.id,
      ])
      await world.runJob('mark-expired-grants')
      await client.query('commit')
    } finally {
      client.release()
    }
    await world.runJob('mark-expired-grants')
    expect(await stateOf(grant.id)).toMatchObject({ status: 'active' })
    expect(await expiriesOf(grant)).toEqual([])
  })

  test('a new grant and the job notice an end at once: one event tells of it', async () => {
    const grants = await Promise.all(Array.from({ length: 5 }, () => granted({ expiresAt: after(-1) })))
    const answers = await Promise.all([
      ...grants.map(({ technician, customer }) =>
        world
          .as(manager)
          .post('/api/technician-access/grant', { technicianId: technician.id, customerOrgId: customer.id }),
      ),
      world.runJob('mark-expired-grants'),
      other.runJob('mark-expired-grants'),
    ])
    expect(answers.slice(0, 5)).toMatchObject(Array.from({ length: 5 }, () => ({ status: 201 })))
    for (const grant of grants) expect(await expiriesOf(grant)).toHaveLength(1)
    expect(await untold(world)).toEqual([])
  })

  test('undoes the mark where its event cannot be written: neither without the other', async () => {
    const grant = await granted({ expiresAt: after(-1) })
    await world.admin.query('revoke insert on audit_logs from castellan_clock')
    await expect(world.runJob('mark-expired-grants')).rejects.toThrow(/permission denied/)
    expect(await stateOf(grant.id)).toMatchObject({ status: 'active' })
    await world.admin.query('grant insert on audit_logs to castellan_clock')
    await world.runJob('mark-expired-grants')
    expect(await expiriesOf(grant)).toHaveLength(1)
  })
})

describe('remind-expiring-grants', () => {
  const remindersOf = async ({ technician }: Granted) => {
    const { rows } = await world.admin.query<{
      user_id: string
      title: string
      body: string
      link: string
      once_key: string
    }>(
      `select user_id, title, body, link, once_key from notifications
        where kind = 'access_expiring' and once_key in (select once_key from notifications where user_id = $1)
        order by created_at, user_id`,
      [technician.id],
    )
    return rows
  }
  const granterOf = async (id: string): Promise<string> =>
    (await world.admin.query('select granted_by from technician_customer_access where id = $1', [id])).rows[0]
      .granted_by

  test('tells the technician and the granter a week and a day before the end: each once, by mail too', async () => {
    const end = after(7 * DAY + HOUR)
    const grant = await granted({ expiresAt: end })
    const both = [grant.technician.id, await granterOf(grant.id)].sort()
    const told = async () => (await remindersOf(grant)).map(({ user_id }) => user_id)
    const node = await openNode(world)

    await node.runJob('remind-expiring-grants')
    expect(await told()).toEqual([])
    node.travel(HOUR)
    await node.runJob('remind-expiring-grants')
    await node.runJob('remind-expiring-grants')
    expect((await told()).sort()).toEqual(both)
    node.travel(5 * DAY)
    await node.runJob('remind-expiring-grants')
    expect(await told()).toHaveLength(2)
    node.travel(DAY)
    await node.runJob('remind-expiring-grants')
    await node.close()
    const restarted = await openNode(world)
    restarted.travel(6 * DAY + 2 * HOUR)
    await restarted.runJob('remind-expiring-grants')
    await restarted.close()

    const reminders = await remindersOf(grant)
    expect(reminders.map(({ user_id }) => user_id).sort()).toEqual([...both, ...both].sort())
    expect(reminders[0]).toMatchObject({
      title: `Access to ${grant.customer.name} ends soon`,
      body: expect.stringMatching(
        /^First\d+ Last\d+'s read-only access to Customer \d+ ends at \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/,
      ),
      link: `/customers/${grant.customer.id}`,
    })
    const { rows } = await world.admin.query('select to_address from mail_outbox where subject = $1', [
      `Access to ${grant.customer.name} ends soon`,
    ])
    expect(rows).toHaveLength(4)
    expect(await expiriesOf(grant)).toEqual([])
  })

  test('two nodes at once remind once of each', async () => {
    const grants = []
    for (let i = 0; i < 12; i++) grants.push(await granted({ expiresAt: after(3 * DAY) }))
    const nodes = [world, other, world, other]
    await Promise.all(nodes.map((node) => node.runJob('remind-expiring-grants')))
    for (const grant of grants) expect(await remindersOf(grant)).toHaveLength(2)
  })

  test('however many there are, each is told of and the job comes to an end', async () => {
    const technician = await world.staff('technician')
    await world.admin.query(
      `with made as (
         insert into organizations (id, name, type, created_at, updated_at)
         select gen_random_uuid(), 'Ending ' || i, 'customer', now(), now() from generate_series(1, 230) i returning id)
       insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at,
                                               starts_at, expires_at, updated_at)
       select gen_random_uuid(), $1, id, 'read_only', 'active', $2, now() - interval '30 days', now() - interval '30 days',
              now() + interval '3 days', now()
         from made`,
      [technician.id, manager.id],
    )
    await world.runJob('remind-expiring-grants')
    const { rows } = await world.admin.query('select count(*)::int as n from notifications where user_id = $1', [
      technician.id,
    ])
    expect(rows).toEqual([{ n: 230 }])
  })

  test('after a silence of days only the nearest reminder is told', async () => {
    const grant = await granted({ expiresAt: after(20 * HOUR) })
    await world.runJob('remind-expiring-grants')
    expect(await remindersOf(grant)).toHaveLength(2)
  })

  test('a new end has its own reminders', async () => {
    const grant = await granted({ expiresAt: after(20 * HOUR) })
    await world.runJob('remind-expiring-grants')
    const answer = await world
      .as(manager)
      .put(`/api/technician-access/${grant.id}`, { expiresAt: after(22 * HOUR).toISOString() })
    expect(answer.status).toBe(200)
    await world.runJob('remind-expiring-grants')
    expect(await remindersOf(grant)).toHaveLength(4)
  })

  test.each<[string, (grant: Granted) => Promise<unknown>]>([
    ['that is revoked', ({ id }) => world.as(manager).delete(`/api/technician-access/${id}`)],
    [
      'of a technician who has gone',
      ({ technician }) => world.admin.query(`update users set status = 'deleted' where id = $1`, [technician.id]),
    ],
    [
      'on a customer that is suspended',
      ({ customer }) => world.admin.query(`update organizations set status = 'suspended' where id = $1`, [customer.id]),
    ],
  ])('nobody is reminded of a grant %s', async (_, change) => {
    const grant = await granted({ expiresAt: after(20 * HOUR) })
    await change(grant)
    await world.runJob('remind-expiring-grants')
    expect(await remindersOf(grant)).toEqual([])
  })

  test('a grant made for three days is reminded of on the last, an emergency never', async () => {
    const short = await granted({ startsAt: after(-HOUR), expiresAt: after(3 * DAY - HOUR) })
    const emergency = await granted({ accessLevel: 'emergency', startsAt: after(-HOUR), expiresAt: after(23 * HOUR) })
    await world.runJob('remind-expiring-grants')
    expect(await remindersOf(short)).toEqual([])
    const node = await openNode(world)
    node.travel(2 * DAY)
    await node.runJob('remind-expiring-grants')
    await node.close()
    expect(await remindersOf(short)).toHaveLength(2)
    expect(await remindersOf(emergency)).toEqual([])
  })
})
