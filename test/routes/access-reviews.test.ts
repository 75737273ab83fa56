import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import type { Customer, Person } from '../support/factories.ts'
import { outcome, record, tally, trailOf, untold } from '../support/grants.ts'
import { rendezvous } from '../support/rendezvous.ts'
import { createWorld } from '../support/world.ts'
import type { Answer, World } from '../support/world.ts'

let world: World
let granter: Person
let reviewer: Person
beforeAll(async () => {
  world = await createWorld()
  granter = await world.staff('account_manager')
  reviewer = await world.staff('security_analyst')
})
afterAll(async () => {
  expect(await untold(world), 'no change without its event').toEqual([])
  await world.close()
})

const reviews = (query = '', by: Person = reviewer): Promise<Answer> =>
  world.as(by).get(`/api/access-management/reviews${query}`)
const close = (id: string, body: object = { verdict: 'justified', notes: 'It was on fire.' }, by: Person = reviewer) =>
  world.as(by).post(`/api/access-management/reviews/${id}/close`, body)

/** An emergency, given as it is given, and its review. */
async function emergency(technician?: Person) {
  const holder = technician ?? (await world.staff('technician'))
  const customer = await world.customer()
  const asked = {
    technicianId: holder.id,
    customerOrgId: customer.id,
    accessLevel: 'emergency',
    reason: 'the firewall is down',
  }
  const { status, body } = await world.as(granter).post('/api/access-management/grant', asked)
  expect(status).toBe(201)
  const [review] = (await reviews('?limit=1')).body.data.items
  expect(review.grant.id).toBe(body.data.id)
  return { holder, customer, grant: body.data, review }
}

