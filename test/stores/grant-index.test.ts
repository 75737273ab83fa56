import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { decideAccess } from '../../src/policy/grant-rules.ts'
import { refusalsNamed } from '../../src/policy/judge-grants.ts'
import { createStanding } from '../../src/stores/standing.ts'
import type { Standing } from '../../src/stores/standing.ts'
import type { Customer, Person } from '../support/factories.ts'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
const people: Person[] = []
const customers: Customer[] = []
beforeAll(async () => {
  world = await createWorld()
  for (let i = 0; i < 3; i++) people.push(await world.staff('technician'))
  for (let i = 0; i < 3; i++) customers.push(await world.customer())
})
afterAll(() => world.close())
beforeEach(async () => {
  await sql('truncate technician_customer_access cascade')
  await sql(`update users set status = 'active'`)
  await sql(`update organizations set status = 'active'`)
})

const sql = (text: string, values: unknown[] = []) => world.admin.query(text, values)
const pairOf = (person: Person | undefined, customer: Customer | undefined) => ({
  technicianId: person?.id ?? '',
  customerOrgId: customer?.id ?? '',
})
const question = () => ({ now: new Date(), address: '192.0.2.7', service: 'siem', level: 'full_access' }) as const
const untouched = () => createStanding(world.house.database)

/** What the index says of every pair, and what the rules say of the rows as they are. */
async function both({ grants }: Standing): Promise<[unknown[], unknown[]]> {
  const table = await grants.known(0)
  const rows = untouched()
  const asked = question()
  const pairs = people.flatMap((person) => customers.map((customer) => pairOf(person, customer)))
  const theirs = await Promise.all(
    pairs.map(async (pair) => {
      const { grants: facts, ...states } = await rows.access(pair)
      const live = facts.filter(({ status }) => status === 'active' || status === 'scheduled')
      return decideAccess(live, { ...asked, ...states }).reasons
    }),
  )
  return [pairs.map((pair) => refusalsNamed(table.judge(pair, asked))), theirs]
}

const patience = { timeout: 60_000, interval: 100 }

