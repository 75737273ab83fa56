import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../types/written-event.ts'
import { hashedForm, leafOf } from './event-leaf.ts'

const event: StoredEvent = {
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
  details: { b: 1, a: [true, null], note: 'To Ada', reasons: ['expired'] },
  actorNonce: Buffer.alloc(16, 1),
  descriptionNonce: Buffer.alloc(16, 2),
  contentNonce: Buffer.alloc(16, 3),
  actorCommitment: null,
  descriptionCommitment: null,
  contentCommitment: null,
}
/** By hand: a byte of two, the nonce in base64, the canonical text. */
const committed = (nonce: string, text: string): string =>
  createHash('sha256').update(`\x02${nonce}${text}`).digest('base64')

test('the leaf is the SHA-256 of a zero byte and the canonical text, as anybody can compute it', () => {
  const actor = committed(
    'AQEBAQEBAQEBAQEBAQEBAQ==',
    '{"/actor/email":"ada@example.com","/ipAddress":"2001:db8::1","/userAgent":"Agent"}',
  )
  const description = committed('AgICAgICAgICAgICAgICAg==', '{"/description":"Changed a name"}')
  const content = committed('AwMDAwMDAwMDAwMDAwMDAw==', '{"/changes/before/name":"A","/details/note":"To Ada"}')
  const text =
    '{"action":"user.updated","actor":{"organizationId":"019ab000-0000-7000-8000-0000000000a0","role":"admin",' +
    '"userId":"019ab000-0000-7000-8000-0000000000a1"},"category":"user","changes":{"after":{"name":null},"before":{}},' +
    `"commitments":{"actor":"${actor}","content":"${content}","description":"${description}"},` +
    '"complianceRelevant":true,"details":{"a":[true,null],"b":1,"reasons":["expired"]},"frameworks":["soc2"],' +
    '"id":"019ab000-0000-7000-8000-000000000001","occurredAt":"2026-11-23T08:00:00.120Z",' +
    '"organizationId":"019ab000-0000-7000-8000-0000000000a0","outcome":"success","requestId":"r","resourceId":"U","resourceType":"user",' +
    '"riskFactors":["a","b"],"riskLevel":"low","sessionId":"019ab000-0000-7000-8000-0000000000a2"}'
  expect(leafOf(event).equals(createHash('sha256').update(`\0${text}`).digest())).toBe(true)
})

describe('written and read again it is the same leaf:', () => {
  const same: [string, Partial<StoredEvent>][] = [
    ['an instant', { occurredAt: new Date('2026-11-23T08:00:00.120Z') }],
    ['ids in capitals', { orgId: event.orgId.toUpperCase(), id: event.id.toUpperCase() }],
    ['an IPv6 address in other words', { ipAddress: '2001:0db8:0:0::0001' }],
    ['members in another order', { details: { reasons: ['expired'], note: 'To Ada', a: [true, null], b: 1 } }],
    ['members that JSON leaves out', { details: { ...(event.details as object), a: [true, undefined], c: undefined } }],
  ]
  test.each(same)('%s', (_what, fields) => {
    expect(leafOf({ ...event, ...fields }).equals(leafOf(event))).toBe(true)
  })

  test('without an actor, an address, changes', () => {
    const bare: StoredEvent = {
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

const told = (Object.keys(event) as (keyof StoredEvent)[]).filter((field) => !field.endsWith('Commitment'))
test.each(told)('another %s is another leaf, and so is none', (field) => {
  const value = event[field]
  const other = typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}1` : [value]
  const changed = Buffer.isBuffer(value) ? Buffer.alloc(16, 9) : other
  expect(leafOf({ ...event, [field]: changed }).equals(leafOf(event))).toBe(false)
  if (['id', 'occurredAt', 'orgId'].includes(field)) return
  expect(leafOf({ ...event, [field]: null }).equals(leafOf(event))).toBe(false)
})

describe('what is erased leaves the same leaf behind', () => {
  const { actor, description, content } = hashedForm(event)['commitments'] as Record<string, string>
  const bytes = (base64 = ''): Buffer => Buffer.from(base64, 'base64')
  const erased: StoredEvent = {
    ...event,
    ...{ actorEmail: null, ipAddress: null, userAgent: null, actorNonce: null, actorCommitment: bytes(actor) },
    ...{ description: '[erased]', descriptionNonce: null, descriptionCommitment: bytes(description) },
    ...{ changes: { before: {}, after: { name: null } }, details: { b: 1, a: [true, null], reasons: ['expired'] } },
    ...{ contentNonce: null, contentCommitment: bytes(content) },
  }

  test('all of it', () => expect(leafOf(erased).equals(leafOf(event))).toBe(true))

  const edits: [string, Partial<StoredEvent>][] = [
    ['an address put back', { ipAddress: '2001:db8::1' }],
    ['another actor', { userId: event.orgId }],
    ['a description of something else', { description: 'Nothing to see' }],
    ['a text put back', { details: { ...(erased.details as object), note: 'To Ada' } }],
    ['something more gone', { details: { b: 1 } }],
    ['another commitment', { contentCommitment: Buffer.alloc(32) }],
    ['none', { contentCommitment: null }],
  ]
  test.each(edits)('but not %s', (_what, fields) => {
    expect(leafOf({ ...erased, ...fields }).equals(leafOf(event))).toBe(false)
  })
})

test('a member with a name that JavaScript treats apart is hashed as well', () => {
  const details: unknown = JSON.parse('{"b":1,"__proto__":{"more":2}}')
  expect(leafOf({ ...event, details }).equals(leafOf({ ...event, details: { b: 1 } }))).toBe(false)
})
