import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TimeRestrictions } from '../types/restrictions.ts'
import { accessLevels, grantStatuses } from '../types/vocabulary.ts'
import {
  accessRefusals,
  decideAccess,
  effectiveStatus,
  refusalsOf,
  widens,
  type AccessQuestion,
  type GrantFacts,
  type GrantReach,
} from './grant-rules.ts'

const noon = new Date('2026-11-23T12:00:00.000Z') // a Monday
const later = (ms: number): Date => new Date(noon.getTime() + ms)
const hours = (start: string, end: string, timezone = 'UTC'): TimeRestrictions => ({
  timezone,
  windows: [{ days: ['mon'], start, end }],
})

const plain: GrantFacts = {
  id: 'plain',
  accessLevel: 'full_access',
  status: 'active',
  startsAt: later(-1000),
  expiresAt: later(1000),
  allowedServices: null,
  ipRestrictions: null,
  timeRestrictions: null,
}
const grant = (differs: Partial<GrantFacts>): GrantFacts => ({ ...plain, ...differs })
const now: AccessQuestion = {
  now: noon,
  address: '203.0.113.9',
  service: 'siem',
  level: 'read_only',
  technicianActive: true,
  customerActive: true,
}
const asking = (differs: Partial<AccessQuestion>): AccessQuestion => ({ ...now, ...differs })

describe('the status of a grant', () => {
  const lives = { startsAt: noon, expiresAt: later(1000) }

  test.each(['scheduled', 'active'] as const)('stored as %s is what the clock says', (status) => {
    const given = grant({ ...lives, status })
    expect(effectiveStatus(given, later(-1))).toBe('scheduled')
    expect(effectiveStatus(given, noon)).toBe('active')
    expect(effectiveStatus(given, later(999))).toBe('active')
    expect(effectiveStatus(given, later(1000))).toBe('expired')
    expect(effectiveStatus(given, later(1001))).toBe('expired')
  })

  test.each(['expired', 'revoked'] as const)('stored as %s is final', (status) => {
    for (const ms of [-1, 0, 999, 1000]) expect(effectiveStatus(grant({ ...lives, status }), later(ms))).toBe(status)
  })

  test('without an expiry stays active', () => {
    expect(effectiveStatus(grant({ expiresAt: null }), new Date('9999-12-31T23:59:59Z'))).toBe('active')
  })

  test('that ends before it starts never is active', () => {
    const empty = grant({ startsAt: later(10), expiresAt: later(0) })
    expect([-1, 0, 5, 10, 11].map((ms) => effectiveStatus(empty, later(ms)))).not.toContain('active')
  })

  test('with a time that cannot be read is not active', () => {
    expect(effectiveStatus(grant({ startsAt: new Date(NaN) }), noon)).toBe('scheduled')
    expect(effectiveStatus(grant({ expiresAt: new Date(NaN) }), noon)).toBe('expired')
    expect(effectiveStatus(plain, new Date(NaN))).not.toBe('active')
  })
})

