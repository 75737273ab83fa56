import { describe, expect, test } from 'vitest'
import { actions } from '../../src/policy/audit-actions.ts'
import { ocsfKindOf } from '../../src/policy/ocsf-classes.ts'
import { toOcsf } from '../../src/policy/ocsf.ts'
import type { AuditEvent } from '../../src/types/audit.ts'
import { ocsfFaults } from '../ocsf/validate.ts'

const uuid = '01a20000-0000-7000-8000-000000000001'
const plain: AuditEvent = {
  id: uuid,
  sequence: 7,
  occurredAt: '2026-11-23T08:00:00.123Z',
  actor: { userId: uuid, email: 'ada@example.com', role: 'super_admin', organizationId: uuid },
  organizationId: uuid,
  action: 'access.granted',
  category: 'access',
  resourceType: 'grant',
  resourceId: uuid,
  description: 'Granted',
  outcome: 'success',
  riskLevel: 'high',
  riskFactors: ['no_expiry'],
  complianceRelevant: true,
  frameworks: ['soc2'],
  ipAddress: '203.0.113.7',
  userAgent: 'curl/8',
  sessionId: uuid,
  requestId: 'req-12345678',
  changes: { before: null, after: { accessLevel: 'full_access', role: 'admin' } },
  details: { technicianId: uuid, risk: { score: 70, model: '1' } },
  erased: [],
}
const bare: AuditEvent = {
  ...plain,
  sequence: null,
  actor: null,
  resourceType: null,
  resourceId: null,
  ipAddress: null,
  userAgent: null,
  sessionId: null,
  requestId: null,
  changes: null,
  details: {},
  outcome: 'denied',
  riskLevel: 'critical',
}

describe('an event of each action is valid by the schema of its class, with all that it can tell and with as little as it can:', () => {
  test.each(Object.entries(actions))('%s', (action, { category }) => {
    for (const event of [plain, bare]) expect(ocsfFaults(toOcsf({ ...event, action, category }))).toEqual([])
  })
})

test('all seven classes are used, and no action is of none', () => {
  const used = new Set(Object.entries(actions).map(([action, { category }]) => ocsfKindOf({ action, category })[0]))
  expect([...used].sort()).toEqual([3001, 3002, 3003, 3004, 3005, 3006, 6003])
})

test('who, whom, what, whose, when and how risky have their words', () => {
  expect(toOcsf(plain)).toMatchObject({
    class_uid: 3005,
    activity_id: 1,
    type_uid: 300501,
    time: Date.parse('2026-11-23T08:00:00.123Z'),
    severity_id: 4,
    risk_level_id: 3,
    risk_score: 70,
    status_id: 1,
    metadata: { version: '1.8.0', uid: uuid, tenant_uid: uuid, sequence: 7, event_code: 'access.granted' },
    actor: { user: { uid: uuid, email_addr: 'ada@example.com' }, session: { uid: uuid } },
    user: { uid: uuid },
    privileges: ['full_access'],
    src_endpoint: { ip: '203.0.113.7' },
    unmapped: { details: plain.details, changes: plain.changes },
  })
})

test.each([
  ['without its user', ({ user: _user, ...event }: any) => event],
  ['with an activity that there is not', (event: any) => ({ ...event, activity_id: 42 })],
  ['with an attribute that there is not', (event: any) => ({ ...event, colour: 'red' })],
  ['without a version', (event: any) => ({ ...event, metadata: { product: { name: 'x' } } })],
  ['with its time in words', (event: any) => ({ ...event, time: 'now' })],
])('the schema notices an event %s', (_what, spoil) => {
  expect(ocsfFaults(spoil(toOcsf(plain)))).not.toEqual([])
})
