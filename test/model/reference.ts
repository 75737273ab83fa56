/**
 * What everybody may do and see, told once more from the specification and with nothing of the server in it. Where the specification
 * leaves open which of several refusals comes first, any of them will do.
 */

type Status = 'active' | 'suspended' | 'deleted'
type Level = 'read_only' | 'full_access' | 'emergency'
export type Place = 'near' | 'far'

export interface Org {
  readonly id: string
  readonly isProvider: boolean
  status: Status
}

export interface Person {
  readonly id: string
  readonly org: Org
  readonly email: string
  role: string
  status: Status
  /** Whether their newest session is good. */
  signedIn: boolean
}

/** Null does not restrict. Hours are minutes of a day in UTC, the last not among them. */
export interface Terms {
  readonly level: Level
  readonly starts: number
  readonly expires: number | null
  readonly services: readonly string[] | null
  readonly addresses: Place | null
  readonly hours: { readonly from: number; readonly to: number } | null
}

export interface Grant {
  readonly id: string
  readonly technician: Person
  readonly customer: Org
  terms: Terms
  revoked: boolean
}

export interface State {
  now: number
  readonly provider: Org
  readonly customers: Org[]
  readonly people: Person[]
  readonly grants: Grant[]
}

interface PersonChange {
  role?: string
  status?: Status
}

export type Order = { by: Person } & (
  | { act: 'create organization' }
  | { act: 'invite'; org: Org; role: string }
  | { act: 'change person' | 'delete person'; person: Person; to: PersonChange }
  | { act: 'change organization' | 'delete organization'; org: Org; status: Status }
  | { act: 'grant'; technician: Person; customer: Org; terms: Terms }
  | { act: 'update grant'; grant: Grant; terms: Partial<Terms> }
  | { act: 'revoke grant'; grant: Grant }
  | { act: 'hand off'; from: Person; to: Person; keep: boolean }
  | { act: 'revoke all'; of: Person | Org }
)
type To<A extends Order['act']> = Order & { act: A }

const HOUR = 3_600_000
const DAY = 24 * HOUR

export const isStaff = ({ org, role }: Person): boolean => org.isProvider && role !== 'technician'
export const isTechnician = ({ org, role }: Person): boolean => org.isProvider && role === 'technician'
const mayHold = ({ org, role }: Person): boolean => org.isProvider && role !== 'account_manager'

const managers = ['super_admin', 'account_manager']
/** Which roles have the function at all; those not named here may all. */
const functions: Partial<Record<Order['act'], readonly string[]>> = {
  'create organization': managers,
  invite: [...managers, 'admin'],
  'delete person': ['super_admin', 'admin'],
  'change organization': ['super_admin', 'admin'],
  'delete organization': ['super_admin'],
  grant: managers,
  'update grant': managers,
  'revoke grant': managers,
  'hand off': managers,
  'revoke all': ['super_admin'],
}

type Fault = [boolean, number]

/** The statuses of which a refusal must have one; none when it is to be done. */
export function refusals(state: State, order: Order): number[] {
  if (!order.by.signedIn) return [401]
  if (functions[order.act]?.includes(order.by.role) === false) return [403]
  return faults(state, order).flatMap(([isFault, status]) => (isFault ? status : []))
}

function faults(state: State, order: Order): Fault[] {
  const { by, act } = order
  switch (act) {
    case 'create organization':
    case 'revoke all':
      return []
    case 'invite': {
      const isForeign = by.role === 'admin' && order.org !== by.org
      return [
        [isForeign || order.org.status === 'deleted', 404],
        [order.org.status === 'suspended', 409],
      ]
    }
    case 'change person':
    case 'delete person':
      return faultsOfChange(state, order)
    case 'change organization':
    case 'delete organization':
      return [
        [by.role === 'admin', order.org === by.org ? 403 : 404],
        [order.org.status === 'deleted', 404],
      ]
    case 'grant':
      return faultsOfGrant(state, order)
    case 'update grant':
      return faultsOfUpdate(state, order)
    case 'revoke grant':
      return [
        [!mayDecide(by, order.grant.technician), 403],
        [!isLive(state, order.grant), 409],
      ]
    case 'hand off':
      return faultsOfHandOff(order)
  }
}

