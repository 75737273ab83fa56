import fc from 'fast-check'
import type { Answer, Client } from '../support/world.ts'
import { moves } from './reference.ts'
import type { Order, Person, State, Terms } from './reference.ts'
import type { Play } from './stage.ts'

const MINUTE = 60_000
const MOST_PEOPLE = 11

/** Orders name people and things by numbers, which count around what there is: so any part of a failing play is a play. */
const number = fc.nat(59)
/** Mostly a super admin, an account manager or a customer's admin. */
const giver = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: number },
)

const customerRoles = ['admin', 'report_viewer', 'request_user', 'basic_user'] as const
const providerRoles = ['technician', 'security_analyst', 'account_manager', 'super_admin'] as const

// All in minutes. Time passes by twenties, while what begins and ends does so between two of them.
const standingSpan = fc.constantFrom(
  { starts: 0, expires: 30 },
  { starts: 0, expires: 90 },
  { starts: 0, expires: 310 },
  { starts: 0, expires: null },
  { starts: 25, expires: 90 },
  { starts: 25, expires: null },
)
const restrictions = {
  services: fc.constantFrom(null, null, ['siem'], ['siem', 'edr']),
  addresses: fc.constantFrom(null, null, 'near' as const, 'far' as const),
  hours: fc.constantFrom(null, null, { from: -50, to: 50 }, { from: 50, to: 250 }),
}
const anyTerms = fc
  .record({ level: fc.constantFrom('read_only', 'full_access', 'emergency'), span: standingSpan, ...restrictions })
  .map(({ span, ...terms }) => ({ ...terms, ...span }))
const anyChange = fc.record(
  {
    level: fc.constantFrom('read_only', 'full_access'),
    expires: fc.constantFrom(30, 310, 1330, null),
    ...restrictions,
  },
  { requiredKeys: [] },
)
type RelativeTerms = { level: Terms['level']; starts: number; expires: number | null } & Omit<
  Terms,
  'level' | 'starts' | 'expires'
>

export type Line =
  | { act: 'create organization'; by: number }
  | { act: 'invite'; by: number; org: number; role: string }
  | { act: 'change role'; by: number; person: number; role: number }
  | { act: 'change status'; by: number; person: number; status: 'active' | 'suspended' }
  | { act: 'delete person'; by: number; person: number }
  | { act: 'change organization'; by: number; org: number; status: 'active' | 'suspended' }
  | { act: 'delete organization'; by: number; org: number }
  | { act: 'grant'; by: number; technician: number; customer: number; terms: RelativeTerms }
  | { act: 'update grant'; by: number; grant: number; terms: Partial<RelativeTerms> }
  | { act: 'revoke grant'; by: number; grant: number }
  | { act: 'hand off'; by: number; from: number; to: number; keep: boolean }
  | { act: 'revoke all'; by: number; of: number; isCustomer: boolean }
  | { act: 'pass'; minutes: number }

