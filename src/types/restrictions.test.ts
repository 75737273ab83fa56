import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allowedServices, ipRestrictions, timeRestrictions, weekdays } from './restrictions.ts'

const faultsOf = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(({ path, message }) => [...path, message].join(': '))
const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('allowed services', () => {
  test('are 1 to 50 different slugs in the order given', () => {
    expect(allowedServices.parse(['siem', 'edr'])).toEqual(['siem', 'edr'])
    expect(
      accepts(
        allowedServices,
        times(50, (index) => `s${index}`),
      ),
    ).toBe(true)
    expect(
      faultsOf(
        allowedServices,
        times(51, (index) => `s${index}`),
      ),
    ).toEqual(['Must name at most 50 services'])
    expect(faultsOf(allowedServices, ['siem', 'edr', 'siem'])).toEqual(['Must not name a service twice'])
  })

  test('are never an empty list, which could be read as any', () => {
    expect(faultsOf(allowedServices, [])).toEqual(['Must name at least one service; leave it out or null to allow any'])
  })

  test.each([[['SIEM']], [['']], [[null]], ['siem'], [null]])('refuses %j', (value) => {
    expect(accepts(allowedServices, value)).toBe(false)
  })
})

describe('address restrictions', () => {
  test('are stored canonical, what was given twice once', () => {
    const given = ['::ffff:192.0.2.1', '2001:DB8::/32', '192.0.2.1', '10.0.0.0/8']
    expect(ipRestrictions.parse(given)).toEqual(['192.0.2.1', '2001:db8::/32', '10.0.0.0/8'])
  })

  test('are 1 to 100', () => {
    expect(
      accepts(
        ipRestrictions,
        times(100, (index) => `10.0.0.${index}`),
      ),
    ).toBe(true)
    expect(
      faultsOf(
        ipRestrictions,
        times(101, (index) => `10.0.0.${index}`),
      ),
    ).toEqual(['Must have at most 100 addresses or blocks'])
    expect(faultsOf(ipRestrictions, [])).toEqual([
      'Must have at least one address or block; leave it out or null to allow any',
    ])
  })

  test('name the entry that is wrong', () => {
    expect(faultsOf(ipRestrictions, ['10.0.0.0/8', '10.0.0.1/8'])).toEqual([
      '1: Must not have bits set beyond its prefix: the block is 10.0.0.0/8',
    ])
  })
})

const workday = { days: ['mon', 'tue'], start: '08:00', end: '18:00' }
const within = (window: unknown) => ({ timezone: 'Europe/Berlin', windows: [window] })

describe('time restrictions', () => {
  test('name the days of the week from Monday', () => {
    expect(weekdays).toEqual(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
  })

  test.each([
    workday,
    { ...workday, start: '00:00', end: '24:00' },
    { ...workday, start: '22:00', end: '06:00' },
    { ...workday, start: '22:00', end: '00:00' },
    { ...workday, start: '23:59', end: '00:00' },
    { ...workday, days: [...weekdays] },
  ])('accept and keep %j', (window) => expect(timeRestrictions.parse(within(window))).toEqual(within(window)))

  test.each(['24:00', '25:00', '8:00', '08:60', '08:00:00', '0800', '', '08:00 ', '٠٨:٠٠', '19:5', '30:00'])(
    'refuse %j as start',
    (start) =>
      expect(faultsOf(timeRestrictions, within({ ...workday, start }))).toEqual([
        'windows: 0: start: Must be a time from 00:00 to 23:59',
      ]),
  )

  test.each(['24:01', '24:30', '25:00', '8:00', '08:60', 'x24:00', '24:00x', ''])('refuse %j as end', (end) => {
    expect(faultsOf(timeRestrictions, within({ ...workday, end }))).toEqual([
      'windows: 0: end: Must be a time from 00:00 to 24:00',
    ])
  })

  test('refuse a window that ends when it starts, which could mean never or always', () => {
    expect(faultsOf(timeRestrictions, within({ ...workday, end: '08:00' }))).toEqual([
      'windows: 0: end: Must not be equal to the start; a whole day is 00:00 to 24:00',
    ])
  })

  test('refuse no day, a day twice, a day that is none', () => {
    expect(faultsOf(timeRestrictions, within({ ...workday, days: [] }))).toEqual([
      'windows: 0: days: Must name at least one day',
    ])
    expect(faultsOf(timeRestrictions, within({ ...workday, days: ['mon', 'mon'] }))).toEqual([
      'windows: 0: days: Must not name a day twice',
    ])
    expect(faultsOf(timeRestrictions, within({ ...workday, days: [...weekdays, 'mon'] }))).toContain(
      'windows: 0: days: Must name at most 7 days',
    )
    expect(accepts(timeRestrictions, within({ ...workday, days: ['Mon'] }))).toBe(false)
  })

  test('have 1 to 50 windows', () => {
    const windows = (count: number) => ({ timezone: 'UTC', windows: times(count, () => workday) })
    expect(accepts(timeRestrictions, windows(50))).toBe(true)
    expect(faultsOf(timeRestrictions, windows(51))).toEqual(['windows: Must have at most 50 windows'])
    expect(faultsOf(timeRestrictions, windows(0))).toEqual([
      'windows: Must have at least one window; leave the restriction out or null to allow any time',
    ])
  })

  test('refuse what they do not know, at either level, and what lacks a part', () => {
    expect(accepts(timeRestrictions, { ...within(workday), note: 'x' })).toBe(false)
    expect(accepts(timeRestrictions, within({ ...workday, timezone: 'UTC' }))).toBe(false)
    expect(accepts(timeRestrictions, { windows: [workday] })).toBe(false)
    expect(accepts(timeRestrictions, { timezone: 'UTC' })).toBe(false)
    expect(accepts(timeRestrictions, within({ days: ['mon'], start: '08:00' }))).toBe(false)
  })

  test('refuse an offset for a zone', () => {
    expect(faultsOf(timeRestrictions, { ...within(workday), timezone: '+02:00' })).toEqual([
      'timezone: Must be an IANA time zone name such as Europe/Berlin, not an offset',
    ])
  })
})

test('each can say in JSON Schema what it takes', () => {
  const written = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' })
  expect(written(allowedServices)).toMatchObject({ type: 'array', minItems: 1, maxItems: 50, uniqueItems: true })
  expect(written(ipRestrictions)).toMatchObject({ type: 'array', minItems: 1, maxItems: 100 })
  expect(written(timeRestrictions)).toMatchObject({
    type: 'object',
    required: ['timezone', 'windows'],
    additionalProperties: false,
    properties: {
      windows: {
        minItems: 1,
        maxItems: 50,
        items: {
          additionalProperties: false,
          required: ['days', 'start', 'end'],
          properties: { days: { minItems: 1, maxItems: 7, uniqueItems: true } },
        },
      },
    },
  })
})
