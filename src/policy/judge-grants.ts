import {
  addressesAt,
  customerAt,
  expiresAt,
  findGrants,
  hoursAt,
  levelAt,
  servicesAt,
  startsAt,
} from './compiled-grants.ts'
import type { CompiledGrants } from './compiled-grants.ts'
import { hoursOpen } from './compiled-hours.ts'
import { hostWords, networksContain } from './compiled-networks.ts'
import type { Restrictions } from './compiled-restrictions.ts'
import { accessRefusals } from './grant-rules.ts'
import type { AccessQuestion, AccessRefusal } from './grant-rules.ts'

/** Whoever knows the grants knows the people. */
export type AccessAsked = Omit<AccessQuestion, 'technicianActive' | 'customerActive'>

export interface AccessInquiry {
  readonly asked: AccessAsked
  readonly restrictions: Restrictions
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

/** The decision of `decideAccess` about a customer. */
export function judgeGrants(grants: CompiledGrants, customer: number, question: AccessInquiry): Refusals {
  const now = question.asked.now.getTime()
  let ofLive = 0
  let ofOver = 0
  for (let i = findGrants(grants, customer); i < grants.count && customerAt(grants, i) === customer; i++) {
    const refusals = statusAt(grants, i, now) | termsAt(grants, i, question) | question.people
    if (refusals === 0) return 0
    if ((refusals & EXPIRED) === EXPIRED) ofOver |= refusals
    else ofLive |= refusals
  }
  return ofLive || ofOver || NO_GRANT | question.people
}

function statusAt(grants: CompiledGrants, i: number, now: number): Refusals {
  if (!(now < expiresAt(grants, i))) return EXPIRED
  return startsAt(grants, i) <= now ? 0 : NOT_STARTED
}

/** The names that are asked for are looked up here, as most grants have no use for them. */
function termsAt(grants: CompiledGrants, i: number, { asked, restrictions }: AccessInquiry): Refusals {
  const { words } = restrictions
  const services = servicesAt(grants, i)
  const addresses = addressesAt(grants, i)
  const hours = hoursAt(grants, i)
  let refusals = asked.level === 'full_access' && levelAt(grants, i) === 0 ? LEVEL : 0
  if (services !== 0 && asked.service !== undefined && !restrictions.serves(services, asked.service))
    refusals |= SERVICE
  if (addresses !== 0 && !isInside(words, addresses, asked.address)) refusals |= ADDRESS
  if (hours !== 0 && !hoursOpen(words, hours, asked.now.getTime())) refusals |= HOURS
  return refusals
}

function isInside(words: Int32Array, at: number, address: string | null): boolean {
  const host = hostWords(address)
  return host !== null && networksContain(words, at, host)
}

const reasonsOf: readonly (readonly AccessRefusal[])[] = Array.from({ length: 1 << accessRefusals.length }, (_, bits) =>
  accessRefusals.filter((_reason, i) => bits & (1 << i)),
)

/** The reasons, in the order of `accessRefusals`. */
export const refusalsNamed = (refusals: Refusals): readonly AccessRefusal[] => reasonsOf[refusals] ?? []

/** Whether a grant is behind the reasons that gives access, or will. */
export const isOfLiveGrant = (refusals: Refusals): boolean =>
  (refusals & NO_GRANT) === 0 || (refusals & NOT_STARTED) === NOT_STARTED
