import { z } from 'zod'
import { addressRange } from './network.ts'
import { slug, timeZone } from './text.ts'

const allDifferent = (values: readonly string[]): boolean => new Set(values).size === values.length

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const Weekday = z.enum(weekdays)
export type Weekday = z.infer<typeof Weekday>

export const allowedServices = z
  .array(slug)
  .min(1, 'Must name at least one service; leave it out or null to allow any')
  .max(50, 'Must name at most 50 services')
  .refine(allDifferent, 'Must not name a service twice')
  .meta({ uniqueItems: true })

export const ipRestrictions = z
  .array(addressRange)
  .min(1, 'Must have at least one address or block; leave it out or null to allow any')
  .max(100, 'Must have at most 100 addresses or blocks')
  .overwrite((networks) => [...new Set(networks)])

const startTime = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'Must be a time from 00:00 to 23:59')
const endTime = z.string().regex(/^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'Must be a time from 00:00 to 24:00')

const timeWindow = z
  .strictObject({
    days: z
      .array(Weekday)
      .min(1, 'Must name at least one day')
      .max(7, 'Must name at most 7 days')
      .refine(allDifferent, 'Must not name a day twice')
      .meta({ uniqueItems: true }),
    start: startTime,
    end: endTime,
  })
  .refine(({ start, end }) => start !== end, {
    error: 'Must not be equal to the start; a whole day is 00:00 to 24:00',
    path: ['end'],
  })
export type TimeWindow = z.infer<typeof timeWindow>

/** Wall-clock windows of one zone, start inclusive, end exclusive; an end before the start is of the following day. */
export const timeRestrictions = z.strictObject({
  timezone: timeZone,
  windows: z
    .array(timeWindow)
    .min(1, 'Must have at least one window; leave the restriction out or null to allow any time')
    .max(50, 'Must have at most 50 windows'),
})
export type TimeRestrictions = z.infer<typeof timeRestrictions>
