import { beforeAll, expect, test } from 'vitest'
import { useClones } from '../support/clones.ts'
import { grant, ids } from '../support/walled-database.ts'
import type { Clone, Context, Role } from '../support/walled-database.ts'

const { acme, bolt, ada, bob, staff, technician, stranger } = ids

/** Functions look over the wall with their owner's rights: what they ask of their caller is all that holds there. */
interface Look {
  readonly as: Role
  readonly context: Context
  readonly sql: string
  readonly gives: number
}

const member = { as: 'member', context: { orgId: acme, userId: ada } } as const
const technicianHere = { as: 'technician', context: { userId: technician } } as const
/** Has access to bolt alone. */
const strangerHere = { as: 'technician', context: { userId: stranger } } as const
const strangerAtAcme = { as: 'technician', context: { userId: stranger, orgId: acme } } as const
const unknownStaff = { as: 'staff', context: {} } as const
const someStaff = { as: 'staff', context: { userId: staff } } as const

const accessOf = (technicianId: string, customerId: string) =>
  `(select id from every_grant where technician_id = '${technicianId}' and customer_org_id = '${customerId}')`
const count = (from: string) => `select count(*) as found from ${from}`
const reach = 'unnest(technician_reach())'
/** One that somebody else asked for, with nothing in it. */
const removed = `
  select (remove_audit_events((select id from every_cleanup where requested_by = '${technician}'), now()) is not null)::int as found`
const told = (person: string) => `
  select tell('{${person}}', '{}', false, jsonb_build_object('kind', 'access_expiring', 'title', 'T', 'body', 'B', 'at', now(),
    'letterId', gen_random_uuid(), 'subject', 'S', 'textSealed', 'x')) as found`

const elsewhere = String.raw`select coalesce(comes_from_elsewhere('\x07'), false)::int as found`
const cameFrom = String.raw`select came_from('\x07', now()) as found`
const erasing = `
  select erase_from_trail(jsonb_build_array(jsonb_build_object('orgId', org_id, 'occurredAt', occurred_at, 'id', id, 'description', commitment)))
    as found from an_event`

const erasingAda = `select least(erase_person('${ada}', 'x', now()), 1) as found`

const looks: Readonly<Record<string, readonly Look[]>> = {
  access_technician: [
    { ...member, sql: count(`access_technician(${accessOf(technician, acme)})`), gives: 1 },
    { ...member, sql: count(`access_technician(${accessOf(technician, bolt)})`), gives: 0 },
  ],
  access_customer: [
    { ...technicianHere, sql: count(`access_customer(${accessOf(technician, bolt)})`), gives: 1 },
    { ...technicianHere, sql: count(`access_customer(${accessOf(stranger, bolt)})`), gives: 0 },
  ],
  granted_customers: [{ ...strangerHere, sql: count('granted_customers()'), gives: 1 }],
  comes_from_elsewhere: [
    { ...technicianHere, sql: elsewhere, gives: 1 },
    { as: 'staff', context: {}, sql: elsewhere, gives: 0 },
  ],
  came_from: [
    { ...technicianHere, sql: cameFrom, gives: 1 },
    { as: 'staff', context: {}, sql: cameFrom, gives: 0 },
  ],
  erase_from_trail: [
    { as: 'retention', context: { userId: staff }, sql: erasing, gives: 1 },
    { as: 'retention', context: {}, sql: erasing, gives: 0 },
  ],
  erase_person: [
    { as: 'retention', context: { userId: staff }, sql: erasingAda, gives: 1 },
    { as: 'retention', context: {}, sql: erasingAda, gives: 0 },
  ],
  find_users: [
    { ...someStaff, sql: count(`unnest(find_users('example', 100))`), gives: 5 },
    { ...unknownStaff, sql: count(`unnest(find_users('example', 100))`), gives: 0 },
  ],
  find_organizations: [
    { ...someStaff, sql: count(`unnest(find_organizations('acme', 100))`), gives: 1 },
    { ...unknownStaff, sql: count(`unnest(find_organizations('acme', 100))`), gives: 0 },
  ],
  remove_audit_events: [
    { as: 'retention', context: { userId: staff }, sql: removed, gives: 1 },
    { as: 'retention', context: { userId: stranger }, sql: removed, gives: 0 },
  ],
  technician_is_active: [
    { ...technicianHere, sql: 'select technician_is_active()::int as found', gives: 1 },
    { as: 'technician', context: {}, sql: 'select technician_is_active()::int as found', gives: 0 },
  ],
  technician_reach: [
    { ...technicianHere, sql: count(reach), gives: 3 },
    { ...strangerHere, sql: count(reach), gives: 2 },
    { ...strangerAtAcme, sql: count(reach), gives: 0 },
    { ...strangerHere, context: { userId: stranger, orgId: bolt }, sql: count(reach), gives: 1 },
  ],
  tell: [
    { ...member, sql: told(ada), gives: 1 },
    { ...member, sql: told(bob), gives: 0 },
    { ...member, sql: told(staff), gives: 1 },
    { ...strangerHere, sql: told(bob), gives: 1 },
    { ...strangerHere, sql: told(ada), gives: 0 },
  ],
}