describe('GET /api/access-management/reviews', () => {
  test('an emergency comes with its review, open, with the grant and what was done under it, latest first', async () => {
    const { holder, grant, review } = await emergency()
    expect(review).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      status: 'open',
      openedAt: grant.grantedAt,
      closedAt: null,
      closedBy: null,
      verdict: null,
      notes: null,
      grant,
      uses: [],
      usesTotal: 0,
    })
    await record(world, holder, grant.id, { action: 'opened a port', ticket: 'T-1' })
    await record(world, holder, grant.id, { action: 'closed it again' })
    await world.admin.query(`update technician_customer_access set allowed_services = '{edr}' where id = $1`, [
      grant.id,
    ])
    await record(world, holder, grant.id, { action: 'looked elsewhere' })
    const [{ uses, usesTotal }] = (await reviews()).body.data.items
    expect(usesTotal).toBe(3)
    expect(uses).toMatchObject([
      {
        action: 'access.use_denied',
        outcome: 'denied',
        details: { action: 'looked elsewhere', reasons: ['service_not_allowed'] },
      },
      {
        action: 'access.used',
        outcome: 'success',
        ipAddress: '127.0.0.1',
        details: { action: 'closed it again', service: 'siem' },
      },
      {
        action: 'access.used',
        details: { action: 'opened a port', ticket: 'T-1' },
        description: expect.stringContaining('opened a port'),
      },
    ])
  })

  test('a standing grant has none, and one’s uses are not another’s', async () => {
    const { holder, customer, grant } = await emergency()
    const standing = await world.grant(holder, customer)
    await record(world, holder, standing, { action: 'as every day' })
    await record(world, holder, grant.id, { action: 'put out the fire' })
    const { body } = await reviews()
    expect(body.data.items.map((one: any) => one.grant.id)).not.toContain(standing)
    expect(body.data.items[0].uses).toMatchObject([{ details: { action: 'put out the fire' } }])
  })

  test('of many uses the latest 50 are shown, and all are counted', async () => {
    const { holder, grant } = await emergency()
    for (let use = 1; use <= 52; use++) await record(world, holder, grant.id, { action: `step ${use}` })
    const [{ uses, usesTotal }] = (await reviews()).body.data.items
    expect([uses.length, usesTotal]).toEqual([50, 52])
    expect([uses[0], uses[49]]).toMatchObject([{ details: { action: 'step 52' } }, { details: { action: 'step 3' } }])
  })

  test('newest first or oldest, by pages, by name, open unless asked for closed', async () => {
    await world.admin.query('delete from access_reviews')
    const made = [await emergency(), await emergency(), await emergency()]
    const ids = made.map(({ review }) => review.id)
    const page = async (query: string) => {
      const { body } = await reviews(query)
      return [body.data.items.map(({ id }: any) => id), body.data.total]
    }
    expect(await page('')).toEqual([ids.toReversed(), 3])
    expect(await page('?sort=openedAt&limit=2')).toEqual([ids.slice(0, 2), 3])
    expect(await page('?sort=openedAt&limit=2&page=2')).toEqual([ids.slice(2), 3])
    expect(await page(`?search=${encodeURIComponent(made[1]?.customer.name.toUpperCase() ?? '')}`)).toEqual([
      [ids[1]],
      1,
    ])
    await close(ids[1])
    expect(await page('')).toEqual([[ids[2], ids[0]], 2])
    expect(await page('?status=closed')).toEqual([[ids[1]], 1])
  })

  test('neither its end, nor its revocation, nor a handoff takes it off the list', async () => {
    const [ended, revoked, moved] = [await emergency(), await emergency(), await emergency()]
    await world.admin.query(`update technician_customer_access set status = 'expired' where id = $1`, [ended.grant.id])
    await world.as(granter).delete(`/api/access-management/access/${revoked.grant.id}`)
    const to = await world.staff('technician')
    const asked = { fromTechnicianId: moved.holder.id, toTechnicianId: to.id, reason: 'on leave' }
    await world.as(granter).post('/api/access-management/handoff', asked)
    const { body } = await reviews()
    const found = body.data.items.slice(0, 3).map((one: any) => [one.id, one.grant.status, one.grant.technicianId])
    expect(found).toEqual([
      [moved.review.id, 'active', moved.holder.id],
      [revoked.review.id, 'revoked', revoked.holder.id],
      [ended.review.id, 'expired', ended.holder.id],
    ])
  })

  test('an emergency made by hand has its review too, one only', async () => {
    const [technician, customer] = [await world.staff('technician'), await world.customer()]
    const id = await world.grant(technician, customer, { accessLevel: 'emergency' })
    await world.admin.query(`update technician_customer_access set access_level = 'emergency' where id = $1`, [id])
    const { rows } = await world.admin.query('select org_id, technician_id from access_reviews where access_id = $1', [
      id,
    ])
    expect(rows).toEqual([{ org_id: customer.id, technician_id: technician.id }])
  })

  test.each(['?status=all', '?sort=closedAt', '?limit=0', '?verdict=misused', '?status=open&status=closed'])(
    '400: %s',
    async (query) => {
      expect(outcome(await reviews(query))).toBe('400 validation_failed')
    },
  )

  test('403: a technician, and a customer’s members', async () => {
    const member = await world.member(await world.customer(), 'admin')
    for (const by of [await world.staff('technician'), member]) {
      expect(outcome(await reviews('', by))).toBe('403 forbidden')
      expect(outcome(await close(uuidv7(), undefined, by))).toBe('403 forbidden')
    }
  })
})

