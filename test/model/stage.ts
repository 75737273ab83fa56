import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import type { Org, Person, State } from './reference.ts'

/** One server for all the plays; each play has people and customers of its own, and a super admin whom nothing befalls. */
export interface Stage {
  readonly world: World
  /** Writes around the application without leaving a trace in the trail. */
  readonly hand: pg.Client
  readonly root: Person
  readonly tokens: Map<Person, string>
  close(): Promise<void>
}

export interface Play {
  readonly state: State
  /** In every name of this play, so that lists can be narrowed to it. */
  readonly tag: string
  readonly root: Person
}

export async function openStage(): Promise<Stage> {
  const world = await createWorld()
  const hand = new pg.Client({
    connectionString: world.databaseUrl,
    options: '-c search_path=castellan -c session_replication_role=replica',
  })
  await hand.connect()
  await letDatabaseFollow(hand)
  const { id, email, orgId } = await world.staff('super_admin')
  const provider: Org = { id: orgId, isProvider: true, status: 'active' }
  const root: Person = { id, email, org: provider, role: 'super_admin', status: 'active', signedIn: false }
  const close = async (): Promise<void> => {
    await hand.end()
    await world.close()
  }
  return { world, hand, root, tokens: new Map(), close }
}

/**
 * Row security decides by the database's own clock. Where its views and functions ask for the time, they are told the server's, which
 * travels: otherwise a grant that starts in the story would never start for the second lock.
 */
async function letDatabaseFollow(hand: pg.Client): Promise<void> {
  await hand.query(`
    create table story_clock (ahead interval not null);
    insert into story_clock values ('0');
    create function story_now() returns timestamptz language sql stable security definer set search_path = castellan, pg_temp
      as 'select now() + ahead from story_clock'`)
  const { rows } = await hand.query<{ told: string }>(`
    select pg_get_functiondef(p.oid) as told from pg_proc p
     where p.pronamespace = 'castellan'::regnamespace and p.prosrc like '%now()%' and p.proname <> 'story_now'
     union all
    select format('create or replace view %I with (security_invoker = true) as %s', c.relname, pg_get_viewdef(c.oid)) from pg_class c
     where c.relnamespace = 'castellan'::regnamespace and c.relkind = 'v' and pg_get_viewdef(c.oid) like '%now()%'`)
  if (!rows.some(({ told }) => told.includes('live_grants')))
    throw new Error('row security asks for the time elsewhere')
  for (const { told } of rows) await hand.query(told.replaceAll(/\bnow\(\)/g, 'story_now()'))
}

export async function pass({ world, hand }: Stage, { state }: Play, minutes: number): Promise<void> {
  world.travel(minutes * 60_000)
  await hand.query('update story_clock set ahead = ahead + make_interval(mins => $1)', [minutes])
  await hand.query('select ensure_audit_partitions()')
  for (const person of state.people) person.signedIn = false
}

export const readClock = ({ world }: Stage, { state }: Play): void => {
  state.now = world.house.clock().getTime()
}

let plays = 0

/** Two customers with an admin and a member each, and four people of the provider beside the super admin. */
export async function begin(stage: Stage): Promise<Play> {
  const { root, hand } = stage
  const tag = `play${++plays}x`
  const state: State = { now: 0, provider: root.org, customers: [], people: [root], grants: [] }
  const play = { state, tag, root }
  for (const name of ['one', 'two']) state.customers.push(await addCustomer(hand, `${name} ${tag}`))
  const [one, two] = state.customers as [Org, Org]
  root.signedIn = false
  for (const role of ['account_manager', 'security_analyst', 'technician', 'technician'])
    state.people.push(await addPerson(hand, play, { org: root.org, role }))
  for (const org of [one, two])
    for (const role of ['admin', 'basic_user']) state.people.push(await addPerson(hand, play, { org, role }))
  await signIn(stage, play)
  readClock(stage, play)
  return play
}

/** Leaves the next play a small world. */
export async function end({ hand, world }: Stage, { tag, state }: Play): Promise<void> {
  const ids = state.customers.map(({ id }) => id)
  await hand.query(`update users set status = 'deleted' where email like $1`, [`%${tag}%`])
  await hand.query(`update organizations set status = 'deleted' where id = any ($1)`, [ids])
  world.house.standing.changed()
}

async function addCustomer(hand: pg.Client, name: string): Promise<Org> {
  const id = uuidv7()
  await hand.query(
    `insert into organizations (id, name, type, status, settings, created_at, updated_at)
     values ($1, $2, 'customer', 'active', '{}', now(), now())`,
    [id, name],
  )
  return { id, isProvider: false, status: 'active' }
}

async function addPerson(hand: pg.Client, { tag }: Play, { org, role }: Pick<Person, 'org' | 'role'>): Promise<Person> {
  const id = uuidv7()
  const email = `${role}.${id}.${tag}@example.com`
  await hand.query(
    `insert into users (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, created_at, updated_at)
     values ($1, $2, $3, $4, 'First', 'Last', $5, 'active', true, now(), now())`,
    [id, org.id, org.isProvider ? 'mss_provider' : 'customer', email, role],
  )
  return { id, org, email, role, status: 'active', signedIn: false }
}

/** Somebody who was invited accepts, and has a second factor. */
export async function accept({ hand }: Stage, person: Person): Promise<void> {
  await hand.query(`update users set status = 'active', mfa_enabled = true where id = $1`, [person.id])
}

/** Everybody who can have a session and has none gets a new one. */
export async function signIn({ world, hand, tokens }: Stage, { state }: Play): Promise<void> {
  const able = state.people.filter(
    ({ status, signedIn, org }) => !signedIn && status === 'active' && org.status === 'active',
  )
  if (able.length === 0) return
  const now = world.house.clock()
  const sessions = able.map((person) => ({ org_id: person.org.id, id: uuidv7(), user_id: person.id }))
  await hand.query(
    `insert into user_sessions (org_id, id, user_id, created_at, last_used_at, expires_at, mfa_at, refresh_salt, refresh_rotated_at)
     select org_id, id, user_id, $2, $2, $2::timestamptz + interval '12 hours', $2, $3, $2
       from jsonb_to_recordset($1::jsonb) as s (org_id uuid, id uuid, user_id uuid)`,
    [JSON.stringify(sessions), now, randomBytes(32)],
  )
  able.forEach((person, i) => {
    person.signedIn = true
    tokens.set(person, world.house.credentials.signer.sign({ sub: person.id, sid: sessions[i]?.id ?? '' }, now).token)
  })
}