/** What a function asks of its caller, and what is left when it does not. */
const conditions: readonly [condition: RegExp, without: string][] = [
  [/\b(?:\w+\.)?\w+ = (?:current_org\(\)|current_user_id\(\)|(?:me|org)\b)/g, 'true'],
  [/\b\w+\.\w+ = any \(technician_reach\(\)\)/g, 'true'],
  [/current_user_id\(\) is null/g, 'false'],
]

const clones = useClones()
let admin: Clone['admin']
let openings: { name: string; definition: string }[]

beforeAll(async () => {
  const { clone } = await clones.open(async (prepared) => {
    await grant(prepared.admin, { technicianId: stranger, customerId: bolt })
    await prepared.admin.query(`
      create table every_grant as select id, technician_id, customer_org_id from technician_customer_access;
      create table every_cleanup as select id, requested_by from audit_cleanups;
      create table an_event as
        select org_id, occurred_at, id, sha256('')::bytea as commitment from audit_logs where org_id = '${acme}' limit 1;
      grant select on every_grant, every_cleanup, an_event to public`)
  })
  admin = clone.admin
  const { rows } = await admin.query<{ name: string; definition: string }>(
    `select proname as name, pg_get_functiondef(oid) as definition from pg_proc
      where pronamespace = 'castellan'::regnamespace and prosecdef and prorettype <> 'trigger'::regtype
        and exists (select from aclexplode(proacl) where grantee <> proowner) order by 1`,
  )
  openings = rows
})

async function given({ as, context, sql }: Look, change = ''): Promise<number> {
  await admin.query(`begin; ${change}`)
  try {
    const { orgId = '', userId = '' } = context
    await admin.query(
      `set local role castellan_${as}; set local castellan.org_id = '${orgId}'; set local castellan.user_id = '${userId}'`,
    )
    const { rows } = await admin.query<{ found: string }>(sql)
    return Number(rows[0]?.found)
  } finally {
    await admin.query('rollback')
  }
}

test.each(Object.keys(looks))('%s gives its caller what they may see, and nothing else', async (name) => {
  for (const look of looks[name] ?? []) expect(await given(look), JSON.stringify(look)).toBe(look.gives)
})

test('whoever lets a function ask less of its caller is noticed', async () => {
  const unnoticed: string[] = []
  let taken = 0
  for (const { name, definition } of openings) {
    for (const [condition, without] of conditions) {
      for (const { 0: found, index } of definition.matchAll(condition)) {
        taken++
        const changed = definition.slice(0, index) + without + definition.slice(index + found.length)
        const wrong = []
        for (const look of looks[name] ?? []) wrong.push((await given(look, changed)) !== look.gives)
        if (!wrong.includes(true)) unnoticed.push(`${name}: ${found}`)
      }
    }
  }
  expect(unnoticed).toEqual([])
  expect(taken).toBeGreaterThan(10)
})

/** Their answers are the same for every caller. */
const impartial = ['ensure_audit_partitions', 'roll_up_audit']

test('every function that looks over the wall for somebody is one of these', () => {
  const known = [...Object.keys(looks), ...impartial]
  expect(openings.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([])
})
