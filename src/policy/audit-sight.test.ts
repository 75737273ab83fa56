import { expect, test } from 'vitest'
import type { AuditEvent } from '../types/audit.ts'
import { asSeenBy } from './audit-sight.ts'

const event = {
  action: 'access.updated',
  changes: {
    before: { notes: 'call Bob first', accessLevel: 'read_only' },
    after: { ipRestrictions: ['10.0.0.0/8'], accessLevel: 'full_access', inner: [{ ip_restrictions: [] }] },
  },
  details: { technicianId: 't', notes: 'x' },
} as unknown as AuditEvent

test('customers see neither what staff note about a grant nor from where it works, however deep', () => {
  expect(asSeenBy({ orgType: 'customer' }, event)).toEqual({
    action: 'access.updated',
    changes: { before: { accessLevel: 'read_only' }, after: { accessLevel: 'full_access', inner: [{}] } },
    details: { technicianId: 't' },
  })
})

test('the provider sees all of it', () => {
  expect(asSeenBy({ orgType: 'mss_provider' }, event)).toBe(event)
})

test('an event without changes stays one', () => {
  const plain = { ...event, changes: null, details: {} }
  expect(asSeenBy({ orgType: 'customer' }, plain)).toEqual(plain)
})