describe('one grant', () => {
  test('that is active and restricts nothing refuses nothing', () => {
    expect(refusalsOf(plain, now)).toEqual([])
  })

  test.each([
    ['not_started', grant({ startsAt: later(1) })],
    ['expired', grant({ expiresAt: noon })],
    ['expired', grant({ status: 'expired' })],
    ['revoked', grant({ status: 'revoked' })],
  ] as const)('that is not active says so, and why: %s', (reason, given) => {
    expect(refusalsOf(given, now)).toEqual(['grant_not_active', reason])
  })

  test('refuses another address, and one that cannot be told', () => {
    const given = grant({ ipRestrictions: ['203.0.113.0/24'] })
    expect(refusalsOf(given, now)).toEqual([])
    expect(refusalsOf(given, asking({ address: '203.0.114.9' }))).toEqual(['ip_not_allowed'])
    expect(refusalsOf(given, asking({ address: null }))).toEqual(['ip_not_allowed'])
    expect(refusalsOf(plain, asking({ address: null }))).toEqual([])
  })

  test('refuses outside of its hours', () => {
    expect(refusalsOf(grant({ timeRestrictions: hours('12:00', '13:00') }), now)).toEqual([])
    expect(refusalsOf(grant({ timeRestrictions: hours('11:00', '12:00') }), now)).toEqual(['outside_time_window'])
    expect(refusalsOf(grant({ timeRestrictions: hours('12:00', '13:00', 'Asia/Tokyo') }), now)).toEqual([
      'outside_time_window',
    ])
  })

  test('refuses another service, unless none is asked for', () => {
    const given = grant({ allowedServices: ['edr', 'siem'] })
    expect(refusalsOf(given, now)).toEqual([])
    expect(refusalsOf(given, asking({ service: 'firewall' }))).toEqual(['service_not_allowed'])
    expect(refusalsOf(given, asking({ service: '' }))).toEqual(['service_not_allowed'])
    expect(refusalsOf(given, asking({ service: undefined }))).toEqual([])
    expect(refusalsOf(grant({ allowedServices: [] }), now)).toEqual(['service_not_allowed'])
  })

  test.each([
    ['read_only', 'read_only', []],
    ['read_only', 'full_access', ['level_insufficient']],
    ['full_access', 'read_only', []],
    ['full_access', 'full_access', []],
    ['emergency', 'read_only', []],
    ['emergency', 'full_access', []],
  ] as const)('at level %s answers a question for %s with %j', (accessLevel, level, refusals) => {
    expect(refusalsOf(grant({ accessLevel }), asking({ level }))).toEqual(refusals)
  })

  test('refuses when the technician or the customer is not active, at every level', () => {
    for (const accessLevel of accessLevels) {
      const given = grant({ accessLevel })
      expect(refusalsOf(given, asking({ technicianActive: false }))).toEqual(['technician_inactive'])
      expect(refusalsOf(given, asking({ customerActive: false }))).toEqual(['customer_inactive'])
    }
  })

  test('names every reason there is, in one order', () => {
    const given = grant({
      status: 'revoked',
      accessLevel: 'read_only',
      ipRestrictions: ['10.0.0.0/8'],
      timeRestrictions: hours('00:00', '01:00'),
      allowedServices: ['edr'],
    })
    const question = asking({ level: 'full_access', technicianActive: false, customerActive: false })
    const expected = accessRefusals.filter((refusal) => refusal !== 'not_started' && refusal !== 'expired')
    expect(refusalsOf(given, question)).toEqual(expected)
  })
})

