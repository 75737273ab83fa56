import { grantAccess } from '../services/multi-tenant.service.ts'
import type { Grant, GrantAccess } from '../types/grant.ts'
import type { TimeRestrictions } from '../types/restrictions.ts'
import { attends } from './arrivals.ts'
import { OFFICE, VPN } from './cast.ts'
import type { Chance } from './chance.ts'
import type { Customer } from './customers.ts'
import type { Player, Stage } from './stage.ts'

/** A grant as the play knows it. */
export interface Held {
  readonly grant: Grant
  readonly technician: Player
  readonly customer: Customer
  /** Nobody ever uses it. */
  readonly idle: boolean
  over: boolean
}

type Terms = Omit<GrantAccess, 'technicianId' | 'customerOrgId'>

export interface Granting {
  readonly by: Player
  readonly at: Date
  readonly technician: Player
  readonly customer: Customer
  readonly terms: Terms
  readonly idle?: boolean
}

export async function grants(stage: Stage, granting: Granting): Promise<Held> {
  const { by, at, technician, customer, terms, idle = false } = granting
  await attends(stage, by, at)
  const { version: _version, ...grant } = await grantAccess(stage.as(by, at, 'access.grant'), {
    ...terms,
    technicianId: technician.id,
    customerOrgId: customer.id,
  })
  return { grant, technician, customer, idle, over: false }
}

/** Some grants are for certain services, hours or places only. */
export function restrictionsFor(chance: Chance, { company }: Customer, { address }: Player): Partial<Terms> {
  const places = address.startsWith('203.0.113.') && chance.holds(0.3) ? [OFFICE] : [OFFICE, VPN]
  return {
    ...(chance.holds(0.3) && { allowedServices: chance.some(company.services, chance.between(1, 3)) }),
    ...(chance.holds(0.22) && { ipRestrictions: places }),
    ...(isNear(company.hoursAhead) && chance.holds(0.25) && { timeRestrictions: officeHours(company.timezone) }),
  }
}

/** Whether its working hours and ours have much in common. */
const isNear = (hoursAhead: number): boolean => hoursAhead >= 0 && hoursAhead <= 1

const officeHours = (timezone: string): TimeRestrictions => ({
  timezone,
  windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '07:00', end: '19:00' }],
})

export const isLiveAt = ({ grant, over }: Held, at: Date): boolean =>
  !over && Date.parse(grant.startsAt) <= at.getTime() && !endsBy(grant, at)

export const endsBy = ({ expiresAt }: Grant, at: Date): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= at.getTime()
