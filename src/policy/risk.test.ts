import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outcomes, riskLevels, roles } from '../types/vocabulary.ts'
import { assessRisk, baseScores, RISK_MODEL, thresholds, weights } from './risk.ts'
import type { RiskFacts } from './risk.ts'

const ada = { userId: 'ada', orgId: 'provider', role: 'super_admin' } as const
const plain: RiskFacts = {
  base: 'medium',
  floor: null,
  given: [],
  action: 'user.updated',
  orgId: 'provider',
  outcome: 'success',
  changes: null,
  subjectId: 'eve',
  actor: ada,
  now: new Date('2026-11-23T10:00:00Z'),
  timezone: null,
  atOnce: 1,
}
const assess = (facts: Partial<RiskFacts>) => assessRisk({ ...plain, ...facts })
const change = (before: object | null, after: object) => ({ changes: { before, after } })

describe('without anything that makes it riskier', () => {
  test.each(riskLevels)('%s stays what the catalogue says', (base) => {
    expect(assess({ base })).toEqual({ score: baseScores[base], level: base, factors: [], model: RISK_MODEL })
  })
})

describe('each factor is seen where it is, and only there:', () => {
  test.each([
    ['failed', { outcome: 'failure' }, { outcome: 'success' }],
    ['denied', { outcome: 'denied' }, { outcome: 'failure' }],
    [
      'privilege_raised',
      change({ role: 'basic_user' }, { role: 'admin' }),
      change({ role: 'admin' }, { role: 'basic_user' }),
    ],
    [
      'privilege_raised',
      change({ accessLevel: 'read_only' }, { accessLevel: 'full_access' }),
      change(null, { accessLevel: 'full_access' }),
    ],
    [
      'super_admin',
      change({ role: 'technician' }, { role: 'super_admin' }),
      change({ role: 'super_admin' }, { role: 'technician' }),
    ],
    ['on_oneself', { action: 'access.granted', subjectId: 'ada' }, { action: 'user.updated', subjectId: 'ada' }],
    [
      'on_oneself',
      { action: 'user.role_changed', subjectId: 'ada' },
      { action: 'user.role_changed', subjectId: 'ada', actor: null },
    ],
    [
      'no_expiry',
      { action: 'access.granted', ...change(null, { expiresAt: null }) },
      { action: 'access.granted', ...change(null, { expiresAt: 'x' }) },
    ],
    [
      'no_expiry',
      { action: 'access.granted', ...change(null, { expiresAt: null }) },
      { action: 'access.updated', ...change(null, { expiresAt: null }) },
    ],
    [
      'no_reason',
      { action: 'access.granted', ...change(null, { reason: null }) },
      { action: 'access.granted', ...change(null, { reason: 'x' }) },
    ],
    ['outside_hours', { timezone: 'Asia/Tokyo', now: new Date('2026-11-23T12:00:00Z') }, { timezone: 'UTC' }],
    ['foreign_organization', { actor: { ...ada, role: 'admin' }, orgId: 'other' }, { orgId: 'other' }],
    [
      'foreign_organization',
      { actor: { ...ada, role: 'admin' }, orgId: 'other' },
      { actor: { ...ada, role: 'admin' } },
    ],
    ['bulk', { atOnce: 10 }, { atOnce: 9 }],
    ['bulk', { atOnce: 99 }, { atOnce: 100 }],
    ['mass', { atOnce: 100 }, { atOnce: 99 }],
    ['new_address', { given: ['new_address'] }, {}],
    ['new_device', { given: ['new_device'] }, {}],
  ] as [keyof typeof weights, Partial<RiskFacts>, Partial<RiskFacts>][])('%s', (factor, present, absent) => {
    const seen = assess(present)
    expect(seen.factors).toContain(factor)
    expect(seen.score).toBeGreaterThanOrEqual(baseScores.medium + weights[factor])
    expect(assess(absent).factors).not.toContain(factor)
  })
})

test('what a service knows is kept: its reasons first, and never below its level', () => {
  expect(assess({ base: 'low', floor: 'critical', given: ['emergency_access'] })).toEqual({
    score: thresholds.critical,
    level: 'critical',
    factors: ['emergency_access'],
    model: RISK_MODEL,
  })
})

test('whatever the facts: from 0 to 100, never less risky for one more reason, the same twice', () => {
  const facts = fc.record({
    base: fc.constantFrom(...riskLevels),
    floor: fc.option(fc.constantFrom(...riskLevels)),
    outcome: fc.constantFrom(...outcomes),
    action: fc.constantFrom('access.granted', 'user.role_changed', 'auth.login_failed'),
    atOnce: fc.integer({ min: 1, max: 1000 }),
    given: fc.array(fc.constantFrom('emergency_access', 'new_address')),
    changes: fc.constantFrom(null, { before: null, after: { expiresAt: null, role: 'super_admin' } }),
    actor: fc.option(
      fc.record({ userId: fc.constant('ada'), orgId: fc.constant('o'), role: fc.constantFrom(...roles) }),
    ),
  })
  fc.assert(
    fc.property(facts, (some) => {
      const risk = assess(some)
      expect(risk.score).toBeGreaterThanOrEqual(0)
      expect(risk.score).toBeLessThanOrEqual(100)
      expect(assess(some)).toEqual(risk)
      expect(riskLevels.indexOf(risk.level)).toBeGreaterThanOrEqual(riskLevels.indexOf(some.base))
      const more = assess({ ...some, given: [...some.given, 'new_device'] })
      expect(more.score).toBeGreaterThanOrEqual(risk.score)
    }),
  )
})

test('the table in the documentation says the same', () => {
  const table = readFileSync(new URL('../../docs/risk-model.md', import.meta.url), 'utf8')
  expect(table).toContain(`\`${RISK_MODEL}\``)
  for (const [factor, weight] of Object.entries(weights))
    expect(table).toMatch(new RegExp(`\\| \`${factor}\` +\\| ${weight} +\\|`))
  for (const level of riskLevels) {
    expect(table).toMatch(new RegExp(`\\| ${level} +\\| ${baseScores[level]} +\\| ${thresholds[level]} +\\|`))
  }
})
