import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../types/audit.ts'
import { actions } from './audit-actions.ts'
import { OCSF_VERSION, ocsfClasses, ocsfKindOf } from './ocsf-classes.ts'
import { toOcsf } from './ocsf.ts'

const event: AuditEvent = {
  id: 'the event',
  sequence: 7,
  occurredAt: '2026-11-23T08:00:00.123Z',
  actor: { userId: 'ada', email: 'ada@example.com', role: 'super_admin', organizationId: 'provider' },
  organizationId: 'acme',
  action: 'access.granted',
  category: 'access',
  resourceType: 'grant',
  resourceId: 'the grant',
  description: 'Granted',
  outcome: 'success',
  riskLevel: 'high',
  riskFactors: ['no_expiry'],
  complianceRelevant: true,
  frameworks: ['soc2'],
  ipAddress: '203.0.113.7',
  userAgent: 'curl/8',
  sessionId: 'the session',
  requestId: 'the request',
  changes: { before: null, after: { accessLevel: 'full_access' } },
  details: { technicianId: 'tess', risk: { score: 70 } },
  erased: [],
}
const bare: AuditEvent = {
  ...event,
  sequence: null,
  actor: null,
  resourceType: null,
  resourceId: null,
  riskFactors: [],
  frameworks: [],
  ipAddress: null,
  userAgent: null,
  sessionId: null,
  requestId: null,
  changes: null,
  details: null,
}
const of = (action: string, about: Partial<AuditEvent> = {}) =>
  toOcsf({
    ...event,
    action,
    category: (actions as Record<string, { category: string }>)[action]?.category ?? '',
    ...about,
  })

test('an event becomes what it is called there, and keeps the rest', () => {
  expect(toOcsf(event)).toEqual({
    activity_id: 1,
    category_uid: 3,
    class_uid: 3005,
    type_uid: 300_501,
    time: Date.parse('2026-11-23T08:00:00.123Z'),
    severity_id: 4,
    status_id: 1,
    status: 'success',
    message: 'Granted',
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Castellan', vendor_name: 'Castellan' },
      profiles: ['security_control'],
      uid: 'the event',
      tenant_uid: 'acme',
      sequence: 7,
      event_code: 'access.granted',
      correlation_uid: 'the request',
    },
    risk_level_id: 3,
    risk_score: 70,
    actor: { user: { uid: 'ada', email_addr: 'ada@example.com' }, session: { uid: 'the session' } },
    src_endpoint: { ip: '203.0.113.7' },
    http_request: { user_agent: 'curl/8' },
    unmapped: {
      outcome: 'success',
      category: 'access',
      actor_role: 'super_admin',
      actor_organization: 'provider',
      resource_type: 'grant',
      resource_id: 'the grant',
      risk_factors: ['no_expiry'],
      frameworks: ['soc2'],
      changes: { before: null, after: { accessLevel: 'full_access' } },
      details: { technicianId: 'tess', risk: { score: 70 } },
    },
    user: { uid: 'tess' },
    privileges: ['full_access'],
    resources: [{ uid: 'acme', type: 'organization' }],
  })
})

test('what is not known is left out, not written as null', () => {
  expect(toOcsf(bare)).toEqual({
    activity_id: 1,
    category_uid: 3,
    class_uid: 3005,
    type_uid: 300_501,
    time: Date.parse('2026-11-23T08:00:00.123Z'),
    severity_id: 4,
    status_id: 1,
    status: 'success',
    message: 'Granted',
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Castellan', vendor_name: 'Castellan' },
      profiles: ['security_control'],
      uid: 'the event',
      tenant_uid: 'acme',
      event_code: 'access.granted',
    },
    risk_level_id: 3,
    actor: { app_name: 'Castellan' },
    src_endpoint: { svc_name: 'Castellan' },
    unmapped: { outcome: 'success', category: 'access', risk_factors: [], frameworks: [] },
    user: { name: 'unknown' },
    privileges: ['access'],
    resources: [{ uid: 'acme', type: 'organization' }],
  })
})

test.each<[AuditEvent['riskLevel'], number, number]>([
  ['low', 2, 1],
  ['medium', 3, 2],
  ['high', 4, 3],
  ['critical', 5, 4],
])('%s risk', (riskLevel, severity, level) => {
  expect(toOcsf({ ...event, riskLevel })).toMatchObject({ severity_id: severity, risk_level_id: level })
})

test.each<[AuditEvent['outcome'], number]>([
  ['success', 1],
  ['failure', 2],
  ['denied', 2],
])('outcome %s', (outcome, status) => {
  expect(toOcsf({ ...event, outcome })).toMatchObject({ status_id: status, status: outcome })
})

test('a score that is no number is none', () => {
  for (const details of [null, {}, { risk: {} }, { risk: { score: 'high' } }]) {
    expect(toOcsf({ ...event, details })).not.toHaveProperty('risk_score')
  }
})

