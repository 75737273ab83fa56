import { v7 as uuidv7 } from 'uuid'
import type { Customer, GrantFields, Person } from '../../support/factories.ts'
import { createWorld } from '../../support/world.ts'
import type { World } from '../../support/world.ts'

/** Everybody whom the answers may depend on, under their column of the table. */
export const personas = {
  nobody: 'nobody',
  'a super admin': 'SA',
  'an account manager': 'AM',
  'a security analyst': 'AN',
  'a technician without any grant': 'TE none',
  'a technician with read-only access': 'TE read',
  'a technician with full access': 'TE full',
  'a technician with emergency access': 'TE full',
  'a technician whose access expired': 'TE ended',
  'a technician whose access was revoked': 'TE ended',
  'a technician at a wrong address': 'TE elsewhere',
  'a technician at a wrong hour': 'TE elsewhere',
  "a customer's admin": 'CA',
  "a customer's report viewer": 'CM',
  "a customer's request user": 'CM',
  "a customer's basic user": 'CM',
  'a super admin who owes a second factor': 'MFA pending',
  'an admin of a suspended customer': 'suspended',
} as const
export type Persona = keyof typeof personas

const DAY_MS = 86_400_000
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const inThreeDays = (): string => dayNames[new Date(Date.now() + 3 * DAY_MS).getUTCDay()] ?? 'sun'

/** The grants that technicians have on the customer in hand. */
const granted: Partial<Record<Persona, () => GrantFields>> = {
  'a technician with read-only access': () => ({ accessLevel: 'read_only' }),
  'a technician with full access': () => ({ accessLevel: 'full_access' }),
  'a technician with emergency access': () => ({ accessLevel: 'emergency' }),
  // Nothing has marked it as expired yet.
  'a technician whose access expired': () => ({
    startsAt: new Date(Date.now() - DAY_MS),
    expiresAt: new Date(Date.now() - 1000),
  }),
  'a technician whose access was revoked': () => ({ status: 'revoked' }),
  'a technician at a wrong address': () => ({ ipRestrictions: ['203.0.113.0/24'] }),
  'a technician at a wrong hour': () => ({
    timeRestrictions: { timezone: 'UTC', windows: [{ days: [inThreeDays()], start: '00:00', end: '12:00' }] },
  }),
  'a super admin': () => ({}),
  'a security analyst': () => ({}),
}

/** One world for all calls. */
export interface Stage {
  readonly world: World
  readonly people: ReadonlyMap<Persona, Person>
  /** Of each persona, on the customer in hand and on one that was deleted. */
  readonly grants: ReadonlyMap<Persona, { own: string; deleted: string }>
  readonly provider: Customer
  /** The customer that members are of and technicians have access to. */
  readonly mine: Customer
  /** One where neither has anything. */
  readonly other: Customer
  readonly gone: Customer
  readonly colleague: Person
  readonly stranger: Person
  readonly leaver: Person
  readonly technician: Person
  readonly formerTechnician: Person
  /** Who reaches the customer in hand from here and now. */
  readonly reaching: Person
}

export async function setStage(): Promise<Stage> {
  const world = await createWorld()
  const provider = await world.provider()
  // They and their people come first in every list, so that whoever is shown them sees them.
  const [mine, other] = [await world.customer({ name: 'A mine' }), await world.customer({ name: 'A other' })]
  const gone = await world.customer({ status: 'deleted' })
  const suspended = await world.customer({ status: 'suspended' })
  const people = new Map<Persona, Person>([
    ['a super admin', await world.staff('super_admin')],
    ['an account manager', await world.staff('account_manager')],
    ['a security analyst', await world.staff('security_analyst')],
    ['a technician without any grant', await world.staff('technician')],
    ["a customer's admin", await world.member(mine, 'admin')],
    ["a customer's report viewer", await world.member(mine, 'report_viewer')],
    ["a customer's request user", await world.member(mine, 'request_user')],
    ["a customer's basic user", await world.member(mine, 'basic_user')],
    ['a super admin who owes a second factor', await world.staff('super_admin', { mfaEnabled: false })],
    ['an admin of a suspended customer', await world.member(suspended, 'admin')],
  ])
  const grants = new Map<Persona, { own: string; deleted: string }>()
  for (const [persona, fieldsOf] of Object.entries(granted) as [Persona, () => GrantFields][]) {
    const person = people.get(persona) ?? (await world.staff('technician'))
    people.set(persona, person)
    const deleted = await world.grant(person, gone, { status: 'revoked' })
    grants.set(persona, { own: await world.grant(person, mine, fieldsOf()), deleted })
  }
  const technician = await world.staff('technician')
  for (const customer of [mine, other]) await world.grant(technician, customer)
  const colleague = await world.member(mine, 'basic_user')
  const stranger = await world.member(other, 'basic_user')
  await world.admin.query(`update users set first_name = 'A' where id = any ($1)`, [[colleague.id, stranger.id]])
  return {
    world,
    people,
    grants,
    provider,
    mine,
    other,
    gone,
    technician,
    colleague,
    stranger,
    leaver: await world.member(mine, 'basic_user', { status: 'deleted' }),
    formerTechnician: await world.staff('technician', { status: 'deleted' }),
    reaching: people.get('a technician with full access') ?? technician,
  }
}

/** As if everybody had just proved once more that it is they: on a slow machine the calls take longer than a proof lasts. */
export async function proveAnew({ world, people }: Stage): Promise<void> {
  const sessions = [...people.values()].map(({ sessionId }) => sessionId)
  await world.admin.query('update user_sessions set mfa_at = now(), proved_at = now() where id = any ($1)', [sessions])
  world.house.standing.changed()
}

/** Somebody to be asked about where the persona is nobody. */
export const personOf = ({ people, colleague }: Stage, persona: Persona): Person => people.get(persona) ?? colleague

/**
 * What no answer to the persona may hold: names of the other customer and of its people. A technician without a usable grant is told
 * nothing of the people of the customer in hand either. No ids: what somebody asked for comes back to them in their own trail.
 */
export function secretsFrom({ other, mine, stranger, colleague }: Stage, persona: Persona): string[] {
  const column = personas[persona]
  if (['SA', 'AM', 'AN'].includes(column)) return []
  const ofOther = [`"${other.name}"`, stranger.email]
  if (['TE read', 'TE full', 'CA', 'CM'].includes(column)) return ofOther
  return column.startsWith('TE ') ? [...ofOther, colleague.email] : [...ofOther, colleague.email, `"${mine.name}"`]
}

export const missing = (): string => uuidv7()
export const MALFORMED = '00000000-0000-7000-8000-00000000000x'
