import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import { attempt, disableRowSecurity, FORBIDDEN, grantEverything } from '../support/probes.ts'
import type { Outcome } from '../support/probes.ts'
import { grant, ids } from '../support/walled-database.ts'
import type { Clone, Context, GrantFields, Session } from '../support/walled-database.ts'

const { acme, bolt, provider, ada, staff, technician, stranger } = ids

interface Reached {
  what: string
  grant: Partial<GrantFields> | null
  customerStatus?: string
  reached: boolean
}

const cases: Reached[] = [
  { what: 'a live grant', grant: {}, reached: true },
  { what: 'a live grant that ends in an hour', grant: { expiresAt: '1 hour' }, reached: true },
  { what: 'a grant marked scheduled whose time has come', grant: { status: 'scheduled' }, reached: true },
  { what: 'no grant', grant: null, reached: false },
  {
    what: 'a grant that ran out a second ago and is not marked yet',
    grant: { expiresAt: '-1 second' },
    reached: false,
  },
  { what: 'a grant marked expired', grant: { status: 'expired', expiresAt: '-1 minute' }, reached: false },
  { what: 'a revoked grant', grant: { status: 'revoked' }, reached: false },
  { what: 'a grant that starts in a minute', grant: { status: 'scheduled', startsAt: '1 minute' }, reached: false },
  { what: 'a grant marked active before it starts', grant: { startsAt: '1 minute' }, reached: false },
  { what: 'a live grant on a suspended customer', grant: {}, customerStatus: 'suspended', reached: false },
  { what: 'a live grant on a deleted customer', grant: {}, customerStatus: 'deleted', reached: false },
]

const clones = useClones()
/** A customer for each case, with one person and one event. */
const customers = cases.map((one) => ({ ...one, id: uuidv7() }))

async function fillCustomers({ admin }: Clone): Promise<void> {
  for (const { id, grant: fields, customerStatus = 'active' } of customers) {
    const values = [id, customerStatus]
    await admin.query(
      `insert into organizations (id, name, type, status, created_at, updated_at) values ($1::uuid, $1::uuid::text, 'customer', $2, now(), now())`,
      values,
    )
    await admin.query(
      `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, created_at, updated_at)
       values (gen_random_uuid(), $1::uuid, 'customer', $1::uuid || '@example.com', 'F', 'L', 'admin', 'active', now(), now())`,
      [id],
    )
    if (fields) await grant(admin, { technicianId: technician, customerId: id, ...fields })
  }
}

let session: Session
beforeAll(async () => {
  session = (await clones.open(fillCustomers)).session
})

const me: Context = { userId: technician }
const tenant: Record<string, string> = { organizations: 'id', users: 'org_id', audit_logs: 'org_id' }
const countIn = (at: Session, context: Context, table: string, orgId: string): Promise<Outcome> =>
  at.as('technician', context, (client) =>
    attempt(client, `select count(*) as found from ${table} where ${tenant[table]} = $1`, [orgId]),
  )

describe.each(Object.keys(tenant))('of a customer a technician sees the rows in %s', (table) => {
  describe.each([
    ['with that customer in hand', (orgId: string) => ({ ...me, orgId })],
    ['with no customer in hand', () => me],
  ])('%s', (_what, contextOf) => {
    test.each(customers)('$what: $reached', async ({ id, reached }) => {
      const found = await countIn(session, contextOf(id), table, id)
      expect(Number(found) > 0, String(found)).toBe(reached)
    })
  })
})

describe.each(Object.keys(tenant))('nothing of any customer is in %s', (table) => {
  test.each<[string, Context]>([
    ['without a context', {}],
    ['with an empty context', { orgId: '', userId: '' }],
    ['with garbage', { orgId: 'x', userId: `' or true --` }],
    ['for somebody who does not exist', { userId: uuidv7() }],
    ['for a colleague without a grant', { userId: stranger }],
    ['for a colleague without a grant who names the customer', { userId: stranger, orgId: acme }],
    ['for a member of a customer', { userId: ada, orgId: bolt }],
  ])('%s', async (_what, context) => {
    for (const orgId of [acme, bolt, ...customers.map(({ id }) => id)]) {
      if (context.userId === ada && orgId === acme) continue
      expect([0, '22P02']).toContain(await countIn(session, context, table, orgId))
    }
  })
})

test('a customer in hand narrows the view to it and the technician themselves', async () => {
  const [mine, other] = [customers[0]?.id ?? '', customers[1]?.id ?? '']
  const context = { ...me, orgId: mine }
  expect(await countIn(session, context, 'users', mine)).toBe(1)
  expect(await countIn(session, context, 'users', other)).toBe(0)
})

test('a suspended technician sees nobody, whatever they were granted', async () => {
  const { session: later } = await clones.open(async (clone) => {
    await fillCustomers(clone)
    await clone.admin.query(`update users set status = 'suspended' where id = $1`, [technician])
  })
  for (const { id } of customers) expect(await countIn(later, me, 'organizations', id)).toBe(0)
})

describe('a technician sees only their own', () => {
  const owner: [string, string][] = [
    ['technician_customer_access', 'technician_id'],
    ['technician_customer_access_history', 'technician_id'],
    ['user_sessions', 'user_id'],
  ]
  test.each(owner)('%s', async (table, column) => {
    const count = (condition: string, context: Context) =>
      session.as('technician', context, (client) =>
        attempt(client, `select count(*) as found from ${table} where ${column} ${condition} '${technician}'`),
      )
    expect(Number(await count('=', me))).toBeGreaterThan(0)
    expect(await count('<>', me)).toBe(0)
    expect(await count('=', { userId: stranger })).toBe(0)
    expect(await count('=', {})).toBe(0)
  })
})

