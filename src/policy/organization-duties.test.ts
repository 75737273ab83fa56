import { expect, test } from 'vitest'
import { exceedsDuties, mergeSettings } from './organization-duties.ts'

test('a customer admin decides about their own settings, and neither status, budget nor retention', () => {
  expect(exceedsDuties('admin', { name: 'New', domain: null, settings: { requireMfa: true } })).toBe(false)
  expect(exceedsDuties('admin', { name: 'New' })).toBe(false)
  expect(exceedsDuties('admin', { status: 'active' })).toBe(true)
  expect(exceedsDuties('admin', { settings: { rateLimitPerMinute: 9000 } })).toBe(true)
  expect(exceedsDuties('admin', { settings: { rateLimitPerMinute: null } })).toBe(true)
  expect(exceedsDuties('admin', { settings: { auditRetentionDays: 365 } })).toBe(true)
})

test('a super admin decides about all of it', () => {
  expect(exceedsDuties('super_admin', { status: 'suspended', settings: { auditRetentionDays: 400 } })).toBe(false)
})

test('settings merge key by key: what is not named stays, null goes back to the default', () => {
  const before = { requireMfa: true, timezone: 'Europe/Berlin', contact: { name: 'Ada' } }
  expect(mergeSettings(before, { timezone: null, sessionIdleMinutes: 20 })).toEqual({
    requireMfa: true,
    sessionIdleMinutes: 20,
    contact: { name: 'Ada' },
  })
  expect(mergeSettings(before, { requireMfa: false })).toMatchObject({ requireMfa: false })
  expect(before.timezone).toBe('Europe/Berlin')
})
