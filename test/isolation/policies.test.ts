import { beforeAll, describe, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import { prober, viewers } from '../support/policy-probe.ts'
import type { Prober, Viewer } from '../support/policy-probe.ts'
import { grantEverything } from '../support/probes.ts'
import type { Clone } from '../support/walled-database.ts'
import { alwaysTrue, hidden, letThrough, prepare } from './policies.ts'

interface Policy {
  readonly table: string
  readonly name: string
  readonly command: string
  readonly permissive: string
  readonly roles: string[]
  readonly using: string | null
  readonly check: string | null
  readonly partition: boolean
}

const clones = useClones()
let admin: Clone['admin']
let probe: Prober
let policies: Policy[]
let everyPolicy: Policy[]

beforeAll(async () => {
  const { clone } = await clones.open(async (prepared) => {
    await grantEverything(prepared)
    await prepare(prepared)
  })
  admin = clone.admin
  const { rows } = await admin.query<Policy>(
    `select tablename as "table", policyname as name, cmd as command, permissive, roles::text[], qual as using, with_check as check,
            relispartition as partition
       from pg_policies join pg_class on oid = format('castellan.%I', tablename)::regclass
      where schemaname = 'castellan' order by 1, 2`,
  )
  everyPolicy = rows
  policies = rows.filter(({ partition }) => !partition)
  await admin.query('begin')
  probe = await prober(admin)
})

const everybody = Object.keys(viewers) as Viewer[]
const seen = async (table: string, whom: readonly Viewer[] = everybody): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const viewer of whom) {
    const told = await probe.look(table, viewer)
    if (told !== '') found[viewer] = told
  }
  return found
}

const nameOf = ({ table, name }: Policy): string => `${name} on ${table}`
const ofRoles = ({ roles }: Policy): Viewer[] =>
  everybody.filter((viewer) => roles.includes(`castellan_${viewers[viewer].role}`))

test('row security alone lets everybody see and do what is written here, and nothing else', async () => {
  const found: Record<string, Record<string, string>> = {}
  for (const table of probe.tables) found[table] = await seen(table)
  expect(found).toEqual(letThrough)
})

describe('whoever takes a policy away is noticed:', () => {
  /** Whether one of the probes above fails with it. */
  const isNoticed = async (policy: Policy, change: string): Promise<boolean> => {
    await admin.query('savepoint whole')
    await admin.query(change)
    const whom = ofRoles(policy)
    const found = await seen(policy.table, whom)
    await admin.query('rollback to savepoint whole')
    const expected = letThrough[policy.table] ?? {}
    return whom.some((viewer) => found[viewer] !== expected[viewer])
  }

  test('a policy whose condition is always true', async () => {
    const unnoticed: string[] = []
    for (const policy of policies) {
      const { table, name, using, check } = policy
      const conditions = [using && using !== 'true' && 'using', check && check !== 'true' && 'with check']
      for (const condition of conditions.filter((one) => typeof one === 'string' && one !== '')) {
        const opened = `alter policy ${name} on ${table} ${condition} (true)`
        if (!(await isNoticed(policy, opened))) unnoticed.push(`${nameOf(policy)} ${condition}`)
      }
    }
    expect(unnoticed.toSorted()).toEqual(Object.keys(hidden).toSorted())
  })

  test('a policy that is not there', async () => {
    const unnoticed: string[] = []
    for (const policy of policies) {
      if (!(await isNoticed(policy, `drop policy ${policy.name} on ${policy.table}`))) unnoticed.push(nameOf(policy))
    }
    expect(unnoticed).toEqual([])
  })
})

test('a condition that is always true has its reason', () => {
  const isOpen = ({ using, check }: Policy) => [using, check].some((condition) => condition === 'true')
  const open = new Set(policies.filter(isOpen).map(({ name }) => name))
  expect([...open].toSorted()).toEqual(Object.keys(alwaysTrue).toSorted())
})

test('no policy narrows another, and none is for everybody', () => {
  expect(everyPolicy.filter(({ permissive }) => permissive !== 'PERMISSIVE')).toEqual([])
  expect(everyPolicy.filter(({ roles }) => roles.includes('public'))).toEqual([])
})

test('the parts of the trail are for nobody but their owner: all others come by the trail', () => {
  const ofParts = everyPolicy.filter(({ partition }) => partition)
  expect(ofParts.length).toBeGreaterThan(0)
  expect(new Set(ofParts.map(({ name, roles }) => `${name} ${roles.join()}`))).toEqual(
    new Set(['owner_keeps castellan_owner']),
  )
})
