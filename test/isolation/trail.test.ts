import { beforeAll, describe, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import { attempt, disableRowSecurity, FORBIDDEN } from '../support/probes.ts'
import { ids } from '../support/walled-database.ts'
import type { Clone, Role, Session } from '../support/walled-database.ts'

const { acme, ada, bolt } = ids
const roles: Role[] = ['member', 'technician', 'staff', 'identity', 'clock', 'sealer', 'retention']
const context = { orgId: acme, userId: ada }
/** The trail, and the month of it that holds something. */
const places = ['audit_logs', 'the month of it'] as const
const changes = [
  ['update', (table: string) => `update ${table} set description = 'nothing to see'`],
  ['delete', (table: string) => `delete from ${table}`],
  ['truncate', (table: string) => `truncate ${table}`],
] as const

const clones = useClones()
let clone: Clone
let session: Session
let month: string
let months: string[]
const named = (place: (typeof places)[number]) => (place === 'audit_logs' ? place : month)

beforeAll(async () => {
  const opened = await clones.open()
  clone = opened.clone
  session = opened.session
  const { rows } = await clone.admin.query<{ name: string }>(
    `select tableoid::regclass::text as name from audit_logs where org_id = $1 limit 1`,
    [acme],
  )
  month = rows[0]?.name ?? ''
  const all = await clone.admin.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_logs'::regclass`,
  )
  months = all.rows.map(({ name }) => name)
  expect(month).toMatch(/^audit_logs_\d{4}_\d\d$/)
})

async function undone<T>(work: () => Promise<T>): Promise<T> {
  await clone.admin.query('begin')
  try {
    return await work()
  } finally {
    await clone.admin.query('rollback')
  }
}

describe.each(changes)('%s', (_verb, change) => {
  describe.each(places)('of %s', (place) => {
    test.each(roles)('is refused to %s', async (role) => {
      const outcome = await session.as(role, context, (client) => attempt(client, change(named(place))))
      expect(outcome).toBe(FORBIDDEN)
    })

    test('is refused to the owner of the table', async () => {
      const outcome = await undone(async () => {
        await clone.admin.query('set local role castellan_owner')
        return attempt(clone.admin, change(named(place)))
      })
      expect(outcome).toBe(FORBIDDEN)
    })

    test('is refused even to the superuser, by a trigger', async () => {
      expect(await undone(() => attempt(clone.admin, change(named(place))))).toBe(FORBIDDEN)
    })

    test('works once the triggers are disabled: the probe can succeed', async () => {
      const outcome = await undone(async () => {
        for (const table of ['audit_logs', ...months])
          await clone.admin.query(`alter table ${table} disable trigger user`)
        return attempt(clone.admin, change(named(place)))
      })
      expect(outcome).toEqual(expect.any(Number))
    })
  })
})

test.each(roles)('%s drops no month, takes none off, and disables no trigger', async (role) => {
  for (const text of [
    `drop table ${month}`,
    `alter table audit_logs detach partition ${month}`,
    'alter table audit_logs disable trigger audit_logs_append_only',
    `alter table ${month} disable trigger user`,
  ])
    expect(await session.as(role, context, (client) => attempt(client, text)), text).toBe(FORBIDDEN)
})

test.each(roles.filter((role) => role !== 'retention'))('%s does not call what cleanups remove by', async (role) => {
  const text = 'select remove_audit_events(gen_random_uuid(), now())'
  expect(await session.as(role, context, (client) => attempt(client, text))).toBe(FORBIDDEN)
})

describe('a month of the trail, read past the trail itself,', () => {
  const foreign = (at: Session, role: Role) =>
    at.as(role, context, (client) => attempt(client, `select count(*) as found from ${month} where org_id = '${bolt}'`))
  const grantMonths = ({ admin }: Clone) =>
    admin.query(
      `grant select on all tables in schema castellan to castellan_member, castellan_technician, castellan_staff, castellan_identity, castellan_clock, castellan_sealer, castellan_retention`,
    )

  test.each(roles)('is refused to %s', async (role) => {
    expect(await foreign(session, role)).toBe(FORBIDDEN)
  })

  test('shows no row where reading it was granted by mistake', async () => {
    const { session: granted } = await clones.open(async (one) => void (await grantMonths(one)))
    for (const role of roles) expect(await foreign(granted, role), role).toBe(0)
  })

  test('shows foreign rows without its own row security: the probe can succeed', async () => {
    const { session: open } = await clones.open(async (one) => {
      await grantMonths(one)
      await disableRowSecurity(one)
    })
    for (const role of roles) expect(Number(await foreign(open, role)), role).toBeGreaterThan(0)
  })
})

test('the trail is not readable while signing in', async () => {
  expect(await session.as('identity', {}, (client) => attempt(client, 'select from audit_logs'))).toBe(FORBIDDEN)
})

test('an event of a month that has no place is an error, not lost in a heap', async () => {
  const outcome = await attempt(
    clone.admin,
    `insert into audit_logs (org_id, occurred_at, id, action, category, description, outcome, risk_level, compliance_relevant)
     values ('${acme}', '1999-12-31', gen_random_uuid(), 'a', 'b', 'c', 'success', 'low', false)`,
  )
  expect(outcome).toBe('23514')
})
