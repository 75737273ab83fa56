import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { weekdays, type TimeRestrictions, type TimeWindow, type Weekday } from '../types/restrictions.ts'
import { timesWithin, windowOpen } from './time-windows.ts'

const everyDay = [...weekdays]
const restrictions = (timezone: string, ...windows: [string, string, Weekday[]?][]): TimeRestrictions => ({
  timezone,
  windows: windows.map(([start, end, days = everyDay]) => ({ days, start, end })),
})
const openAt = (given: TimeRestrictions, instant: string): boolean => windowOpen(given, Date.parse(instant))

/** The instants, minute by minute, at which the window opens and closes between two others. */
function changesOf(given: TimeRestrictions, from: string, to: string): string[] {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
  const instants = Array.from({ length: minutes }, (_, minute) => Date.parse(from) + minute * 60_000)
  const states = instants.map((instant) => windowOpen(given, instant))
  return instants
    .filter((_, index) => states[index] !== (states[index - 1] ?? false))
    .map((instant) => new Date(instant).toISOString().slice(0, 16))
}

test('no restriction is always open', () => {
  expect(windowOpen(null, 0)).toBe(true)
})

describe('a window of a day', () => {
  const office = restrictions('UTC', ['08:00', '18:00', ['mon']])

  test('opens with its start and closes with its end, to the millisecond', () => {
    expect(openAt(office, '2026-11-23T07:59:59.999Z')).toBe(false)
    expect(openAt(office, '2026-11-23T08:00:00.000Z')).toBe(true)
    expect(openAt(office, '2026-11-23T17:59:59.999Z')).toBe(true)
    expect(openAt(office, '2026-11-23T18:00:00.000Z')).toBe(false)
  })

  test.each(weekdays)('of %s is open on that day alone', (day) => {
    const monday = Date.parse('2026-11-23T12:00:00Z')
    const open = weekdays.filter((_, days) =>
      windowOpen(restrictions('UTC', ['08:00', '18:00', [day]]), monday + days * 86_400_000),
    )
    expect(open).toEqual([day])
  })

  test('reaches the last moment of the day when it ends at 24:00', () => {
    const evening = restrictions('UTC', ['20:00', '24:00', ['mon']])
    expect(openAt(evening, '2026-11-23T23:59:59.999Z')).toBe(true)
    expect(openAt(evening, '2026-11-24T00:00:00.000Z')).toBe(false)
    expect(openAt(evening, '2026-11-23T00:00:00.000Z')).toBe(false)
  })

  test('may be the whole day', () => {
    const whole = restrictions('UTC', ['00:00', '24:00', ['mon']])
    expect(changesOf(whole, '2026-11-22T00:00Z', '2026-11-26T00:00Z')).toEqual(['2026-11-23T00:00', '2026-11-24T00:00'])
  })
})

describe('a window over midnight', () => {
  const night = restrictions('Europe/Paris', ['22:00', '06:00', ['fri']])

  test('belongs to the day on which it starts', () => {
    expect(changesOf(night, '2026-11-22T23:00Z', '2026-11-29T23:00Z')).toEqual(['2026-11-27T21:00', '2026-11-28T05:00'])
    expect(openAt(night, '2026-11-28T04:59:59.999Z')).toBe(true)
    expect(openAt(night, '2026-11-28T05:00:00.000Z')).toBe(false)
  })

  test.each(weekdays)('of %s goes on into the day after, over the end of the week too', (day) => {
    const monday = Date.parse('2026-11-23T03:00:00Z')
    const given = restrictions('UTC', ['22:00', '06:00', [day]])
    const open = weekdays.filter((_, days) => windowOpen(given, monday + days * 86_400_000))
    expect(open).toEqual([weekdays[(weekdays.indexOf(day) + 1) % 7]])
  })

  test('may end at 00:00, which is the midnight after its start', () => {
    const evening = restrictions('UTC', ['22:00', '00:00', ['mon']])
    expect(changesOf(evening, '2026-11-22T00:00Z', '2026-11-26T00:00Z')).toEqual([
      '2026-11-23T22:00',
      '2026-11-24T00:00',
    ])
  })
})

test('any of several windows opens', () => {
  const split = restrictions(
    'UTC',
    ['08:00', '12:00', ['mon']],
    ['11:00', '11:30', ['mon']],
    ['13:00', '17:00', ['mon']],
  )
  expect(changesOf(split, '2026-11-23T00:00Z', '2026-11-24T00:00Z')).toEqual([
    '2026-11-23T08:00',
    '2026-11-23T12:00',
    '2026-11-23T13:00',
    '2026-11-23T17:00',
  ])
})

