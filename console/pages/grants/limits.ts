import type { Schemas } from '../../api/client.ts'
import { partsOf } from './network.ts'
import { emptyWeek, isEmpty, weekOf, windowsOf } from './week.ts'
import type { Week } from './week.ts'

/** The restrictions of a grant as they are edited. */
export interface Limits {
  allowedServices: string[]
  ipRestrictions: string
  /** Null while windows that are no whole hours stay as they are. */
  week: Week | null
  timezone: string
}

type Limited = Pick<Schemas['Grant'], 'allowedServices' | 'ipRestrictions' | 'timeRestrictions'>

export const noLimits = (timezone: string): Limits => ({
  allowedServices: [],
  ipRestrictions: '',
  week: emptyWeek,
  timezone,
})

export const limitsOf = ({ allowedServices, ipRestrictions, timeRestrictions }: Limited, timezone: string): Limits => ({
  allowedServices: allowedServices ?? [],
  ipRestrictions: ipRestrictions?.join('\n') ?? '',
  week: timeRestrictions ? weekOf(timeRestrictions.windows) : emptyWeek,
  timezone: timeRestrictions?.timezone ?? timezone,
})

/** As the server takes them; null does not restrict. */
export const restrictionsFrom = ({ allowedServices, ipRestrictions, week, timezone }: Limits) => ({
  allowedServices: allowedServices.length > 0 ? allowedServices : null,
  ipRestrictions: partsOf(ipRestrictions).length > 0 ? partsOf(ipRestrictions) : null,
  ...(week && { timeRestrictions: isEmpty(week) ? null : { timezone, windows: windowsOf(week) } }),
})
