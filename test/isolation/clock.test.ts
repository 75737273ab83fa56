import { beforeAll, describe, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import { attempt, FORBIDDEN } from '../support/probes.ts'
import { grant, ids } from '../support/walled-database.ts'
import type { Clone, Context, Role, Session } from '../support/walled-database.ts'

const colleague = '00000000-0000-7000-8000-0000000000a2'
const { acme, ada, bolt, bob, staff, stranger, technician } = ids
const clones = useClones()
let clone: Clone
let session: Session
beforeAll(async () => {
  ;({ clone, session } = await clones.open())
})

const asClock = (text: string) => session.as('clock', {}, (client) => attempt(client, text))

describe('the clock', () => {
  test('makes expired grants of live ones, and nothing else of any', async () => {
    expect(await asClock(`update technician_customer_access set status = 'expired'`)).toBe(2)
    for (const status of ['active', 'scheduled', 'revoked']) {
      expect(await asClock(`update technician_customer_access set status = '${status}'`), status).toBe(FORBIDDEN)
    }
    for (const change of [
      `access_level = 'full_access'`,
      `expires_at = now() + interval '1 year'`,
      `customer_org_id = '${bolt}'`,
      `technician_id = '${stranger}'`,
    ])
      expect(await asClock(`update technician_customer_access set ${change}`), change).toBe(FORBIDDEN)
  })

  test('wakes no grant that is over', async () => {
    const { clone: other, session: there } = await clones.open()
    await other.admin.query(
      `update technician_customer_access set status = 'revoked', revoked_at = now() where customer_org_id = $1`,
      [acme],
    )
    const expire = `update technician_customer_access set status = 'expired'`
    expect(await there.as('clock', {}, (client) => attempt(client, expire))).toBe(1)
  })

  test('writes events in nobody’s name alone', async () => {
    const event = (userId: string) =>
      `insert into audit_logs (org_id, occurred_at, id, user_id, action, category, description, outcome, risk_level, compliance_relevant)
       values ('${acme}', now(), gen_random_uuid(), ${userId}, 'access.expired', 'access', 'x', 'success', 'low', true)`
    expect(await asClock(event('null'))).toBe(1)
    expect(await asClock(event(`'${ada}'`))).toBe(FORBIDDEN)
  })

  test.each([
    `select password_hash from users`,
    `select secret_sealed from totp_factors`,
    `select code_hash from recovery_codes`,
    `select token_hash from invitations`,
    `select token_hash from auth_challenges`,
    `select refresh_salt from user_sessions`,
    `select answer_sealed from idempotency_keys`,
    `select notes from technician_customer_access`,
    `select body from notifications`,
    `select from audit_logs`,
    `select key_check from installation`,
    `update users set status = 'active'`,
    `update organizations set status = 'active'`,
    `update user_sessions set revoked_at = null`,
    `insert into notifications (org_id, id, user_id, kind, title, body, created_at) values ('${acme}', gen_random_uuid(), '${ada}', 'x', 'x', 'x', now())`,
    `insert into technician_customer_access (id) values (gen_random_uuid())`,
    `delete from notifications`,
    `delete from users`,
    `delete from technician_customer_access`,
  ])('may not: %s', async (text) => {
    expect(await asClock(text)).toBe(FORBIDDEN)
  })
})

describe('who is told', () => {
  const message = JSON.stringify({
    kind: 'access_expiring',
    title: 'Told',
    body: 'Body',
    link: null,
    at: '2026-11-23T08:00:00.000Z',
    onceKey: null,
    letterId: staff,
    subject: 'Told',
    textSealed: 'sealed',
  })
  /** How many were told of those named. */
  const tell = (role: Role, context: Context, people: string[]) =>
    session.as(role, context, (client) =>
      attempt(client, `select tell($1::uuid[], '{}', false, $2)::text as found`, [`{${people.join()}}`, message]),
    )

  test('by a member: their own organization and the provider, no other customer', async () => {
    const context = { orgId: acme, userId: ada }
    expect(await tell('member', context, [ada])).toBe(1)
    expect(await tell('member', context, [staff])).toBe(1)
    expect(await tell('member', context, [bob])).toBe(0)
    expect(await tell('member', {}, [ada, bob])).toBe(0)
  })

  test('by a technician: the provider, and customers by a live grant', async () => {
    const { clone: other, session: there } = await clones.open()
    await grant(other.admin, { technicianId: stranger, customerId: acme })
    const told = (userId: string, person: string) =>
      there.as('technician', { userId }, (client) =>
        attempt(client, `select tell(array[$1::uuid], '{}', false, $2)::text as found`, [person, message]),
      )
    expect(await told(stranger, staff)).toBe(1)
    expect(await told(stranger, ada)).toBe(1)
    expect(await told(stranger, bob)).toBe(0)
    expect(await told(technician, bob)).toBe(1)
  })

  test('by staff, by the clock and while signing in: everybody', async () => {
    expect(await tell('staff', { userId: staff }, [ada, bob])).toBe(2)
    expect(await tell('clock', {}, [ada, bob])).toBe(2)
    expect(await tell('identity', {}, [ada])).toBe(1)
  })

  test('is told once under one key, and again under another', async () => {
    const { session: there } = await clones.open()
    const once = (key: string) => JSON.stringify({ ...JSON.parse(message), onceKey: key })
    const outcomes = await there.as('clock', {}, async (client) => {
      const told = []
      for (const key of ['a', 'a', 'b'])
        told.push(await attempt(client, `select tell($1, '{}', false, $2)::text as found`, [`{${ada}}`, once(key)]))
      return told
    })
    expect(outcomes).toEqual([1, 0, 1])
  })

  test('gets ids of version 7, of the moment that it is about', async () => {
    const made = await session.as('staff', { userId: staff }, async (client) => {
      await client.query(`select tell(array[$1::uuid], '{}', false, $2)`, [staff, message])
      const { rows } = await client.query(`select id from notifications where title = 'Told'`)
      return rows.map(({ id }) => String(id))
    })
    const moment = Date.parse('2026-11-23T08:00:00.000Z').toString(16).padStart(12, '0')
    expect(made).toHaveLength(1)
    expect(made[0]).toMatch(
      new RegExp(`^${moment.slice(0, 8)}-${moment.slice(8)}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
    )
  })

  test('reads and marks only what is theirs, whatever their role', async () => {
    await clone.admin.query(
      `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, created_at, updated_at)
       values ($2, $1, 'customer', 'colleague@example.com', 'A', 'Colleague', 'basic_user', 'active', now(), now())`,
      [acme, colleague],
    )
    await clone.admin.query(
      `insert into notifications (org_id, id, user_id, kind, title, body, created_at)
       values ($1, gen_random_uuid(), $2, 'access_expiring', 'Title', 'Body', now())`,
      [acme, colleague],
    )
    const callers: [Role, Context][] = [
      ['member', { orgId: acme, userId: ada }],
      ['technician', { userId: technician }],
      ['staff', { userId: staff }],
    ]
    for (const [role, context] of callers) {
      const outcome = (text: string) => session.as(role, context, (client) => attempt(client, text))
      expect(await outcome('select id from notifications'), role).toBe(1)
      expect(await outcome('update notifications set read_at = now()'), role).toBe(1)
      expect(await outcome(`update notifications set title = 'x'`), role).toBe(FORBIDDEN)
      expect(await outcome('delete from notifications'), role).toBe(FORBIDDEN)
      expect(await outcome('select id from mail_outbox'), role).toBe(FORBIDDEN)
    }
  })
})
