import { describe, expect, test } from 'vitest'
import { askedLevel, changesKind, faultsOfTerms, usualEnd } from './grant-terms.ts'
import type { Terms } from './grant-terms.ts'

const now = new Date('2026-11-23T08:00:00.000Z')
const after = (hours: number, ms = 0): Date => new Date(now.getTime() + hours * 3_600_000 + ms)

const standing: Terms = { accessLevel: 'read_only', startsAt: now, expiresAt: null, reason: null }
const emergency: Terms = { accessLevel: 'emergency', startsAt: now, expiresAt: after(4), reason: 'ten chars!' }
const faults = (terms: Terms): string[] => faultsOfTerms(terms, now).map(({ path }) => path)

describe('the terms of a grant', () => {
  test('a standing grant needs neither end nor reason', () => expect(faults(standing)).toEqual([]))

  test('an end is after the start and after now, by a millisecond at least', () => {
    expect(faults({ ...standing, expiresAt: after(0, 1) })).toEqual([])
    expect(faults({ ...standing, startsAt: after(-2), expiresAt: after(-1) })).toEqual(['expiresAt'])
    expect(faults({ ...standing, startsAt: after(-2), expiresAt: now })).toEqual(['expiresAt'])
    expect(faults({ ...standing, startsAt: after(2), expiresAt: after(2) })).toEqual(['expiresAt'])
    expect(faults({ ...standing, startsAt: after(2), expiresAt: after(2, 1) })).toEqual([])
  })

  test('an emergency lasts 24 hours from its start, and no longer', () => {
    expect(faults(emergency)).toEqual([])
    expect(faults({ ...emergency, expiresAt: after(24) })).toEqual([])
    expect(faults({ ...emergency, expiresAt: after(24, 1) })).toEqual(['expiresAt'])
    expect(faults({ ...emergency, expiresAt: null })).toEqual(['expiresAt'])
    expect(faults({ ...emergency, startsAt: after(100), expiresAt: after(124) })).toEqual([])
    expect(faults({ ...emergency, startsAt: after(-23), expiresAt: after(2) })).toEqual(['expiresAt'])
  })

  test('an emergency has a reason of ten characters as a person counts them', () => {
    for (const reason of [null, 'nine char', 'nine char\u200b', '😀'.repeat(9)])
      expect(faults({ ...emergency, reason }), String(reason)).toEqual(['reason'])
    expect(faults({ ...emergency, reason: '😀'.repeat(10) })).toEqual([])
  })

  test('every fault is told at once', () => {
    expect(faults({ ...emergency, expiresAt: null, reason: null })).toEqual(['expiresAt', 'reason'])
  })

  test('unless it says so an emergency ends after 4 hours, any other grant never', () => {
    expect(usualEnd('emergency', now)).toEqual(after(4))
    expect([usualEnd('read_only', now), usualEnd('full_access', now)]).toEqual([null, null])
  })

  test('an emergency becomes nothing else, and nothing else an emergency', () => {
    expect(changesKind('read_only', 'full_access')).toBe(false)
    expect(changesKind('emergency', 'emergency')).toBe(false)
    expect(changesKind('full_access', 'emergency')).toBe(true)
    expect(changesKind('emergency', 'read_only')).toBe(true)
  })

  test('who asks for an emergency’s level asks for full access', () => {
    expect((['read_only', 'full_access', 'emergency'] as const).map(askedLevel)).toEqual([
      'read_only',
      'full_access',
      'full_access',
    ])
  })
})