describe('the index of grants', () => {
  const any = { person: fc.nat(2), customer: fc.nat(2) }
  const terms = fc.constantFrom(
    `access_level = 'read_only'`,
    `access_level = 'full_access'`,
    `allowed_services = '{edr}'`,
    `allowed_services = null`,
    `ip_restrictions = '{198.51.100.0/24}'`,
    `ip_restrictions = null`,
    `starts_at = now() + interval '1 hour', expires_at = null`,
    `starts_at = now() - interval '1 hour'`,
    `expires_at = now() - interval '1 minute', starts_at = now() - interval '1 hour'`,
    `time_restrictions = '{"timezone": "UTC", "windows": []}'`,
    `status = 'expired'`,
    `status = 'revoked', revoked_at = now()`,
    `last_used_at = now()`,
  )
  type Act = (tx: { query(text: string, values?: unknown[]): Promise<unknown> }) => Promise<unknown>
  const acts: fc.Arbitrary<[string, Act]> = fc.oneof(
    fc
      .record(any)
      .map((of): [string, Act] => [
        `grant ${JSON.stringify(of)}`,
        () => world.grant(people[of.person] as Person, customers[of.customer] as Customer).catch(() => undefined),
      ]),
    fc.record({ ...any, terms }).map((of): [string, Act] => [
      `change ${JSON.stringify(of)}`,
      (tx) =>
        tx.query(
          `update technician_customer_access set ${of.terms}
            where technician_id = $1 and customer_org_id = $2 and status in ('active', 'scheduled')`,
          [people[of.person]?.id, customers[of.customer]?.id],
        ),
    ]),
    fc.record(any).map((of): [string, Act] => [
      `move ${JSON.stringify(of)}`,
      (tx) =>
        tx.query(
          `update technician_customer_access a set customer_org_id = $2 where technician_id = $1 and not exists (
             select from technician_customer_access b where b.technician_id = $1 and b.customer_org_id = $2)
             and id = (select min(id::text)::uuid from technician_customer_access c where c.technician_id = $1)`,
          [people[of.person]?.id, customers[of.customer]?.id],
        ),
    ]),
    fc
      .record(any)
      .map((of): [string, Act] => [
        `delete ${JSON.stringify(of)}`,
        (tx) =>
          tx.query('delete from technician_customer_access where customer_org_id = $1', [customers[of.customer]?.id]),
      ]),
    fc
      .record({ ...any, status: fc.constantFrom('active', 'suspended') })
      .map((of): [string, Act] => [
        `person ${JSON.stringify(of)}`,
        (tx) => tx.query('update users set status = $2 where id = $1', [people[of.person]?.id, of.status]),
      ]),
    fc
      .record({ ...any, status: fc.constantFrom('active', 'suspended') })
      .map((of): [string, Act] => [
        `customer ${JSON.stringify(of)}`,
        (tx) => tx.query('update organizations set status = $2 where id = $1', [customers[of.customer]?.id, of.status]),
      ]),
    fc.constant<[string, Act]>(['empty', (tx) => tx.query('truncate technician_customer_access cascade')]),
  )

  test('is what the tables are, after whatever happened to them', async () => {
    const standing = untouched()
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 6 }), async (steps) => {
        for (const [, act] of steps) await act(world.admin)
        const [ours, theirs] = await both(standing)
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('misses nothing that is committed late, and shows nothing that is not committed', async () => {
    const [early, late] = [pairOf(people[0], customers[0]), pairOf(people[1], customers[1])]
    const ids = [await give(early), await give(late)]
    const { grants } = untouched()
    const revoke = `update technician_customer_access set status = 'revoked', revoked_at = now() where id = $1`
    const holds = async () => {
      const table = await grants.known(0)
      return [early, late].map((pair) => table.judge(pair, { ...question(), service: undefined }) === 0)
    }
    const slow = await world.admin.connect()
    try {
      await slow.query('begin')
      await slow.query(revoke, [ids[0]])
      expect(await holds()).toEqual([true, true])
      await sql(revoke, [ids[1]])
      expect(await holds()).toEqual([true, false])
      await sql('update organizations set name = name where id = $1', [customers[2]?.id])
      expect(await holds()).toEqual([true, false])
      await slow.query('commit')
    } finally {
      slow.release()
    }
    expect(await holds()).toEqual([false, false])
  })

  const give = (pair: { technicianId: string; customerOrgId: string }) =>
    world.grant(
      people.find(({ id }) => id === pair.technicianId) as Person,
      customers.find(({ id }) => id === pair.customerOrgId) as Customer,
      { accessLevel: 'full_access' },
    )

  test('is told also by bulk loads and replication, when other triggers are asleep', async () => {
    const { grants } = untouched()
    await grants.known(0)
    const pair = pairOf(people[0], customers[0])
    await give(pair)
    const loading = await world.admin.connect()
    try {
      await loading.query('set session_replication_role = replica')
      expect((await grants.known(0)).judge(pair, question())).toBe(0)
      await loading.query(`update organizations set status = 'suspended' where id = $1`, [pair.customerOrgId])
      expect(refusalsNamed((await grants.known(0)).judge(pair, question()))).toEqual(['customer_inactive'])
      await loading.query(`update users set status = 'suspended' where id = $1`, [pair.technicianId])
      await loading.query('update technician_customer_access set starts_at = $1', ['2099-01-01'])
      expect(refusalsNamed((await grants.known(0)).judge(pair, question()))).toContain('not_started')
      expect(refusalsNamed((await grants.known(0)).judge(pair, question()))).toContain('technician_inactive')
    } finally {
      loading.release(true)
    }
  })

  test('reads all anew when what it had not read was removed, and only then', async () => {
    const [asleep, awake] = [untouched(), untouched()]
    const before = [await asleep.grants.known(0), await awake.grants.known(0)]
    const pair = pairOf(people[0], customers[0])
    await give(pair)
    await sql(`update access_changes set recorded_at = now() - interval '2 hours'`)
    // What began before an open transaction anywhere in the cluster is not removed yet.
    await vi.waitFor(async () => {
      await awake.grants.known(0)
      await world.runJob('forget-old-keys')
      // What is removed in two steps leaves a trace of each.
      const { rows } = await sql(
        'select distinct technician_id, removed_until is not null as trace from access_changes',
      )
      expect(rows).toEqual([{ technician_id: null, trace: true }])
    }, patience)
    const after = [await asleep.grants.known(0), await awake.grants.known(0)]
    expect(after.map((table) => table.judge(pair, question()))).toEqual([0, 0])
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true])
  })

  test('removes only changes that are an hour old', async () => {
    await sql('delete from access_changes')
    for (const age of ['59 minutes', '61 minutes'])
      await sql('insert into access_changes (technician_id, recorded_at) values ($1, now() - $2::interval)', [
        people[0]?.id,
        age,
      ])
    await vi.waitFor(async () => {
      await world.runJob('forget-old-keys')
      const { rows } = await sql(
        'select now() - recorded_at < interval $$1 hour$$ as young from access_changes where removed_until is null',
      )
      expect(rows).toEqual([{ young: true }])
    }, patience)
  })

  test('refuses to answer while it cannot ask, and knows all again when it can', async () => {
    const { grants } = untouched()
    const pair = pairOf(people[2], customers[2])
    await grants.known(0)
    await sql('revoke select on access_changes from castellan_identity')
    await sql(`update technician_customer_access set status = 'revoked', revoked_at = now()`)
    await expect(grants.known(0)).rejects.toThrow('permission denied')
    await expect(grants.known(900)).rejects.toThrow('permission denied')
    await sql('grant select on access_changes to castellan_identity')
    expect(refusalsNamed((await grants.known(900)).judge(pair, question()))).toContain('grant_not_active')
  })

  test('asks once for all who ask at once, and again for whoever asks after a change', async () => {
    const { grants } = untouched()
    await grants.known(0)
    const looks = await Promise.all(Array.from({ length: 50 }, () => grants.known(900)))
    expect(new Set(looks).size).toBe(1)
    const pair = pairOf(people[0], customers[1])
    const id = await give(pair)
    grants.changed()
    expect((await grants.known(900)).judge(pair, question())).toBe(0)
    await sql('delete from technician_customer_access where id = $1', [id])
    expect((await grants.known(900)).judge(pair, question())).toBe(0)
    grants.changed()
    expect((await grants.known(900)).judge(pair, question())).not.toBe(0)
  })

  test('is not waited for while all is read: the pair’s own rows decide until then', async () => {
    const standing = untouched()
    const pair = pairOf(people[1], customers[0])
    await give(pair)
    const reading = standing.grants.known(900)
    expect(await standing.grants.knownIfRead(900)).toBeNull()
    expect(await standing.judge(pair, question())).toMatchObject({ allowed: true, live: true, reasons: [] })
    const other = { ...question(), address: null, service: 'edr' }
    await sql(`update technician_customer_access set allowed_services = '{siem}' where technician_id = $1`, [
      people[1]?.id,
    ])
    expect(await untouched().judge(pair, other)).toEqual({
      allowed: false,
      live: true,
      reasons: ['service_not_allowed'],
    })
    await reading
    expect(await standing.judge(pair, other)).toMatchObject({ live: true })
    expect(await standing.grants.knownIfRead(900)).toBe(await reading)
  })

  test('of more grants than are read at once misses none', async () => {
    await sql(`
      insert into organizations (id, name, type, domain, created_at, updated_at)
      select gen_random_uuid(), 'Many ' || n, 'customer', null, now(), now() from generate_series(1, 900) n`)
    await sql(
      `insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at,
                                               expires_at, reason, updated_at)
       select gen_random_uuid(), u.id, o.id, level, 'active', $1, now(), now(), now() + interval '1 hour', 'a reason of some length', now()
         from unnest($2::uuid[]) u (id), organizations o, unnest('{read_only,emergency}'::text[]) level where o.type = 'customer'`,
      [(await world.staff('super_admin')).id, people.map(({ id }) => id)],
    )
    // An odd one at the beginning, so that a pair would be divided where the first piece ends.
    await sql(`
      update technician_customer_access set status = 'expired' where id = (
        select id from technician_customer_access where access_level = 'emergency' order by technician_id, customer_org_id limit 1)`)
    const table = await untouched().grants.known(0)
    const { rows } = await sql(
      `select technician_id as id, count(*)::int as count from technician_customer_access where status = 'active' group by 1`,
    )
    expect(rows.map(({ id }) => table.grantsOf(id).count)).toEqual(rows.map(({ count }) => count))
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(5400)
  })
})
