import pg from 'pg'
import { ids, tablesOf } from './walled-database.ts'
import type { Context, Role } from './walled-database.ts'

const { acme, bolt, ada, technician, stranger, staff } = ids

/** Everybody whom a policy can be about. The technician has access to both customers, the stranger to none. */
export const viewers = {
  member: { role: 'member', context: { orgId: acme, userId: ada } },
  technician: { role: 'technician', context: { userId: technician } },
  'technician at acme': { role: 'technician', context: { orgId: acme, userId: technician } },
  stranger: { role: 'technician', context: { userId: stranger } },
  'unknown technician': { role: 'technician', context: {} },
  staff: { role: 'staff', context: { userId: staff } },
  'unknown staff': { role: 'staff', context: {} },
  identity: { role: 'identity', context: {} },
  clock: { role: 'clock', context: {} },
  sealer: { role: 'sealer', context: {} },
  retention: { role: 'retention', context: { userId: staff } },
  'unknown retention': { role: 'retention', context: {} },
  owner: { role: 'owner', context: {} },
} as const satisfies Record<string, { role: Role | 'owner'; context: Context }>
export type Viewer = keyof typeof viewers

/**
 * Whose a row is, as one letter: ada's or acme's, bob's or bolt's, the provider's, of its people; in capitals an organization's that no
 * person has to do with.
 */
const letters: Readonly<Record<string, string>> = {
  [acme]: 'a',
  [ada]: 'a',
  [bolt]: 'b',
  [ids.bob]: 'b',
  [ids.provider]: 'p',
  [staff]: 's',
  [technician]: 't',
  [stranger]: 'x',
  [`nobody of ${acme}`]: 'A',
  [`nobody of ${bolt}`]: 'B',
  [`nobody of ${ids.provider}`]: 'P',
}
const NOBODYS = 'n'
/** It got past the wall, and met a constraint behind it. */
const PAST = '!'
const WALL = 'wall'

/** What names the owner of a row, most telling first. A row without is `n`. */
const ownerColumns = ['user_id', 'customer_org_id', 'org_id']
const ownerOf: Readonly<Record<string, string>> = {
  organizations: 'id',
  users: 'id',
  audit_logs: `coalesce(user_id::text, 'nobody of ' || org_id)`,
  technician_customer_access: `case technician_id when '${stranger}' then technician_id else customer_org_id end`,
}

/** What a row can be made into that it was not. */
const moves: Readonly<Record<string, readonly string[]>> = {
  organizations: [`id = gen_random_uuid()`, `type = 'mss_provider'`],
  users: [`id = gen_random_uuid()`, `org_id = '${bolt}'`, `org_type = 'mss_provider'`],
  technician_customer_access: [`technician_id = '${stranger}'`, `customer_org_id = '${bolt}'`, `status = 'expired'`],
  access_reviews: [`closed_by = '${staff}'`, `closed_by = '${ada}'`],
  audit_holds: [`released_by = '${staff}'`, `released_by = '${ada}'`],
  saved_views: [`org_id = '${bolt}'`, `user_id = '${ids.bob}'`],
  notifications: [`org_id = '${bolt}'`, `user_id = '${ids.bob}'`],
}

interface Subject {
  readonly name: string
  /** SQL for the owner's id. */
  readonly owner: string
  readonly moves: readonly string[]
  /** An assignment that reads no column, so that no other policy than the one for changes is asked. */
  readonly change: string
  /** A row of each owner, to be written once more. */
  readonly rows: readonly { letter: string; row: object }[]
  readonly columns: string
  readonly places: readonly Place[]
}

/** What row security alone lets everybody see and do in one table, without its triggers and rights. */
export interface Prober {
  readonly tables: readonly string[]
  look(table: string, viewer: Viewer): Promise<string>
}

/** @param client the superuser's; it is in a transaction that is rolled back, and has a row of each kind to look at. */
export async function prober(client: pg.Client): Promise<Prober> {
  await client.query('set session_replication_role = replica')
  const subjects = new Map<string, Subject>()
  for (const { name } of await tablesOf(client)) subjects.set(name, await subjectOf(client, name))
  return {
    tables: [...subjects.keys()],
    async look(table, viewer) {
      const subject = subjects.get(table)
      if (!subject) throw new Error(`there is no table ${table}`)
      return told(await lookAt(client, subject, viewer), subject)
    },
  }
}

