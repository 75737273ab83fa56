import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import type { Person } from '../support/factories.ts'

let world: World
let admin: Person
let acme: { id: string }
let grantId: string
beforeAll(async () => {
  world = await createWorld()
  acme = await world.customer({ name: 'Acme' })
  admin = await world.member(acme, 'admin')
  grantId = await world.grant(await world.staff('technician'), acme)
})
afterAll(() => world.close())

interface Told {
  org_id: string
  resource_type: string
  resource_id: string
  description: string
  risk_level: string
  changes: { before: Record<string, unknown> | null; after: Record<string, unknown> | null }
  details: { operation: string; databaseRole: string }
}

/** What the database told of by itself while the work was done, in order. */
async function toldOf(work: () => Promise<unknown>): Promise<Told[]> {
  const before = await world.admin.query<{ id: string }>(
    `select id from audit_logs where action = 'database.row_changed'`,
  )
  await work()
  const { rows } = await world.admin.query<Told>(
    `select org_id, resource_type, resource_id, description, risk_level, changes, details
       from audit_logs where action = 'database.row_changed' and id <> all ($1) order by occurred_at`,
    [before.rows.map(({ id }) => id)],
  )
  return rows
}

const byHand = (text: string, ...values: unknown[]) => toldOf(() => world.admin.query(text, values))

describe('an edit by hand is told of once, with what it was and what it is:', () => {
  test('an organization', async () => {
    expect(await byHand(`update organizations set name = 'Acme & Sons' where id = $1`, acme.id)).toMatchObject([
      {
        org_id: acme.id,
        resource_type: 'organizations',
        resource_id: acme.id,
        risk_level: 'critical',
        changes: { before: { name: 'Acme' }, after: { name: 'Acme & Sons' } },
        details: { operation: 'update', databaseRole: 'postgres' },
      },
    ])
  })

  test('a person’s role', async () => {
    expect(await byHand(`update users set role = 'basic_user' where id = $1`, admin.id)).toMatchObject([
      {
        org_id: acme.id,
        resource_type: 'users',
        resource_id: admin.id,
        changes: { before: { role: 'admin' }, after: { role: 'basic_user' } },
      },
    ])
  })

  test('a grant', async () => {
    expect(
      await byHand(`update technician_customer_access set access_level = 'full_access' where id = $1`, grantId),
    ).toMatchObject([
      {
        org_id: acme.id,
        resource_type: 'technician_customer_access',
        resource_id: grantId,
        changes: { before: { access_level: 'read_only' }, after: { access_level: 'full_access' } },
      },
    ])
  })

  test('a session', async () => {
    expect(
      await byHand(
        `update user_sessions set expires_at = expires_at + interval '1 year' where id = $1`,
        admin.sessionId,
      ),
    ).toMatchObject([{ org_id: acme.id, resource_type: 'user_sessions', resource_id: admin.sessionId }])
  })

  test('what is new, and what is gone', async () => {
    const [made] = await byHand(
      `insert into organizations (id, name, type, created_at, updated_at) values (gen_random_uuid(), 'Ghost', 'customer', now(), now())`,
    )
    expect(made).toMatchObject({
      changes: { before: null, after: { name: 'Ghost' } },
      details: { operation: 'insert' },
    })
    expect(await byHand(`delete from organizations where name = 'Ghost'`)).toMatchObject([
      { changes: { before: { name: 'Ghost' }, after: null }, details: { operation: 'delete' } },
    ])
  })

  test('each of several rows of one statement', async () => {
    const people = await Promise.all([1, 2, 3].map(() => world.member(acme, 'basic_user')))
    const told = await byHand(
      `update users set status = 'suspended' where id = any ($1)`,
      people.map(({ id }) => id),
    )
    expect(told.map(({ resource_id }) => resource_id).sort()).toEqual(people.map(({ id }) => id).sort())
  })

  test('under any login, in any transaction, also where it switches to the owner', async () => {
    const told = await toldOf(async () => {
      const client = await world.admin.connect()
      await client.query('begin; set local role castellan_owner')
      await client.query(`update users set last_name = 'Owned' where id = $1`, [admin.id])
      await client.query('commit')
      client.release()
    })
    expect(told).toHaveLength(1)
  })
})

test('a change that is rolled back is not told of', async () => {
  expect(
    await toldOf(async () => {
      const client = await world.admin.connect()
      await client.query('begin')
      await client.query(`update users set last_name = 'Nobody' where id = $1`, [admin.id])
      await client.query('rollback')
      client.release()
    }),
  ).toEqual([])
})

test('nothing secret is told: no hash, salt or sealed text, before or after', async () => {
  const told = [
    ...(await byHand(
      `update users set password_hash = '$argon2id$hush', status = 'suspended' where id = $1`,
      admin.id,
    )),
    ...(await byHand(`update users set password_hash = '$argon2id$other', status = 'active' where id = $1`, admin.id)),
    ...(await byHand(
      `update user_sessions set refresh_salt = '\\x6875736820', mfa_at = null where id = $1`,
      admin.sessionId,
    )),
  ]
  expect(told).toHaveLength(3)
  for (const { changes } of told) {
    const columns = Object.keys({ ...changes.before, ...changes.after })
    expect(columns.filter((name) => /hash|salt|sealed|secret|token/.test(name))).toEqual([])
  }
  expect(JSON.stringify(told)).not.toMatch(/argon2id|hush|6875736820/)
})

test('marks of use are no change to tell of', async () => {
  expect(await byHand(`update users set last_login_at = now() where id = $1`, admin.id)).toEqual([])
  expect(await byHand(`update user_sessions set last_used_at = now() where id = $1`, admin.sessionId)).toEqual([])
  expect(
    await byHand(
      `update technician_customer_access set usage_count = usage_count + 1, last_used_at = now() where id = $1`,
      grantId,
    ),
  ).toEqual([])
})

test('what the application changes has its own event, and none of these', async () => {
  const manager = world.as(await world.staff('account_manager'))
  const [technician, other] = [await world.staff('technician'), await world.staff('technician')]
  const done: number[] = []
  const told = await toldOf(async () => {
    const made = await manager.post('/api/organizations', { name: 'Told', adminEmail: 'first@told.example' })
    const invited = await manager.post('/api/users', {
      email: 'second@told.example',
      firstName: 'Second',
      lastName: 'Person',
      role: 'basic_user',
      organizationId: made.body.data.id,
    })
    const pair = { technicianId: technician.id, customerOrgId: made.body.data.id }
    const granted = await manager.post('/api/technician-access/grant', pair)
    const changed = await manager.put(`/api/technician-access/${granted.body.data.id}`, { accessLevel: 'full_access' })
    const used = await world
      .as(technician)
      .post(`/api/technician-access/${granted.body.data.id}/record-access`, { service: 'siem', action: 'read' })
    const revoked = await manager.delete(`/api/technician-access/${granted.body.data.id}`, { reason: 'over' })
    const left = await world.as(other).post('/api/auth/logout')
    done.push(...[made, invited, granted, changed, used, revoked, left].map(({ status }) => status))
  })
  expect(
    done.every((status) => status < 300),
    done.join(),
  ).toBe(true)
  expect(told).toEqual([])
})

test('without the triggers an edit by hand goes unseen: the probe can fail', async () => {
  await world.admin.query('alter table users disable trigger users_told')
  expect(await byHand(`update users set role = 'admin' where id = $1`, admin.id)).toEqual([])
  await world.admin.query('alter table users enable trigger users_told')
})
