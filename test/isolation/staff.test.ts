import { beforeAll, describe, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import { countOfOthers, disableRowSecurity, FORBIDDEN, grantEverything, probe } from '../support/probes.ts'
import { ids, tablesOf } from '../support/walled-database.ts'
import type { Clone, Context, Session, Table } from '../support/walled-database.ts'

const clones = useClones()
const nobody: [string, Context][] = [
  ['no context', {}],
  ['an empty context', { orgId: '', userId: '' }],
  ['garbage', { orgId: 'x', userId: `' or true --` }],
]

let tables: Table[]
let session: Session
beforeAll(async () => {
  const opened = await clones.open()
  tables = await tablesOf(opened.clone.admin)
  session = opened.session
})

test('staff see all tenants once it is known who they are', async () => {
  const seen = await probe(session, { role: 'staff', context: { userId: ids.staff } }, tables, countOfOthers(null))
  const all = {
    organizations: 3,
    users: 5,
    technician_customer_access: 2,
    technician_customer_access_history: 2,
    user_sessions: 5,
  }
  expect(seen).toMatchObject(all)
  expect(seen['audit_logs']).toBeGreaterThan(4)
})

describe.each<[string, (clone: Clone) => Promise<void>]>([
  ['as shipped', async () => undefined],
  ['with every right granted, so that row security stands alone', grantEverything],
])('staff, %s,', (_name, prepare) => {
  test.each(nobody)('read no row from any table with %s', async (_what, context) => {
    const opened = await clones.open(prepare)
    const seen = await probe(opened.session, { role: 'staff', context }, tables, countOfOthers(null))
    expect(Object.entries(seen).filter(([, outcome]) => ![0, FORBIDDEN, '22P02'].includes(outcome))).toEqual([])
  })
})

test('without row security the same probe reads every table', async () => {
  const { session: open } = await clones.open(async (clone) => {
    await grantEverything(clone)
    await disableRowSecurity(clone)
  })
  const seen = await probe(open, { role: 'staff', context: {} }, tables, countOfOthers(null))
  expect(Object.entries(seen).filter(([name, outcome]) => name !== 'installation' && !(Number(outcome) > 0))).toEqual(
    [],
  )
})
