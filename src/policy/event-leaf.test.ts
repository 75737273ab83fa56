import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { WrittenEvent } from '../types/written-event.ts'
import { hashedForm, leafOf } from './event-leaf.ts'

const event: WrittenEvent = {
  id: '019ab000-0000-7000-8000-000000000001',
  occurredAt: '2026-11-23T08:00:00.120Z',
  orgId: '019ab000-0000-7000-8000-0000000000a0',
  userId: '019ab000-0000-7000-8000-0000000000a1',
  actorEmail: 'ada@example.com',
  actorRole: 'admin',
  actorOrgId: '019ab000-0000-7000-8000-0000000000a0',
  action: 'user.updated',
  category: 'user',
  resourceType: 'user',
  resourceId: 'U',
  description: 'Changed a name',
  outcome: 'success',
  riskLevel: 'low',
  riskFactors: ['a', 'b'],
  complianceRelevant: true,
  frameworks: ['soc2'],
  ipAddress: '2001:db8::1',
  userAgent: 'Agent',
  sessionId: '019ab000-0000-7000-8000-0000000000a2',
  requestId: 'r',
  changes: { before: { name: 'A' }, after: { name: null } },
  details: { b: 1, a: [true, null] },
}

test('the leaf is the SHA-256 of a zero byte and the canonical text, as anybody can compute it', () => {
  const text =
    '{"action":"user.updated","actor":{"email":"ada@example.com","organizationId":"019ab000-0000-7000-8000-0000000000a0","role":"admin",' +
    '"userId":"019ab000-0000-7000-8000-0000000000a1"},"category":"user","changes":{"after":{"name":null},"before":{"name":"A"}},' +
    '"complianceRelevant":true,"description":"Changed a name","details":{"a":[true,null],"b":1},"frameworks":["soc2"],' +
    '"id":"019ab000-0000-7000-8000-000000000001","ipAddress":"2001:db8::1","occurredAt":"2026-11-23T08:00:00.120Z",' +
    '"organizationId":"019ab000-0000-7000-8000-0000000000a0","outcome":"success","requestId":"r","resourceId":"U","resourceType":"user",' +
    '"riskFactors":["a","b"],"riskLevel":"low","sessionId":"019ab000-0000-7000-8000-0000000000a2","userAgent":"Agent"}'
  expect(leafOf(event).equals(createHash('sha256').update(`\0${text}`).digest())).toBe(true)
})

describe('written and read again it is the same leaf:', () => {
  const same: [string, Partial<WrittenEvent>][] = [
    ['an instant', { occurredAt: new Date('2026-11-23T08:00:00.120Z') }],
    ['ids in capitals', { orgId: event.orgId.toUpperCase(), id: event.id.toUpperCase() }],
    ['an IPv6 address in other words', { ipAddress: '2001:0db8:0:0::0001' }],
    ['members in another order', { details: { a: [true, null], b: 1 } }],
    ['members that JSON leaves out', { details: { b: 1, a: [true, undefined], c: undefined } }],
  ]
  test.each(same)('%s', (_what, fields) => {
    expect(leafOf({ ...event, ...fields }).equals(leafOf(event))).toBe(true)
  })

  test('without an actor, an address, changes', () => {
    const bare: WrittenEvent = {
      ...event,
      userId: null,
      actorEmail: null,
      actorRole: null,
      actorOrgId: null,
      ipAddress: null,
      changes: null,
    }
    expect(Object.keys(hashedForm(bare))).not.toContain('actor')
    expect(Object.values(hashedForm(bare))).not.toContain(null)
  })
})

test.each(Object.keys(event) as (keyof WrittenEvent)[])('another %s is another leaf, and so is none', (field) => {
  const value = event[field]
  const other = typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}1` : [value]
  expect(leafOf({ ...event, [field]: other }).equals(leafOf(event))).toBe(false)
  if (['id', 'occurredAt', 'orgId'].includes(field)) return
  expect(leafOf({ ...event, [field]: null }).equals(leafOf(event))).toBe(false)
})
