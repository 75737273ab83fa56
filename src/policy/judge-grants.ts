import { customerAt, expiresAt, findGrants, marks, marksAt, rulesAt, startsAt } from './compiled-grants.ts'
import type { CompiledGrants, Numbers } from './compiled-grants.ts'
import { hoursOpen } from './compiled-hours.ts'
import { hostWords, networksContain, networksEnd } from './compiled-networks.ts'
import type { HostWords } from './compiled-networks.ts'
import { accessRefusals } from './grant-rules.ts'
import type { AccessQuestion, AccessRefusal } from './grant-rules.ts'

/** Whoever knows the grants knows the people. */
export type AccessAsked = Omit<AccessQuestion, 'technicianActive' | 'customerActive'>

export interface CompiledQuestion {
  readonly now: number
  readonly host: HostWords | null
  /** Null when none is asked for. */
  readonly service: number | null
  readonly full: boolean
  /** What the state of both parties says against it. */
  readonly people: Refusals
}

/** Reasons as bits, the first of `accessRefusals` being the lowest; none is a yes. */
export type Refusals = number

const bit = (refusal: AccessRefusal): Refusals => 1 << accessRefusals.indexOf(refusal)

const NOT_STARTED = bit('grant_not_active') | bit('not_started')
const EXPIRED = bit('grant_not_active') | bit('expired')
const ADDRESS = bit('ip_not_allowed')
const HOURS = bit('outside_time_window')
const SERVICE = bit('service_not_allowed')
const LEVEL = bit('level_insufficient')
export const NO_GRANT = bit('grant_not_active')
export const TECHNICIAN_INACTIVE = bit('technician_inactive')
export const CUSTOMER_INACTIVE = bit('customer_inactive')

export const compileQuestion = (asked: AccessAsked, services: Numbers, people: Refusals): CompiledQuestion => ({
  now: asked.now.getTime(),
  host: hostWords(asked.address),
  service: asked.service === undefined ? null : services.find(asked.service),
  full: asked.level === 'full_access',
  people,
})

/** The decision of `decideAccess` about a customer. */
export function judgeGrants(grants: CompiledGrants, customer: number, question: CompiledQuestion): Refusals {
  let ofLive = 0
  let ofOver = 0
  for (let i = findGrants(grants, customer); i < grants.count && customerAt(grants, i) === customer; i++) {
    const refusals = refusalsOf(grants, i, question) | question.people
    if (refusals === 0) return 0
    if ((refusals & EXPIRED) === EXPIRED) ofOver |= refusals
    else ofLive |= refusals
  }
  return ofLive || ofOver || NO_GRANT | question.people
}

function refusalsOf(grants: CompiledGrants, i: number, { now, host, service, full }: CompiledQuestion): Refusals {
  const { rules } = grants
  const what = marksAt(grants, i)
  let refusals = statusAt(grants, i, now)
  if (full && (what & marks.level) === 0) refusals |= LEVEL
  if ((what & marks.restricted) === 0) return refusals
  let at = rulesAt(grants, i)
  if (what & marks.services) {
    if (service !== null && !serves(rules, at, service)) refusals |= SERVICE
    at += 1 + (rules[at] ?? 0)
  }
  if (what & marks.addresses) {
    if (host === null || !networksContain(rules, at, host)) refusals |= ADDRESS
    at = networksEnd(rules, at)
  }
  return what & marks.hours && !hoursOpen(rules, at, now) ? refusals | HOURS : refusals
}

function statusAt(grants: CompiledGrants, i: number, now: number): Refusals {
  if (!(now < expiresAt(grants, i))) return EXPIRED
  return startsAt(grants, i) <= now ? 0 : NOT_STARTED
}

function serves(words: Int32Array, at: number, service: number): boolean {
  const end = at + (words[at] ?? 0)
  for (let i = at + 1; i <= end; i++) if (words[i] === service) return true
  return false
}

const reasonsOf: readonly (readonly AccessRefusal[])[] = Array.from({ length: 1 << accessRefusals.length }, (_, bits) =>
  accessRefusals.filter((_reason, i) => bits & (1 << i)),
)

/** The reasons, in the order of `accessRefusals`. */
export const refusalsNamed = (refusals: Refusals): readonly AccessRefusal[] => reasonsOf[refusals] ?? []

/** Whether a grant is behind the reasons that gives access, or will. */
export const isOfLiveGrant = (refusals: Refusals): boolean =>
  (refusals & NO_GRANT) === 0 || (refusals & NOT_STARTED) === NOT_STARTED
