import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import {
  attempt,
  countOfOthers,
  disableRowSecurity,
  FORBIDDEN,
  grantEverything,
  openPolicies,
  probe,
} from '../support/probes.ts'
import type { Outcome } from '../support/probes.ts'
import { ids, tablesOf } from '../support/walled-database.ts'
import type { Clone, Context, Session, Table } from '../support/walled-database.ts'

const { acme, bolt, ada, bob } = ids
const INVALID_UUID = '22P02'
const UNIQUE = '23505'

const clones = useClones()
let pristine: Clone
let tables: Table[]
beforeAll(async () => {
  pristine = (await clones.open()).clone
  tables = await tablesOf(pristine.admin)
})

const withTenants = (): Table[] => tables.filter(({ tenant }) => tenant !== null)
/** Nothing was seen or changed: no row, or not even allowed to ask. */
const nothing = (outcome: Outcome): boolean => outcome === 0 || outcome === FORBIDDEN || outcome === INVALID_UUID
const somethingIn = (outcomes: Record<string, Outcome>): string[] =>
  Object.entries(outcomes)
    .filter(([, outcome]) => !nothing(outcome))
    .map(([name, outcome]) => `${name}: ${outcome}`)

const own: Context = { orgId: acme, userId: ada }
const contexts: [string, Context, string | null][] = [
  ['no context', {}, null],
  ['an empty context', { orgId: '', userId: '' }, null],
  ['garbage', { orgId: `' or true --`, userId: '0' }, null],
  ['an organization that does not exist', { orgId: uuidv7(), userId: uuidv7() }, null],
  ['its own context', own, acme],
  ['the context of the other customer', { orgId: bolt, userId: bob }, bolt],
]

test('every table with tenants has rows of both customers here, so that each proof below is about something', async () => {
  for (const { name, tenant } of withTenants()) {
    const { rows } = await pristine.admin.query(
      `select distinct ${tenant} as id from ${name} where ${tenant} in ($1, $2)`,
      [acme, bolt],
    )
    expect(rows.length, `a row of each customer in ${name}: add it to the seed`).toBe(2)
  }
})

describe.each<[string, (clone: Clone) => Promise<void>]>([
  ['as shipped', async () => undefined],
  ['with every right granted, so that row security stands alone', grantEverything],
])('a member, %s,', (_name, prepare) => {
  let session: Session
  beforeAll(async () => {
    session = (await clones.open(prepare)).session
  })

  test.each(contexts)('reads no row of another tenant from any table with %s', async (_what, context, orgId) => {
    const seen = await probe(session, { role: 'member', context }, tables, countOfOthers(orgId))
    expect(Object.keys(seen)).toHaveLength(tables.length)
    expect(somethingIn(seen)).toEqual([])
  })

  test.each(contexts)('changes and removes no row of another tenant with %s', async (_what, context, orgId) => {
    const others = orgId === null ? () => 'true' : ({ tenant }: Table) => `${tenant} <> '${orgId}'`
    const changed = await probe(session, { role: 'member', context }, withTenants(), (table) => {
      return `update ${table.name} set ${table.tenant} = ${table.tenant} where ${others(table)}`
    })
    const removed = await probe(session, { role: 'member', context }, withTenants(), (table) => {
      return `delete from ${table.name} where ${others(table)}`
    })
    expect(somethingIn(changed)).toEqual([])
    expect(somethingIn(removed)).toEqual([])
  })

  test('moves no row of its own to another tenant', async () => {
    const moved = await probe(session, { role: 'member', context: own }, withTenants(), ({ name, tenant }) => {
      return `update ${name} set ${tenant} = '${bolt}' where ${tenant} = '${acme}'`
    })
    expect(somethingIn(moved)).toEqual([])
  })

  test('writes no row for another tenant', async () => {
    for (const table of withTenants()) {
      expect(await copyAs(session, own, table, bolt), table.name).toBe(FORBIDDEN)
    }
  })
})

/** Writes a row of the organization once more: past every wall it meets nothing but its own key. */
async function copyAs(session: Session, context: Context, { name, tenant }: Table, orgId: string): Promise<Outcome> {
  const { admin } = pristine
  const columns = await admin.query<{ names: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as names from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [name],
  )
  const row = await admin.query(`select to_jsonb(t) as row from ${name} t where ${tenant} = $1 limit 1`, [orgId])
  const names = columns.rows[0]?.names ?? ''
  return session.as('member', context, (client) =>
    attempt(client, `insert into ${name} (${names}) select ${names} from jsonb_populate_record(null::${name}, $1)`, [
      row.rows[0]?.row,
    ]),
  )
}

test('a member sees its own rows: the walls have doors', async () => {
  const { session } = await clones.open()
  const seen = await probe(session, { role: 'member', context: own }, tables, ({ name, tenant }) =>
    tenant === null ? null : `select count(*) as found from ${name} where ${tenant} = '${acme}'`,
  )
  const one = { organizations: 1, users: 1, user_sessions: 1, invitations: 1, technician_customer_access: 1 }
  expect(seen).toMatchObject({ ...one, technician_customer_access_history: 1, audit_logs: expect.any(Number) })
  expect(seen['audit_logs']).toBeGreaterThan(0)
})

test('a member makes no provider of its organization', async () => {
  const { session } = await clones.open()
  const become = `update organizations set type = 'mss_provider' where id = '${acme}'`
  expect(await session.as('member', own, (client) => attempt(client, become))).toBe(FORBIDDEN)
})

describe('without row security the same probes see and write what is not theirs', () => {
  describe.each<[string, (clone: Clone) => Promise<void>]>([
    ['row security switched off', disableRowSecurity],
    ['a policy that lets everything through', (clone) => openPolicies(clone, 'member')],
  ])('%s:', (_name, takeDown) => {
    let session: Session
    beforeAll(async () => {
      const opened = await clones.open(async (clone) => {
        await grantEverything(clone)
        await takeDown(clone)
      })
      session = opened.session
    })

    test.each(contexts.filter(([what]) => what !== 'garbage'))(
      'rows of another tenant are read with %s',
      async (_what, context, orgId) => {
        const seen = await probe(session, { role: 'member', context }, withTenants(), countOfOthers(orgId))
        const blind = Object.entries(seen).filter(([, outcome]) => !(Number(outcome) > 0))
        expect(blind).toEqual([])
      },
    )

    test('rows of another tenant are changed, moved and written', async () => {
      // The trail has a wall of its own behind this one.
      const walledOnce = withTenants().filter(({ name }) => name !== 'audit_logs')
      const changed = await probe(session, { role: 'member', context: own }, walledOnce, ({ name, tenant }) => {
        return `update ${name} set ${tenant} = ${tenant} where ${tenant} = '${bolt}'`
      })
      expect(Object.entries(changed).filter(([, outcome]) => !(Number(outcome) > 0))).toEqual([])
      for (const table of withTenants()) expect(await copyAs(session, own, table, bolt), table.name).toBe(UNIQUE)
    })
  })
})
