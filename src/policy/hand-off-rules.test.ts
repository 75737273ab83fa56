import { expect, test } from 'vitest'
import type { GrantReach } from './grant-rules.ts'
import { startFromNow, widerOf } from './hand-off-rules.ts'

const now = new Date('2026-11-23T12:00:00Z')
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000)

const grant = (terms: Partial<GrantReach> = {}): GrantReach => ({
  accessLevel: 'read_only',
  startsAt: hours(-1),
  expiresAt: null,
  allowedServices: null,
  ipRestrictions: null,
  timeRestrictions: null,
  ...terms,
})
const office = {
  timezone: 'UTC',
  windows: [{ days: ['mon'], start: '08:00', end: '18:00' }],
} as GrantReach['timeRestrictions']

test.each<[string, Partial<GrantReach>, Partial<GrantReach>, 'held' | 'handed' | null]>([
  ['the same twice', {}, {}, 'held'],
  ['a higher level is wider', {}, { accessLevel: 'full_access' }, 'handed'],
  ['a lower level is not', { accessLevel: 'full_access' }, {}, 'held'],
  ['no end is wider than an end', { expiresAt: hours(1) }, {}, 'handed'],
  ['a later end is wider', { expiresAt: hours(2) }, { expiresAt: hours(1) }, 'held'],
  ['having begun earlier is nothing more', { startsAt: hours(-1) }, { startsAt: hours(-9) }, 'held'],
  ['beginning earlier from now on is', { startsAt: hours(5) }, { startsAt: hours(-9) }, 'handed'],
  ['any service is wider than one', { allowedServices: ['siem'] }, {}, 'handed'],
  ['any address is wider than one', {}, { ipRestrictions: ['203.0.113.9'] }, 'held'],
  ['any hour is wider than some', { timeRestrictions: office }, {}, 'handed'],
  ['a higher level for a shorter time is neither', {}, { accessLevel: 'full_access', expiresAt: hours(1) }, null],
  [
    'a higher level that ends less than a minute sooner is wider',
    { expiresAt: hours(9) },
    { accessLevel: 'full_access', expiresAt: new Date(hours(9).getTime() - 59_999) },
    'handed',
  ],
  [
    'an end less than a minute later is nothing more',
    { accessLevel: 'full_access', expiresAt: hours(9) },
    { expiresAt: new Date(hours(9).getTime() + 59_999) },
    'held',
  ],
  [
    'a higher level that ends a minute sooner is neither',
    { expiresAt: hours(9) },
    { accessLevel: 'full_access', expiresAt: new Date(hours(9).getTime() - 60_000) },
    null,
  ],
  [
    'a higher level from fewer addresses is neither',
    {},
    { accessLevel: 'full_access', ipRestrictions: ['203.0.113.9'] },
    null,
  ],
  ['a higher level at fewer hours is neither', {}, { accessLevel: 'full_access', timeRestrictions: office }, null],
  [
    'a higher level for other services is neither',
    { allowedServices: ['siem'] },
    { accessLevel: 'full_access', allowedServices: ['edr'] },
    null,
  ],
  ['different addresses are neither', { ipRestrictions: ['203.0.113.9'] }, { ipRestrictions: ['203.0.113.10'] }, null],
  ['sooner but shorter is neither', { startsAt: hours(5) }, { expiresAt: hours(9) }, null],
])('%s', (_, held, handed, wider) => {
  expect(widerOf(grant(held), grant(handed), now)).toBe(wider)
})

test('what has begun begins now for whoever gets it, what has not begins when it would have', () => {
  expect(startFromNow(hours(-3), now)).toEqual(now)
  expect(startFromNow(hours(3), now)).toEqual(hours(3))
})