async function subjectOf(client: pg.Client, name: string): Promise<Subject> {
  const { rows: columns } = await client.query<{ name: string; key: boolean; made: boolean }>(
    `select a.attname as name, a.attgenerated <> '' as made,
            exists (select from pg_index i where i.indrelid = a.attrelid and a.attnum = any (i.indkey)) as key
       from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [name],
  )
  const names = columns.map((column) => column.name)
  const owner = ownerOf[name] ?? ownerColumns.find((column) => names.includes(column)) ?? 'null'
  const { rows } = await client.query<{ owner: string; row: object }>(
    `select distinct on (1) (${owner})::text as owner, to_jsonb(t) as row from ${name} t`,
  )
  const free = columns.filter(({ key, made }) => !key && !made).map((column) => column.name)
  return {
    name,
    owner,
    moves: moves[name] ?? (names.includes('org_id') ? [`org_id = '${bolt}'`] : []),
    change: await changeOf(client, name, free),
    rows: rows.map((one) => ({ letter: letters[one.owner] ?? NOBODYS, row: one.row })),
    columns: columns
      .filter(({ made }) => !made)
      .map((column) => column.name)
      .join(', '),
    places: await placesIn(client, name, owner),
  }
}

/** The first column that can be the same everywhere. */
async function changeOf(client: pg.Client, name: string, columns: readonly string[]): Promise<string> {
  for (const column of columns) {
    const { rows } = await client.query<{ change: string }>(
      `select format('%I = %L', '${column}', ${column}) as change from ${name} limit 1`,
    )
    const change = rows[0]?.change ?? ''
    if ((await undone(client, () => outcomeOf(client, `update ${name} set ${change}`))) === null) return change
  }
  return ''
}

async function undone<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('savepoint probe')
  try {
    return await work()
  } finally {
    await client.query('rollback to savepoint probe')
  }
}

/** Null where it succeeded; else whether the wall refused it or something behind. */
async function outcomeOf(client: pg.Client, text: string, values: unknown[] = []): Promise<string | null> {
  try {
    await client.query(text, values)
    return null
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    return error.message.includes('row-level security') ? WALL : PAST
  }
}

type Looked = [verb: string, owners: string][]

async function lookAt(client: pg.Client, subject: Subject, viewer: Viewer): Promise<Looked> {
  const { name, owner, change, rows, columns } = subject
  const looked: Looked = [
    ['sees', sorted(await undone(client, async () => (await enter(client, viewer), ownersIn(client, name, owner))))],
    ['removes', await touched(client, subject, viewer, `delete from ${name}`)],
  ]
  if (change) looked.push(['changes', await touched(client, subject, viewer, `update ${name} set ${change}`)])
  let added = ''
  for (const { letter, row } of rows) {
    const copy = `insert into ${name} (${columns}) select ${columns} from jsonb_populate_record(null::${name}, $1)`
    const outcome = await undone(client, async () => (await enter(client, viewer), outcomeOf(client, copy, [row])))
    if (outcome !== WALL) added += letter
  }
  looked.push(['adds', sorted([...added])])
  for (const move of subject.moves) {
    const label = move.split(' =', 1)[0] ?? ''
    const value = move.includes(ada) ? "to ada's " : ''
    const statement = `update ${name} set ${move}`
    looked.push([`moves ${value}${label}`, await touched(client, subject, viewer, statement)])
  }
  return looked
}

async function enter(client: pg.Client, viewer: Viewer): Promise<void> {
  const { role, context } = viewers[viewer]
  const { orgId = '', userId = '' } = context as Context
  await client.query(
    `set local role castellan_${role}; set local castellan.org_id = '${orgId}'; set local castellan.user_id = '${userId}'`,
  )
}

async function ownersIn(client: pg.Client, name: string, owner: string): Promise<string[]> {
  const { rows } = await client.query<{ owner: string }>(`select distinct (${owner})::text as owner from ${name}`)
  return rows.map((row) => letters[row.owner] ?? NOBODYS)
}

interface Place {
  readonly place: string
  readonly letter: string
}

const placesIn = async (client: pg.Client, name: string, owner = 'null'): Promise<Place[]> => {
  const { rows } = await client.query<{ place: string; owner: string }>(
    `select tableoid || ' ' || ctid as place, (${owner})::text as owner from ${name}`,
  )
  return rows.map((row) => ({ place: row.place, letter: letters[row.owner] ?? NOBODYS }))
}

/** Whose rows are not where they were. */
async function touched(client: pg.Client, subject: Subject, viewer: Viewer, statement: string): Promise<string> {
  const { name, places } = subject
  return undone(client, async () => {
    await enter(client, viewer)
    const outcome = await outcomeOf(client, statement)
    if (outcome !== null) return outcome === WALL ? '' : PAST
    await client.query('reset role')
    const still = new Set((await placesIn(client, name)).map(({ place }) => place))
    return sorted(places.filter(({ place }) => !still.has(place)).map(({ letter }) => letter))
  })
}

const sorted = (found: readonly string[]): string => [...new Set(found)].toSorted().join('')

/** In words: `everything`, or each verb with the owners of whose rows it holds; empty for nothing. */
function told(looked: Looked, { rows }: Subject): string {
  if (rows.length === 0) return 'an empty table: give it a row in the seed'
  const all = sorted(rows.map(({ letter }) => letter))
  if (looked.every(([, owners]) => owners === all || owners === PAST)) return 'everything'
  return looked
    .filter(([, owners]) => owners !== '')
    .map(([verb, owners]) => `${verb} ${owners}`)
    .join(', ')
}
