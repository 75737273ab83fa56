import type { TimeRestrictions } from '../types/restrictions.ts'
import type { AccessLevel, GrantStatus } from '../types/vocabulary.ts'
import { addressAllowed, addressesWithin } from './addresses.ts'
import { timesWithin, windowOpen } from './time-windows.ts'

export interface GrantReach {
  accessLevel: AccessLevel
  startsAt: Date
  expiresAt: Date | null
  allowedServices: readonly string[] | null
  ipRestrictions: readonly string[] | null
  timeRestrictions: TimeRestrictions | null
}

/** `status` as stored, which the clock may have overtaken. */
export interface GrantFacts extends GrantReach {
  id: string
  status: GrantStatus
}

/** `address` in its canonical form, null when it cannot be told; without a `service` the list of services is not asked. */
export interface AccessQuestion {
  now: Date
  address: string | null
  service?: string | undefined
  level: 'read_only' | 'full_access'
  technicianActive: boolean
  customerActive: boolean
}

export const accessRefusals = [
  'grant_not_active',
  'not_started',
  'expired',
  'revoked',
  'ip_not_allowed',
  'outside_time_window',
  'service_not_allowed',
  'level_insufficient',
  'technician_inactive',
  'customer_inactive',
] as const
export type AccessRefusal = (typeof accessRefusals)[number]

export interface AccessDecision {
  allowed: boolean
  /** The first grant that allows; `grantIds` are all of them. */
  grantId: string | null
  grantIds: string[]
  reasons: AccessRefusal[]
}

/** The status at this instant, whether or not the job that writes it down has run. */
export function effectiveStatus({ status, startsAt, expiresAt }: GrantFacts, now: Date): GrantStatus {
  if (status === 'revoked' || status === 'expired') return status
  if (expiresAt !== null && !(now < expiresAt)) return 'expired'
  return startsAt <= now ? 'active' : 'scheduled'
}

/** Of a status at an instant: whether it gives access, or will. */
export const isLive = (status: GrantStatus): boolean => status === 'active' || status === 'scheduled'

const refusalOfStatus = { scheduled: 'not_started', expired: 'expired', revoked: 'revoked' } as const

function refusalsOfStatus(grant: GrantFacts, now: Date): AccessRefusal[] {
  const status = effectiveStatus(grant, now)
  return status === 'active' ? [] : ['grant_not_active', refusalOfStatus[status]]
}

function refusalsOfPeople({ technicianActive, customerActive }: AccessQuestion): AccessRefusal[] {
  const refusals: AccessRefusal[] = []
  if (!technicianActive) refusals.push('technician_inactive')
  if (!customerActive) refusals.push('customer_inactive')
  return refusals
}

const serves = ({ allowedServices }: GrantReach, service: string | undefined): boolean =>
  allowedServices === null || service === undefined || allowedServices.includes(service)

/** Every reason why this grant alone does not answer the question with yes, in the order of `accessRefusals`. */
export function refusalsOf(grant: GrantFacts, question: AccessQuestion): AccessRefusal[] {
  const refusals = refusalsOfStatus(grant, question.now)
  if (!addressAllowed(grant.ipRestrictions, question.address)) refusals.push('ip_not_allowed')
  if (!windowOpen(grant.timeRestrictions, question.now.getTime())) refusals.push('outside_time_window')
  if (!serves(grant, question.service)) refusals.push('service_not_allowed')
  if (question.level === 'full_access' && grant.accessLevel === 'read_only') refusals.push('level_insufficient')
  return refusals.concat(refusalsOfPeople(question))
}

// A scheduled grant counts as live: that it has not started explains more than what became of an older one.
function reasonsOf(grants: readonly GrantFacts[], question: AccessQuestion): AccessRefusal[] {
  const live = grants.filter((grant) => isLive(effectiveStatus(grant, question.now)))
  const found = new Set((live.length > 0 ? live : grants).flatMap((grant) => refusalsOf(grant, question)))
  return accessRefusals.filter((refusal) => found.has(refusal))
}

/** One whole grant must say yes: the level of one never combines with the address or the hours of another. */
export function decideAccess(grants: readonly GrantFacts[], question: AccessQuestion): AccessDecision {
  const grantIds = grants.filter((grant) => refusalsOf(grant, question).length === 0).map(({ id }) => id)
  const [grantId = null] = grantIds
  if (grantId !== null) return { allowed: true, grantId, grantIds, reasons: [] }
  const reasons =
    grants.length > 0 ? reasonsOf(grants, question) : ['grant_not_active' as const, ...refusalsOfPeople(question)]
  return { allowed: false, grantId, grantIds, reasons }
}

// A restriction that is null does not restrict.
function outgrows<T>(before: T | null, after: T | null, within: (outer: T, inner: T) => boolean): boolean {
  return before !== null && (after === null || !within(before, after))
}

const rises = (before: AccessLevel, after: AccessLevel): boolean => before === 'read_only' && after !== 'read_only'
const listWithin = (outer: readonly string[], inner: readonly string[]): boolean =>
  inner.every((item) => outer.includes(item))
const notLater = (outer: Date, inner: Date): boolean => inner <= outer

/** Whether a change lets anything through that was refused before; where that cannot be ruled out, it does. */
export const widens = (before: GrantReach, after: GrantReach): boolean =>
  rises(before.accessLevel, after.accessLevel) ||
  after.startsAt < before.startsAt ||
  outgrows(before.expiresAt, after.expiresAt, notLater) ||
  outgrows(before.allowedServices, after.allowedServices, listWithin) ||
  outgrows(before.ipRestrictions, after.ipRestrictions, addressesWithin) ||
  outgrows(before.timeRestrictions, after.timeRestrictions, timesWithin)
