import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../types/written-event.ts'
import { leafOf } from './event-leaf.ts'
import { whatToErase } from './what-to-erase.ts'

const sought = { personId: 'ada', words: /ada@example\.com|Ada Lovelace/iu, places: /203\.0\.113\.7/u }
const event: StoredEvent = {
  ...{ id: 'e', occurredAt: '2026-11-23T08:00:00.120Z', orgId: 'acme', userId: 'bob', actorEmail: 'bob@example.com' },
  ...{
    actorRole: 'admin',
    actorOrgId: 'acme',
    action: 'user.updated',
    category: 'user',
    resourceType: 'user',
    resourceId: 'eve',
  },
  ...{ description: 'Did something', outcome: 'success', riskLevel: 'low', riskFactors: [], complianceRelevant: true },
  ...{ frameworks: [], ipAddress: '203.0.113.7', userAgent: 'Agent', sessionId: null, requestId: null },
  ...{ changes: null, details: { note: 'from 203.0.113.7', technicianId: 'tess' } },
  ...{ actorNonce: Buffer.alloc(16, 1), descriptionNonce: Buffer.alloc(16, 2), contentNonce: Buffer.alloc(16, 3) },
  ...{ actorCommitment: null, descriptionCommitment: null, contentCommitment: null },
}
const groups = (fields: Partial<StoredEvent>) => whatToErase({ ...event, ...fields }, sought)?.groups ?? []

describe('what goes', () => {
  test.each([
    ['of what they did: from where, and what tells of it', { userId: 'ada' }, ['actor', 'content']],
    ['of what was done to them: the texts, not who did it', { resourceId: 'ada' }, ['description', 'content']],
    [
      'of what nobody known did to them: from where, too',
      { resourceId: 'ada', userId: null },
      ['actor', 'description', 'content'],
    ],
    ['where their name is told', { description: 'Granted Ada Lovelace access' }, ['description']],
    ['where their address is among the changes', { changes: { after: { to: 'ADA@example.com' } } }, ['content']],
    [
      'where they are named by id, and where they came from is told',
      { details: { note: '203.0.113.7', of: 'x', on: ['ada'] } },
      [],
    ],
    ['of what has nothing of them', {}, []],
    ['of what nobody known did to somebody else', { userId: null }, []],
  ] as [string, Partial<StoredEvent>, string[]][])('%s', (_what, fields, expected) => {
    expect(groups(fields)).toEqual(expected)
  })

  test('where an id that stays names them, and a text where they came from', () => {
    const id = '019ab000-0000-7000-8000-0000000000a1'
    const details = { note: 'from 203.0.113.7', technicianId: id }
    expect(whatToErase({ ...event, details }, { ...sought, personId: id })).toMatchObject({
      groups: ['content'],
      namesThem: true,
      left: { details: { technicianId: id } },
    })
  })
})

test('what is erased already is not erased again, and what is nothing needs no erasing', () => {
  const gone = {
    actorEmail: null,
    ipAddress: null,
    userAgent: null,
    actorNonce: null,
    actorCommitment: Buffer.alloc(32),
  }
  expect(groups({ userId: 'ada', ...gone })).toEqual(['content'])
  expect(groups({ userId: 'ada', actorEmail: null, ipAddress: null, userAgent: null, details: {} })).toEqual([])
})

test('what is left, with the commitments, is the same leaf', () => {
  const before = {
    ...event,
    userId: 'ada',
    description: 'Ada Lovelace did',
    changes: { after: { a: 'x', role: 'admin' } },
  }
  const plan = whatToErase(before, sought)
  const after: StoredEvent = {
    ...before,
    ...{
      actorEmail: null,
      ipAddress: null,
      userAgent: null,
      actorNonce: null,
      actorCommitment: plan?.commitments.actor ?? null,
    },
    ...{
      description: '[erased]',
      descriptionNonce: null,
      descriptionCommitment: plan?.commitments.description ?? null,
    },
    ...{ ...plan?.left, contentNonce: null, contentCommitment: plan?.commitments.content ?? null },
  }
  expect(JSON.stringify(after)).not.toMatch(/Lovelace|203\.0|"x"/)
  expect(leafOf(after).equals(leafOf(before))).toBe(true)
})