const status = fc.constantFrom('active' as const, 'suspended' as const)
const oneOf = <T extends { act: string }>(weight: number, shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => ({
  weight,
  arbitrary: fc.record(shape) as unknown as fc.Arbitrary<Line>,
})
const act = <T extends Line['act']>(name: T) => fc.constant(name)

export const anyLine: fc.Arbitrary<Line> = fc.oneof(
  oneOf(1, { act: act('create organization'), by: giver }),
  oneOf(1, { act: act('invite'), by: giver, org: number, role: fc.constantFrom(...customerRoles) }),
  oneOf(4, { act: act('change role'), by: giver, person: number, role: number }),
  oneOf(3, { act: act('change status'), by: giver, person: number, status }),
  oneOf(1, { act: act('delete person'), by: giver, person: number }),
  oneOf(3, { act: act('change organization'), by: giver, org: number, status }),
  oneOf(1, { act: act('delete organization'), by: giver, org: number }),
  oneOf(14, { act: act('grant'), by: giver, technician: number, customer: number, terms: anyTerms }),
  oneOf(3, { act: act('update grant'), by: giver, grant: number, terms: anyChange }),
  oneOf(3, { act: act('revoke grant'), by: giver, grant: number }),
  oneOf(6, { act: act('hand off'), by: giver, from: number, to: number, keep: fc.boolean() }),
  oneOf(1, { act: act('revoke all'), by: giver, of: number, isCustomer: fc.boolean() }),
  oneOf(5, { act: act('pass'), minutes: fc.constantFrom(20, 60, 240) }),
)

const lasting = { starts: 0, expires: null, services: null, addresses: null, hours: null }
const grantTo = (technician: number, level: Terms['level']): Line => ({
  act: 'grant',
  by: 0,
  technician,
  customer: 0,
  terms: { ...lasting, level },
})

/** What chance comes to seldom: a hand-off to somebody who has more, and to somebody who has less; a technician for a while no longer one. */
export const knownPlays: Line[][] = [
  [grantTo(1, 'read_only'), grantTo(2, 'full_access'), { act: 'hand off', by: 0, from: 0, to: 3, keep: false }],
  [grantTo(1, 'full_access'), grantTo(2, 'read_only'), { act: 'hand off', by: 0, from: 0, to: 3, keep: true }],
  [grantTo(1, 'full_access'), ...[2, 0].map((role): Line => ({ act: 'change role', by: 0, person: 2, role }))],
]

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

/** What a line means here and now; null where there is nothing that it could be about. */
export function orderOf({ state, root }: Play, line: Exclude<Line, { act: 'pass' }>): Order | null {
  const { people, customers, grants } = state
  const others = people.filter((person) => person !== root)
  const ours = others.filter(({ org }) => org.isProvider)
  const by = pick(people, line.by)
  switch (line.act) {
    case 'create organization':
      return { ...line, by }
    case 'invite':
      return people.length < MOST_PEOPLE ? { ...line, by, org: pick(customers, line.org) } : null
    case 'change role': {
      const person = pick(others, line.person)
      return { act: 'change person', by, person, to: { role: pick(rolesOf(person), line.role) } }
    }
    case 'change status':
      return { act: 'change person', by, person: pick(others, line.person), to: { status: line.status } }
    case 'delete person':
      return { ...line, by, person: pick(others, line.person), to: { status: 'deleted' } }
    case 'change organization':
      return { ...line, by, org: pick(customers, line.org) }
    case 'delete organization':
      return { ...line, by, org: pick(customers, line.org), status: 'deleted' }
    case 'grant': {
      const technician = pick([...ours.slice(1), root], line.technician)
      return { ...line, by, technician, customer: pick(customers, line.customer), terms: absolute(state, line.terms) }
    }
    case 'update grant': {
      if (grants.length === 0) return null
      const grant = pick(grants, line.grant)
      const { level, ...terms } = absolute(state, line.terms)
      const changes = { ...terms, ...(level && grant.terms.level !== 'emergency' && { level }) }
      return Object.keys(changes).length > 0 ? { ...line, by, grant, terms: changes } : null
    }
    case 'revoke grant':
      return grants.length === 0 ? null : { ...line, by, grant: pick(grants, line.grant) }
    case 'hand off': {
      const holders = grants.length > 0 ? grants.map(({ technician }) => technician) : ours
      return { ...line, by, from: pick(holders, line.from), to: pick(ours, line.to) }
    }
    case 'revoke all':
      return { act: line.act, by, of: line.isCustomer ? pick(customers, line.of) : pick(ours, line.of) }
  }
}

const rolesOf = ({ org }: Person): readonly string[] => (org.isProvider ? providerRoles : customerRoles)

function absolute<T extends Partial<RelativeTerms>>({ now }: State, terms: T): T {
  const at = (minutes: number | null): number | null => (minutes === null ? null : now + minutes * MINUTE)
  return {
    ...terms,
    ...(terms.starts !== undefined && { starts: at(terms.starts) }),
    ...(terms.expires !== undefined && { expires: at(terms.expires) }),
    ...(terms.hours && { hours: { from: minuteOf(now, terms.hours.from), to: minuteOf(now, terms.hours.to) } }),
  }
}

const minuteOf = (now: number, plus: number): number => (Math.floor(now / MINUTE) + plus) % 1440

export interface Done {
  readonly answer: Answer
  /** The ids of what was made. */
  readonly made: string[]
}

/** Gives the order over HTTP. */
export async function give(client: Client, { state, tag }: Play, order: Order): Promise<Done> {
  const answer = await send(client, { tag, state }, order)
  const made = answer.status < 400 ? madeBy(state, order, answer) : []
  return { answer, made }
}

function send(client: Client, { state, tag }: Pick<Play, 'state' | 'tag'>, order: Order): Promise<Answer> {
  const access = '/api/access-management'
  switch (order.act) {
    case 'create organization':
      return client.post('/api/organizations', { name: `${state.customers.length} ${tag}` })
    case 'invite': {
      const email = `joined.${state.people.length}.${tag}@example.com`
      const body = { email, firstName: 'First', lastName: 'Last', role: order.role, organizationId: order.org.id }
      return client.post('/api/users', body)
    }
    case 'change person':
      return client.put(`/api/users/${order.person.id}`, order.to)
    case 'delete person':
      return client.delete(`/api/users/${order.person.id}`)
    case 'change organization':
      return client.put(`/api/organizations/${order.org.id}`, { status: order.status })
    case 'delete organization':
      return client.delete(`/api/organizations/${order.org.id}`)
    case 'grant': {
      const parties = { technicianId: order.technician.id, customerOrgId: order.customer.id }
      const { startsAt, ...terms } = termsOf(order.terms)
      const begins = order.terms.starts > state.now ? { startsAt } : {}
      return client.post(`${access}/grant`, { ...parties, ...terms, ...begins, reason: 'because of the story' })
    }
    case 'update grant':
      return client.put(`${access}/access/${order.grant.id}`, termsOf(order.terms))
    case 'revoke grant':
      return client.delete(`/api/technician-access/${order.grant.id}`)
    case 'hand off': {
      const { from, to, keep: maintainOriginalAccess } = order
      const body = { fromTechnicianId: from.id, toTechnicianId: to.id, reason: 'because of the story' }
      return client.post('/api/technician-access/handoff', { ...body, maintainOriginalAccess })
    }
    case 'revoke all': {
      const of = 'org' in order.of ? { technicianId: order.of.id } : { customerOrgId: order.of.id }
      return client.post(`${access}/bulk-revoke`, { ...of, reason: 'because of the story' })
    }
  }
}

export const addresses = { near: '127.0.0.1', far: '10.9.8.7' } as const
const blocks = { near: ['127.0.0.1'], far: ['10.9.0.0/16', '2001:db8::/32'] }

function termsOf({
  level,
  starts,
  expires,
  services,
  addresses: where,
  hours,
}: Partial<Terms>): Record<string, unknown> {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  return {
    ...(level !== undefined && { accessLevel: level }),
    ...(starts !== undefined && { startsAt: time(starts) }),
    ...(expires !== undefined && { expiresAt: time(expires) }),
    ...(services !== undefined && { allowedServices: services }),
    ...(where !== undefined && { ipRestrictions: where === null ? null : blocks[where] }),
    ...(hours !== undefined && { timeRestrictions: hours === null ? null : windowsOf(hours) }),
  }
}

/** In a zone that is five and a half hours ahead all the year. */
function windowsOf({ from, to }: { from: number; to: number }): unknown {
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
  const clock = (minute: number): string => {
    const there = (minute + 330) % 1440
    return [Math.floor(there / 60), there % 60].map((part) => String(part).padStart(2, '0')).join(':')
  }
  return { timezone: 'Asia/Kolkata', windows: [{ days, start: clock(from), end: clock(to) }] }
}

function madeBy(state: State, order: Order, { body }: Answer): string[] {
  if (order.act !== 'hand off') return [body.data.id]
  const transferred: { customerOrgId: string; toGrantId: string }[] = body.data.transferred
  const at = new Map(transferred.map(({ customerOrgId, toGrantId }) => [customerOrgId, toGrantId]))
  return moves(state, order).map(({ source }) => at.get(source.customer.id) ?? '')
}