function faultsOfChange({ people }: State, { by, person, to }: To<'change person' | 'delete person'>): Fault[] {
  const reach = { super_admin: true, account_manager: !person.org.isProvider, admin: person.org === by.org }
  const mayReach = reach[by.role as keyof typeof reach] ?? false
  const isAdmin = (one: Person): boolean => one.org === person.org && one.role === 'admin' && one.status === 'active'
  const stays = isAdmin({ ...person, ...to })
  const isLast = isAdmin(person) && people.filter(isAdmin).length === 1
  return [
    [person === by, 403],
    [person !== by && !mayReach, 404],
    [person.status === 'deleted', 404],
    [isLast && !stays, 409],
  ]
}

/** A super admin's access is not an account manager's to decide. */
const mayDecide = (by: Person, { role }: Person): boolean => by.role !== 'account_manager' || role !== 'super_admin'

function faultsOfGrant(state: State, { by, technician, customer, terms }: To<'grant'>): Fault[] {
  const others = live(state, technician, customer).filter((other) => isEmergency(other.terms) === isEmergency(terms))
  return [
    [technician === by || !mayDecide(by, technician), 403],
    [!mayHold(technician) || technician.status !== 'active', 400],
    [customer.status !== 'active' || others.length > 0, 409],
  ]
}

function faultsOfUpdate(state: State, { by, grant, terms }: To<'update grant'>): Fault[] {
  const after = { ...grant.terms, ...terms }
  return [
    [!mayDecide(by, grant.technician) || (grant.technician === by && !contains(grant.terms, after)), 403],
    [!isLive(state, grant), 409],
    [isEmergency(after) && (after.expires ?? Infinity) > after.starts + DAY, 400],
  ]
}

const faultsOfHandOff = ({ by, from, to }: To<'hand off'>): Fault[] => [
  [to === by || !mayDecide(by, from) || !mayDecide(by, to), 403],
  [from === to || !mayHold(to) || to.status !== 'active', 400],
]

export function statusOf({ now }: State, { revoked, terms: { starts, expires } }: Grant) {
  if (revoked) return 'revoked'
  if (expires !== null && expires <= now) return 'expired'
  return starts <= now ? 'active' : 'scheduled'
}

const isEmergency = ({ level }: Terms): boolean => level === 'emergency'
/** Whether it gives access, or will. */
const isLive = (state: State, grant: Grant): boolean => ['active', 'scheduled'].includes(statusOf(state, grant))
const live = (state: State, technician: Person, customer?: Org): Grant[] =>
  state.grants.filter(
    (one) => isLive(state, one) && one.technician === technician && one.customer === (customer ?? one.customer),
  )

const minutes = Array.from({ length: 1440 }, (_, minute) => minute)

function within(hours: Terms['hours'], minute: number): boolean {
  if (hours === null) return true
  const [begun, over] = [hours.from <= minute, minute >= hours.to]
  return hours.from < hours.to ? begun && !over : begun || !over
}

/** Whether the outer lets through whatever the inner does. */
const contains = (outer: Terms, inner: Terms): boolean =>
  (outer.level !== 'read_only' || inner.level === 'read_only') &&
  outer.starts <= inner.starts &&
  (outer.expires ?? Infinity) >= (inner.expires ?? Infinity) &&
  (outer.addresses === null || outer.addresses === inner.addresses) &&
  (outer.services === null || (inner.services?.every((one) => outer.services?.includes(one)) ?? false)) &&
  minutes.every((minute) => within(outer.hours, minute) || !within(inner.hours, minute))

/** Does what was not refused; what it makes has these ids, in the order in which they were made. */
export function carryOut(state: State, order: Order, made: readonly string[]): void {
  const [id = ''] = made
  if (order.act === 'create organization') state.customers.push({ id, isProvider: false, status: 'active' })
  if ('person' in order) change(state, order.person, order.to)
  if ('status' in order) changeOrg(state, order.org, order.status)
  if (order.act === 'grant') state.grants.push({ ...order, id, terms: withEnd(order.terms), revoked: false })
  if (order.act === 'update grant') order.grant.terms = { ...order.grant.terms, ...order.terms }
  if (order.act === 'revoke grant') order.grant.revoked = true
  if (order.act === 'revoke all') revokeAll(state, order.of)
  if (order.act === 'hand off') handOff(state, order, made)
}