describe('POST /api/access-management/reviews/:reviewId/close', () => {
  let holder: Person
  let customer: Customer
  let grant: any
  let id: string
  beforeEach(async () => {
    const made = await emergency()
    ;({ holder, customer, grant } = made)
    id = made.review.id
  })

  const told = async () => (await trailOf(world, customer.id)).filter(({ action }) => action === 'access.review_closed')

  test('200: answers the review as it was closed, and is told', async () => {
    await record(world, holder, grant.id)
    const { status, body } = await close(id)
    expect({ status, data: body.data }).toMatchObject({
      status: 200,
      data: {
        id,
        status: 'closed',
        closedAt: expect.any(String),
        closedBy: reviewer.id,
        verdict: 'justified',
        notes: 'It was on fire.',
        grant: { id: grant.id },
        uses: [{ action: 'access.used' }],
        usesTotal: 1,
      },
    })
    expect((await reviews('?status=closed&limit=1')).body.data.items).toEqual([body.data])
    expect(await told()).toMatchObject([
      {
        user_id: reviewer.id,
        resource_type: 'access_review',
        resource_id: id,
        risk_level: 'medium',
        changes: {
          before: { status: 'open' },
          after: { status: 'closed', verdict: 'justified', notes: 'It was on fire.' },
        },
        details: { accessId: grant.id, technicianId: holder.id, grantedBy: granter.id },
      },
    ])
  })

  test('misused: is critical', async () => {
    expect(outcome(await close(id, { verdict: 'misused', notes: 'There was no fire.' }))).toBe('200')
    expect(await told()).toMatchObject([{ risk_level: 'critical', risk_factors: ['emergency_misused'] }])
  })

  test('409: once it is closed, whatever the verdict', async () => {
    await close(id)
    const other = await world.staff('super_admin')
    expect(outcome(await close(id, { verdict: 'misused', notes: 'No.' }, other))).toBe('409 review_closed')
    expect(await told()).toHaveLength(1)
  })

  test('403: the granter, open or closed', async () => {
    expect(outcome(await close(id, undefined, granter))).toBe('403 forbidden')
    expect(await told()).toEqual([])
    await close(id)
    expect(outcome(await close(id, undefined, granter))).toBe('403 forbidden')
  })

  test.each(['security_analyst', 'super_admin'] as const)('403: the grantee, also as a %s', async (role) => {
    const [technician, admin] = [await world.staff(role), await world.staff('super_admin')]
    const asked = {
      technicianId: technician.id,
      customerOrgId: customer.id,
      accessLevel: 'emergency',
      reason: 'on fire again',
    }
    expect(outcome(await world.as(admin).post('/api/access-management/grant', asked))).toBe('201')
    const [review] = (await reviews('?limit=1')).body.data.items
    expect(outcome(await close(review.id, undefined, technician))).toBe('403 forbidden')
    expect(outcome(await close(review.id, undefined, admin))).toBe('403 forbidden')
  })

  test('the database keeps that too, and that nobody closes it in another’s name', async () => {
    const by = (who: string, named: string) =>
      world.house.database.within({ as: 'staff', userId: who }).run({
        text: `update access_reviews set closed_at = now(), closed_by = $2, verdict = 'justified', notes = 'x' where id = $1`,
        values: [id, named],
        read: ({ affected }) => affected,
      })
    await expect(by(holder.id, holder.id)).rejects.toMatchObject({ constraint: 'access_review_by_a_third' })
    await expect(by(granter.id, granter.id)).rejects.toMatchObject({ constraint: 'access_review_by_a_third' })
    await expect(by(granter.id, reviewer.id)).rejects.toMatchObject({ code: '42501' })
  })

  test('closing it by hand shows in the trail', async () => {
    await world.admin.query(
      `update access_reviews set closed_at = now(), closed_by = $2, verdict = 'justified', notes = 'x' where id = $1`,
      [id, reviewer.id],
    )
    const { rows } = await world.admin.query(
      `select resource_type, risk_level from audit_logs where action = 'database.row_changed' and resource_id = $1`,
      [id],
    )
    expect(rows).toEqual([{ resource_type: 'access_reviews', risk_level: 'critical' }])
  })

  test('of eight who close it at once one does, and there is one event', async () => {
    const held = { text: 'select from access_reviews where id = $1 for update', values: [id] }
    const work = () => Promise.all(Array.from({ length: 8 }, () => close(id)))
    const answers = await rendezvous(world, [held], { of: 8, work })
    expect(tally(answers)).toEqual({ '200': 1, '409 review_closed': 7 })
    expect(await told()).toHaveLength(1)
  })

  test('404: a review that does not exist', async () => {
    expect(outcome(await close(uuidv7()))).toBe('404 not_found')
  })

  test.each([
    ['no verdict', { notes: 'x' }, 'verdict'],
    ['a verdict that is none', { verdict: 'fine', notes: 'x' }, 'verdict'],
    ['no notes', { verdict: 'justified' }, 'notes'],
    ['empty notes', { verdict: 'justified', notes: ' ' }, 'notes'],
    ['an unknown field', { verdict: 'justified', notes: 'x', closedBy: uuidv7() }, 'closedBy'],
  ])('400: %s', async (_, body, path) => {
    const answer = await close(id, body)
    expect(outcome(answer)).toBe('400 validation_failed')
    expect(answer.body.details.map((fault: { path: string }) => fault.path)).toContain(path)
    expect(await told()).toEqual([])
  })
})