describe('when clocks change', () => {
  test('in Europe/Berlin a window inside the skipped hour never opens', () => {
    const skipped = restrictions('Europe/Berlin', ['02:00', '03:00'])
    expect(changesOf(skipped, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual([])
  })

  test('in Europe/Berlin a window that starts in the skipped hour opens with the first moment after it', () => {
    const cut = restrictions('Europe/Berlin', ['02:30', '04:00'])
    expect(changesOf(cut, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual(['2026-03-29T01:00', '2026-03-29T02:00'])
  })

  test('in Europe/Berlin the repeated hour counts both times', () => {
    const repeated = restrictions('Europe/Berlin', ['02:00', '03:00'])
    expect(changesOf(repeated, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T02:00',
    ])
    const half = restrictions('Europe/Berlin', ['02:30', '03:00'])
    expect(changesOf(half, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
      '2026-10-25T02:00',
    ])
  })

  test('in Europe/Berlin a night lasts an hour less in spring and an hour more in autumn', () => {
    const night = restrictions('Europe/Berlin', ['22:00', '06:00'])
    expect(changesOf(night, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual(['2026-03-28T21:00', '2026-03-29T04:00'])
    expect(changesOf(night, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual(['2026-10-24T20:00', '2026-10-25T05:00'])
  })

  test('in America/New_York likewise', () => {
    const given = restrictions('America/New_York', ['01:30', '02:30'])
    expect(changesOf(given, '2026-03-08T00:00Z', '2026-03-09T00:00Z')).toEqual(['2026-03-08T06:30', '2026-03-08T07:00'])
    expect(changesOf(given, '2026-11-01T00:00Z', '2026-11-02T00:00Z')).toEqual([
      '2026-11-01T05:30',
      '2026-11-01T06:00',
      '2026-11-01T06:30',
      '2026-11-01T07:30',
    ])
  })

  test('in Australia/Lord_Howe, where it is half an hour', () => {
    const given = restrictions('Australia/Lord_Howe', ['01:45', '02:15'])
    expect(changesOf(given, '2026-10-03T12:00Z', '2026-10-04T12:00Z')).toEqual(['2026-10-03T15:15', '2026-10-03T15:30'])
    expect(changesOf(given, '2026-04-04T12:00Z', '2026-04-05T12:00Z')).toEqual([
      '2026-04-04T14:45',
      '2026-04-04T15:00',
      '2026-04-04T15:15',
      '2026-04-04T15:45',
    ])
  })

  test('the day is that of the zone, not of UTC', () => {
    expect(openAt(restrictions('Pacific/Kiritimati', ['00:00', '24:00', ['tue']]), '2026-11-23T10:00:00Z')).toBe(true)
    expect(openAt(restrictions('Pacific/Pago_Pago', ['00:00', '24:00', ['sun']]), '2026-11-23T10:59:59Z')).toBe(true)
    expect(openAt(restrictions('Pacific/Pago_Pago', ['00:00', '24:00', ['sun']]), '2026-11-23T11:00:00Z')).toBe(false)
  })
})

test('the zone is known however its name is cased', () => {
  expect(openAt(restrictions('europe/berlin', ['08:00', '09:00']), '2026-11-23T07:30:00Z')).toBe(true)
  expect(openAt(restrictions('EUROPE/BERLIN', ['08:00', '09:00']), '2026-11-23T08:30:00Z')).toBe(false)
})

test('what could not have been stored is closed: a zone unknown here, no window, no day, an end that equals the start', () => {
  const noon = '2026-11-23T12:00:00Z'
  expect(openAt(restrictions('Europe/Atlantis', ['00:00', '24:00']), noon)).toBe(false)
  expect(openAt(restrictions('UTC'), noon)).toBe(false)
  expect(openAt(restrictions('UTC', ['00:00', '24:00', []]), noon)).toBe(false)
  expect(openAt(restrictions('UTC', ['08:00', '08:00']), noon)).toBe(false)
  expect(openAt(restrictions('UTC', ['12:00', '12:00']), noon)).toBe(false)
})

const clockTime = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 1, 15, 29, 30, 31, 45, 59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
const timeWindow: fc.Arbitrary<TimeWindow> = fc
  .record({
    days: fc.subarray(everyDay, { minLength: 1 }),
    start: clockTime,
    end: fc.oneof(clockTime, fc.constant('24:00')),
  })
  .filter(({ start, end }) => start !== end)
const timeWindows = fc.array(timeWindow, { minLength: 1, maxLength: 4 })
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Africa/Casablanca', 'Asia/Gaza', 'Pacific/Apia', 'Pacific/Chatham', 'America/Sao_Paulo', 'UTC'] // prettier-ignore

// The oracle counts minutes of the week on Temporal's wall clock, each window laid out from its start.
function openByTemporal({ timezone, windows }: TimeRestrictions, instantMs: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timezone)
  const week = 7 * 1440
  const now = (local.dayOfWeek - 1) * 1440 + local.hour * 60 + local.minute
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
  return windows.some(({ days, start, end }) => {
    const lasts = (minutes(end) - minutes(start) + 1440) % 1440 || 1440
    return days.some((day) => (now - weekdays.indexOf(day) * 1440 - minutes(start) + week) % week < lasts)
  })
}

test('agrees with Temporal at any instant, and around every change of the clocks', () => {
  const between = { min: Date.UTC(2000, 0), max: Date.UTC(2037, 0) }
  const nearChange = fc.tuple(fc.constantFrom(...zones), fc.integer(between), fc.integer({ min: -200, max: 200 }))
  const moment = fc.oneof(
    fc.tuple(fc.constantFrom(...zones), fc.integer(between)),
    nearChange.map(([zone, from, minutes]) => {
      const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
      const change = start.getTimeZoneTransition('next')?.epochMilliseconds ?? from
      return [zone, change + minutes * 60_000 + (from % 60_000)] as [string, number]
    }),
  )
  fc.assert(
    fc.property(moment, timeWindows, ([timezone, instant], windows) => {
      const given = { timezone, windows }
      expect(windowOpen(given, instant)).toBe(openByTemporal(given, instant))
    }),
    { numRuns: 3000 },
  )
})

test('agrees with Temporal before zones had whole minutes, asked in any order within a minute', () => {
  const given = restrictions('Europe/Amsterdam', ['12:00', '12:01'])
  const noon = Date.parse('1920-06-01T10:40:00Z')
  const seconds = Array.from({ length: 120 }, (_, index) => noon + ((index * 37) % 120) * 1000)
  for (const instant of seconds) expect(windowOpen(given, instant)).toBe(openByTemporal(given, instant))
})

describe('windows within others', () => {
  const office = restrictions('Europe/Berlin', ['08:00', '18:00', ['mon', 'tue']])

  test.each([
    [office, office],
    [office, restrictions('Europe/Berlin', ['09:00', '17:00', ['tue']])],
    [office, restrictions('Europe/Berlin', ['08:00', '10:00', ['mon']], ['16:00', '18:00', ['mon']])],
    [restrictions('UTC', ['08:00', '12:00'], ['12:00', '18:00']), restrictions('UTC', ['10:00', '14:00'])],
    [
      restrictions('UTC', ['20:00', '24:00', ['sun']], ['00:00', '08:00', ['mon']]),
      restrictions('UTC', ['22:00', '06:00', ['sun']]),
    ],
    [restrictions('UTC', ['22:00', '06:00', ['sun']]), restrictions('UTC', ['00:00', '06:00', ['mon']])],
    [restrictions('UTC', ['00:00', '24:00']), restrictions('Europe/Berlin', ['22:00', '06:00'])],
    [restrictions('UTC', ['12:00', '11:59'], ['11:59', '12:00']), office],
  ])('%j holds all of %j', (outer, inner) => expect(timesWithin(outer, inner)).toBe(true))

  test.each([
    [office, restrictions('Europe/Berlin', ['08:00', '18:01', ['mon']])],
    [office, restrictions('Europe/Berlin', ['07:59', '18:00', ['mon']])],
    [office, restrictions('Europe/Berlin', ['08:00', '18:00', ['mon', 'wed']])],
    [office, restrictions('Europe/Berlin', ['18:00', '08:00', ['mon']])],
    [restrictions('UTC', ['08:00', '12:00'], ['12:01', '18:00']), restrictions('UTC', ['10:00', '14:00'])],
    [restrictions('UTC', ['22:00', '06:00', ['sun']]), restrictions('UTC', ['00:00', '06:00', ['sun']])],
    [restrictions('UTC', ['20:00', '24:00', ['mon']]), restrictions('UTC', ['22:00', '00:01', ['mon']])],
    [restrictions('UTC', ['00:00', '23:59']), restrictions('Europe/Berlin', ['08:00', '18:00'])],
    [office, { ...office, timezone: 'Europe/Paris' }],
  ])('%j is not known to hold all of %j', (outer, inner) => expect(timesWithin(outer, inner)).toBe(false))

  test('are those that are open at no minute of the week when the others are closed', () => {
    const monday = Date.parse('2026-11-23T00:00:00Z')
    const week = Array.from({ length: 7 * 1440 }, (_, minute) => monday + minute * 60_000)
    const broad = fc.tuple(timeWindows, timeWindows).map(([some, more]) => [...some, ...more])
    fc.assert(
      fc.property(fc.oneof(broad, timeWindows), timeWindows, fc.boolean(), (windows, others, part) => {
        const outer = { timezone: 'UTC', windows }
        const inner = { timezone: 'UTC', windows: part ? windows.slice(0, 1) : others }
        const escaped = week.some((instant) => openByMinute(inner, instant) && !openByMinute(outer, instant))
        expect(timesWithin(outer, inner)).toBe(!escaped)
      }),
      { numRuns: 60 },
    )
  })
})

// In UTC the week needs no zone, and 10,080 readings of one should not take seconds.
function openByMinute({ windows }: TimeRestrictions, instantMs: number): boolean {
  const written = new Date(instantMs).toISOString().slice(11, 16)
  const today = (new Date(instantMs).getUTCDay() + 6) % 7
  return windows.some(({ days, start, end }) => {
    const startedToday = days.some((day) => weekdays.indexOf(day) === today)
    const startedYesterday = days.some((day) => weekdays.indexOf(day) === (today + 6) % 7)
    if (start < end) return startedToday && written >= start && written < end
    return (startedToday && written >= start) || (startedYesterday && written < end)
  })
}