const withEnd = (terms: Terms): Terms =>
  isEmergency(terms) ? { ...terms, expires: terms.expires ?? terms.starts + 4 * HOUR } : terms

function change(state: State, person: Person, to: PersonChange): void {
  const { role, status } = { ...person, ...to }
  if (role === person.role && status === person.status) return
  Object.assign(person, to, { signedIn: false })
  if (!mayHold(person) || status === 'deleted') revokeAll(state, person)
}

function changeOrg(state: State, org: Org, status: Status): void {
  org.status = status
  if (status === 'active') return
  for (const person of state.people.filter((one) => one.org === org))
    Object.assign(person, { signedIn: false, ...(status === 'deleted' && { status }) })
  if (status === 'deleted') revokeAll(state, org)
}

function revokeAll(state: State, of: Person | Org): void {
  for (const grant of state.grants.filter((one) => one.technician === of || one.customer === of))
    if (isLive(state, grant)) grant.revoked = true
}

const fromNow = ({ now }: State, terms: Terms): Terms => ({ ...terms, starts: Math.max(terms.starts, now) })

/** What moves, and what the receiver holds there; what neither of the two contains stays. */
export const moves = (state: State, { from, to }: To<'hand off'>): { source: Grant; own: Grant | undefined }[] =>
  live(state, from)
    .filter(({ terms }) => !isEmergency(terms))
    .map((source) => ({ source, own: live(state, to, source.customer).find(({ terms }) => !isEmergency(terms)) }))
    .filter(({ source, own }) => {
      const [gets, has] = [fromNow(state, source.terms), own && fromNow(state, own.terms)]
      return has === undefined || contains(has, gets) || contains(gets, has)
    })

function handOff(state: State, order: To<'hand off'>, made: readonly string[]): void {
  for (const [i, { source, own }] of moves(state, order).entries()) {
    const terms = fromNow(state, source.terms)
    if (own && !contains(fromNow(state, own.terms), terms)) own.terms = terms
    if (!own) state.grants.push({ ...source, id: made[i] ?? '', technician: order.to, terms })
    if (!order.keep) source.revoked = true
  }
}

export interface Question {
  readonly from: Place
  readonly level: 'read_only' | 'full_access'
  readonly service?: string
}

/** Every reason why this grant alone is no answer. */
export function reasonsAgainst(state: State, grant: Grant, { from, level, service }: Question): string[] {
  const { terms, technician, customer } = grant
  const status = statusOf(state, grant)
  const minute = Math.floor((state.now % DAY) / 60_000)
  const reasons = {
    grant_not_active: status !== 'active',
    [status === 'scheduled' ? 'not_started' : status]: status !== 'active',
    ip_not_allowed: terms.addresses !== null && terms.addresses !== from,
    outside_time_window: !within(terms.hours, minute),
    service_not_allowed: service !== undefined && terms.services?.includes(service) === false,
    level_insufficient: level === 'full_access' && terms.level === 'read_only',
    technician_inactive: technician.status !== 'active',
    customer_inactive: customer.status !== 'active',
  }
  return Object.keys(reasons)
    .filter((reason) => reasons[reason])
    .sort()
}

/** Which grants say yes, each by itself; why none does is null where none is live: the specification says no, and not why. */
export function decide(state: State, [technician, customer]: [Person, Org], question: Question) {
  const asked = live(state, technician, customer).map((grant) => ({
    id: grant.id,
    no: reasonsAgainst(state, grant, question),
  }))
  const grantIds = asked.flatMap(({ id, no }) => (no.length === 0 ? id : [])).sort()
  if (grantIds.length > 0) return { grantIds, reasons: [] }
  return { grantIds, reasons: asked.length === 0 ? null : [...new Set(asked.flatMap(({ no }) => no))].sort() }
}