describe('whom it was done to is', () => {
  test.each<[string, Partial<AuditEvent>, object]>([
    [
      'the technician that the details name',
      { details: { technicianId: 'tess', toTechnicianId: 'theo' } },
      { uid: 'tess' },
    ],
    ['who gets what is handed over', { details: { toTechnicianId: 'theo' } }, { uid: 'theo' }],
    ['the account that it is about', { details: {}, resourceType: 'user', resourceId: 'bob' }, { uid: 'bob' }],
    [
      'whoever did it to themselves',
      { details: {}, resourceType: 'user', resourceId: 'ada' },
      { uid: 'ada', email_addr: 'ada@example.com' },
    ],
    [
      'whoever did it to something else',
      { details: {}, resourceType: 'grant', resourceId: 'the grant' },
      { uid: 'ada', email_addr: 'ada@example.com' },
    ],
    [
      'whoever did it, where no account is named',
      { details: {}, resourceType: 'user', resourceId: null },
      { uid: 'ada', email_addr: 'ada@example.com' },
    ],
    [
      'the account, where nobody did it',
      { details: {}, actor: null, resourceType: 'user', resourceId: 'bob' },
      { uid: 'bob' },
    ],
    [
      'the address that was tried',
      { details: { email: 'eve@example.com' }, actor: null, resourceType: null },
      { name: 'eve@example.com' },
    ],
    [
      'unknown',
      { details: { technicianId: 7, toTechnicianId: 7, email: 7 }, actor: null, resourceType: null },
      { name: 'unknown' },
    ],
  ])('%s', (_what, about, user) => expect(of('user.suspended', about)['user']).toEqual(user))
})

describe('the level is', () => {
  test.each<[string, Partial<AuditEvent>, string]>([
    [
      'the new one',
      { changes: { before: { accessLevel: 'emergency' }, after: { accessLevel: 'read_only' } } },
      'read_only',
    ],
    ['the old one of what is gone', { changes: { before: { accessLevel: 'emergency' }, after: null } }, 'emergency'],
    ['the one in the details', { changes: null, details: { accessLevel: 'full_access' } }, 'full_access'],
    ['just access, where none is told', { changes: { before: 'x', after: 7 }, details: null }, 'access'],
    ['just access, where what is told is no level', { changes: null, details: { accessLevel: 3 } }, 'access'],
  ])('%s', (_what, about, level) => expect(of('access.revoked', about)['privileges']).toEqual([level]))
})

describe('by class', () => {
  test('a sign-in is of a user to us', () => {
    expect(of('auth.login_succeeded', { details: {}, resourceType: null })).toMatchObject({
      class_uid: 3002,
      user: { uid: 'ada' },
      service: { name: 'Castellan' },
    })
  })

  test('a use of access has its user and level, and no resources', () => {
    const used = of('access.used')
    expect(used).toMatchObject({ class_uid: 3003, user: { uid: 'tess' }, privileges: ['full_access'] })
    expect(used).not.toHaveProperty('resources')
  })

  test('an organization is an entity: what it is about, or whose it is', () => {
    const entity = (about: Partial<AuditEvent>) => of('organization.updated', about)['entity']
    expect(entity({ resourceType: 'settings', resourceId: 's' })).toEqual({ uid: 's', type: 'settings' })
    expect(entity({ resourceType: null, resourceId: null })).toEqual({ uid: 'acme', type: 'organization' })
  })

  test('a change of role is one of a group', () => {
    const group = (changes: AuditEvent['changes']) => of('user.role_changed', { changes })
    expect(group({ before: null, after: { role: 'admin' } })).toMatchObject({
      class_uid: 3006,
      group: { name: 'admin', type: 'role' },
      user: { uid: 'tess' },
    })
    expect(group(null)['group']).toEqual({ name: 'unknown', type: 'role' })
    expect(group({ before: null, after: { role: 7 } })['group']).toEqual({ name: 'unknown', type: 'role' })
  })

  test('anything else is a call of the interface, on something or on nothing', () => {
    expect(of('authorization.denied')).toMatchObject({
      class_uid: 6003,
      category_uid: 6,
      api: { operation: 'authorization.denied' },
      resources: [{ uid: 'the grant', type: 'grant' }],
    })
    expect(of('authorization.denied', { resourceType: null })['resources']).toEqual([{ uid: 'the grant' }])
    expect(of('authorization.denied', { resourceId: null })).not.toHaveProperty('resources')
  })
})

describe('kinds', () => {
  test.each(Object.entries(actions))('%s has a class that there is, and an activity', (action, { category }) => {
    const [classUid, activity] = ocsfKindOf({ action, category })
    expect(ocsfClasses[classUid].name).toMatch(/^[a-z_]{5,}$/)
    expect(Number.isInteger(activity)).toBe(true)
  })

  test('an action without a class of its own is some other activity of its category’s', () => {
    const other = (category: string) => ocsfKindOf({ action: 'never.heard', category })
    expect(['authentication', 'organization', 'user', 'access'].map(other)).toEqual([
      [3002, 99],
      [3004, 99],
      [3001, 99],
      [3005, 99],
    ])
    for (const category of ['authorization', 'audit', 'system', 'unheard of'])
      expect(other(category)).toEqual([6003, 99])
  })

  test('what begins is told from what ends', () => {
    const kind = (action: keyof typeof actions) => ocsfKindOf({ action, category: actions[action].category })
    expect(kind('access.granted')).toEqual([3005, 1])
    expect(kind('access.revoked')).toEqual([3005, 2])
    expect(kind('auth.login_failed')).toEqual([3002, 1])
    expect(kind('auth.logged_out')).toEqual([3002, 2])
    expect(kind('user.suspended')).toEqual([3001, 5])
  })

  test('the release is the one that the schema is kept of', () => expect(OCSF_VERSION).toMatch(/^\d+\.\d+\.\d+$/))
})