describe('a technician writes', () => {
  const attempted = (text: string) => session.as('technician', me, (client) => attempt(client, text))

  test('their own name, and nobody else’s', async () => {
    expect(await attempted(`update users set first_name = 'X' where id = '${technician}'`)).toBe(1)
    expect(await attempted(`update users set first_name = 'X' where id <> '${technician}'`)).toBe(0)
    expect(await attempted(`update users set role = 'super_admin' where id = '${technician}'`)).toBe(FORBIDDEN)
  })

  test('marks of use on their own grants, and nothing else of a grant', async () => {
    const use = 'update technician_customer_access set usage_count = usage_count + 1 where technician_id'
    expect(Number(await attempted(`${use} = '${technician}'`))).toBeGreaterThan(0)
    expect(await attempted(`${use} <> '${technician}'`)).toBe(0)
    expect(await attempted(`update technician_customer_access set expires_at = null`)).toBe(FORBIDDEN)
    expect(await attempted(`update technician_customer_access set access_level = 'full_access'`)).toBe(FORBIDDEN)
  })

  test('events in their own name only', async () => {
    const event = (userId: string) =>
      attempted(
        `insert into audit_logs (org_id, occurred_at, id, user_id, action, category, description, outcome, risk_level, compliance_relevant)
         values ('${acme}', now(), gen_random_uuid(), '${userId}', 'access.used', 'access', 'x', 'success', 'low', true)`,
      )
    expect(await event(technician)).toBe(1)
    expect(await event(staff)).toBe(FORBIDDEN)
  })
})

describe('with the wall down the same probes see what no grant reaches', () => {
  test.each<[string, string[], (clone: Clone) => Promise<void>]>([
    ['row security switched off', Object.keys(tenant), disableRowSecurity],
    [
      'a reach that asks for no live grant',
      ['users', 'audit_logs'],
      async ({ admin }) => {
        await admin.query(
          `create or replace function technician_reach() returns uuid[] language sql stable security definer
              set search_path = castellan, pg_temp as $$ select array(select id from organizations) $$`,
        )
      },
    ],
    [
      'live grants that are everybody’s',
      ['organizations'],
      async ({ admin }) => {
        await admin.query(`update organizations set status = 'active'`)
        await admin.query(
          `create or replace view live_grants with (security_invoker = true) as
           select (select current_user_id()) as technician_id, c.id as customer_org_id
             from unnest(array[${customers.map(({ id }) => `'${id}'`).join()}, '${acme}', '${bolt}']::uuid[]) c (id)`,
        )
      },
    ],
  ])('%s', async (_what, tables, takeDown) => {
    const { session: open } = await clones.open(async (clone) => {
      await fillCustomers(clone)
      await grantEverything(clone)
      await takeDown(clone)
    })
    for (const table of tables) {
      for (const { id, what } of customers)
        expect(Number(await countIn(open, { userId: stranger }, table, id)), what).toBeGreaterThan(0)
    }
  })

  const grantConditions = {
    status: `g.status in ('scheduled', 'active')`,
    start: 'g.starts_at <= now()',
    end: '(g.expires_at is null or g.expires_at > now())',
  }
  const liveGrantsWithout = (left: string): string => {
    const asked = Object.entries(grantConditions).filter(([name]) => name !== left)
    return `create or replace view live_grants with (security_invoker = true) as
            select g.technician_id, g.customer_org_id from technician_customer_access g
             where ${asked.map(([, sql]) => sql).join(' and ')}`
  }
  const wronglySeen = async (table: string, takeDown: string): Promise<string[]> => {
    const { session: open } = await clones.open(async (clone) => {
      await fillCustomers(clone)
      await clone.admin.query(takeDown)
    })
    const seen: string[] = []
    for (const { id, what } of customers.filter(({ reached }) => !reached)) {
      if (Number(await countIn(open, me, table, id)) > 0) seen.push(what)
    }
    return seen
  }

  describe.each(['organizations', 'users'])('%s', (table) => {
    test.each(Object.keys(grantConditions))('by live grants that do not ask for the %s', async (left) => {
      expect(await wronglySeen(table, liveGrantsWithout(left))).not.toEqual([])
    })
  })

  test.each<[string, string, string]>([
    [
      'users',
      'a view of live access',
      `create or replace view live_access with (security_invoker = true) as select * from live_grants`,
    ],
    [
      'organizations',
      'its policy',
      `alter policy technician_reach on organizations
         using (id in (select g.customer_org_id from live_grants g where g.technician_id = (select current_user_id())))`,
    ],
  ])('%s by %s that does not ask for the customer', async (table, _what, takeDown) => {
    expect(await wronglySeen(table, takeDown)).not.toEqual([])
  })

  test('organizations by a policy that does not ask for the technician', async () => {
    const suspended = `update users set status = 'suspended' where id = '${technician}'`
    const open = `create or replace function technician_is_active() returns boolean
                    language sql stable security definer set search_path = castellan, pg_temp return true`
    const reached = customers.filter((customer) => customer.reached).map(({ id }) => id)
    const { session: later } = await clones.open(async (clone) => {
      await fillCustomers(clone)
      await clone.admin.query(`${suspended}; ${open}`)
    })
    for (const id of reached) expect(await countIn(later, me, 'organizations', id)).toBe(1)
  })
})

test('the provider itself is in view of a technician', async () => {
  expect(await countIn(session, me, 'organizations', provider)).toBe(1)
})