describe('the decision', () => {
  test('names the grant that allows, and all that do', () => {
    const grants = [grant({ id: 'a', status: 'revoked' }), grant({ id: 'b' }), grant({ id: 'c' })]
    expect(decideAccess(grants, now)).toEqual({ allowed: true, grantId: 'b', grantIds: ['b', 'c'], reasons: [] })
  })

  test('never combines what one grant gives with what another gives', () => {
    const wide = grant({ id: 'wide', ipRestrictions: ['10.0.0.0/8'] })
    const near = grant({ id: 'near', accessLevel: 'read_only' })
    const night = grant({ id: 'night', timeRestrictions: hours('20:00', '22:00') })
    expect(decideAccess([wide, near, night], asking({ level: 'full_access' }))).toEqual({
      allowed: false,
      grantId: null,
      grantIds: [],
      reasons: ['ip_not_allowed', 'outside_time_window', 'level_insufficient'],
    })
  })

  test('speaks of the live grants while there is one, a scheduled one among them', () => {
    const revoked = grant({ id: 'old', status: 'revoked', allowedServices: ['edr'] })
    const scheduled = grant({ id: 'new', startsAt: later(1) })
    const remote = grant({ id: 'far', ipRestrictions: ['10.0.0.0/8'] })
    expect(decideAccess([revoked, scheduled], now).reasons).toEqual(['grant_not_active', 'not_started'])
    expect(decideAccess([revoked, remote], now).reasons).toEqual(['ip_not_allowed'])
    expect(decideAccess([remote, scheduled], now).reasons).toEqual([
      'grant_not_active',
      'not_started',
      'ip_not_allowed',
    ])
  })

  test('speaks of the dead ones when there is no other, each reason once', () => {
    const expired = grant({ expiresAt: noon })
    const revoked = grant({ status: 'revoked', allowedServices: ['edr'] })
    expect(decideAccess([revoked, expired, expired], now).reasons).toEqual([
      'grant_not_active',
      'expired',
      'revoked',
      'service_not_allowed',
    ])
  })

  test('about a single grant gives its reasons', () => {
    expect(decideAccess([grant({ expiresAt: noon })], now).reasons).toEqual(['grant_not_active', 'expired'])
    expect(decideAccess([grant({ allowedServices: ['edr'] })], now).reasons).toEqual(['service_not_allowed'])
  })

  test('without any grant is no, and says what else would be in the way', () => {
    expect(decideAccess([], now)).toEqual({
      allowed: false,
      grantId: null,
      grantIds: [],
      reasons: ['grant_not_active'],
    })
    expect(decideAccess([], asking({ technicianActive: false, customerActive: false })).reasons).toEqual([
      'grant_not_active',
      'technician_inactive',
      'customer_inactive',
    ])
  })

  test('is yes exactly when one grant alone refuses nothing, and never without a reason otherwise', () => {
    const anyGrant: fc.Arbitrary<GrantFacts> = fc.record({
      id: fc.uuid(),
      accessLevel: fc.constantFrom(...accessLevels),
      status: fc.constantFrom(...grantStatuses),
      startsAt: fc.constantFrom(later(-1), noon, later(1)),
      expiresAt: fc.constantFrom(null, later(-1), noon, later(1)),
      allowedServices: fc.constantFrom(null, ['siem'], ['edr']),
      ipRestrictions: fc.constantFrom(null, ['203.0.113.9'], ['10.0.0.0/8']),
      timeRestrictions: fc.constantFrom(null, hours('12:00', '13:00'), hours('13:00', '14:00')),
    })
    const anyQuestion: fc.Arbitrary<AccessQuestion> = fc.record({
      now: fc.constant(noon),
      address: fc.constantFrom(null, '203.0.113.9', '10.1.2.3'),
      service: fc.constantFrom(undefined, 'siem', 'edr'),
      level: fc.constantFrom('read_only', 'full_access'),
      technicianActive: fc.boolean(),
      customerActive: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(anyGrant, { maxLength: 4 }), anyQuestion, (grants, question) => {
        const willing = grants.filter((each) => refusalsOf(each, question).length === 0).map(({ id }) => id)
        const { allowed, grantId, grantIds, reasons } = decideAccess(grants, question)
        expect({ allowed, grantIds }).toEqual({ allowed: willing.length > 0, grantIds: willing })
        expect(grantId).toBe(willing[0] ?? null)
        expect(reasons.length > 0).toBe(!allowed)
        expect(reasons).toEqual(accessRefusals.filter((refusal) => reasons.includes(refusal)))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a change of a grant widens it', () => {
  const base: GrantReach = {
    accessLevel: 'read_only',
    startsAt: noon,
    expiresAt: later(1000),
    allowedServices: ['siem', 'edr'],
    ipRestrictions: ['10.0.0.0/8'],
    timeRestrictions: hours('08:00', '18:00'),
  }
  const widensTo = (after: Partial<GrantReach>, before: Partial<GrantReach> = {}) =>
    widens({ ...base, ...before }, { ...base, ...after })

  test('not when nothing changes', () => {
    expect(widensTo({})).toBe(false)
  })

  test.each([
    [{ accessLevel: 'full_access' }],
    [{ accessLevel: 'emergency' }],
    [{ startsAt: later(-1) }],
    [{ expiresAt: later(1001) }],
    [{ expiresAt: null }],
    [{ allowedServices: null }],
    [{ allowedServices: ['siem', 'firewall'] }],
    [{ ipRestrictions: null }],
    [{ ipRestrictions: ['10.0.0.0/8', '11.0.0.1'] }],
    [{ ipRestrictions: ['10.0.0.0/7'] }],
    [{ timeRestrictions: null }],
    [{ timeRestrictions: hours('08:00', '18:01') }],
    [{ timeRestrictions: hours('09:00', '17:00', 'Europe/Berlin') }],
  ] as [Partial<GrantReach>][])('by %j', (after) => expect(widensTo(after)).toBe(true))

  test.each([
    [{ startsAt: later(1) }],
    [{ expiresAt: later(999) }],
    [{ allowedServices: ['edr'] }],
    [{ allowedServices: ['edr', 'siem'] }],
    [{ ipRestrictions: ['10.1.0.0/16', '10.2.3.4'] }],
    [{ timeRestrictions: hours('09:00', '17:00') }],
  ] as [Partial<GrantReach>][])('not by %j', (after) => expect(widensTo(after)).toBe(false))

  test('not by a restriction where there was none', () => {
    const open = { expiresAt: null, allowedServices: null, ipRestrictions: null, timeRestrictions: null }
    expect(widens({ ...base, ...open }, base)).toBe(false)
    expect(widens({ ...base, ...open }, { ...base, ...open })).toBe(false)
  })

  test('not by another level that gives no more', () => {
    expect(widensTo({ accessLevel: 'read_only' }, { accessLevel: 'full_access' })).toBe(false)
    expect(widensTo({ accessLevel: 'emergency' }, { accessLevel: 'full_access' })).toBe(false)
    expect(widensTo({ accessLevel: 'full_access' }, { accessLevel: 'emergency' })).toBe(false)
  })

  test('by one thing although everything else narrows', () => {
    const narrower = {
      allowedServices: ['siem'],
      ipRestrictions: ['10.0.0.1'],
      timeRestrictions: hours('09:00', '10:00'),
    }
    expect(widensTo({ ...narrower, expiresAt: null })).toBe(true)
    expect(widensTo({ ...narrower, expiresAt: later(1) })).toBe(false)
  })
})
