import { createHash } from 'node:crypto'
import type pg from 'pg'
import type * as accessGrants from '../../src/queries/access-grants.ts'
import type * as accessHistory from '../../src/queries/access-history.ts'
import type * as accessLists from '../../src/queries/access-lists.ts'
import type * as accessMatrix from '../../src/queries/access-matrix.ts'
import type * as accessParties from '../../src/queries/access-parties.ts'
import type * as accessSets from '../../src/queries/access-sets.ts'
import type * as auditActivity from '../../src/queries/audit-activity.ts'
import type * as auditErasure from '../../src/queries/audit-erasure.ts'
import type * as auditEvidence from '../../src/queries/audit-evidence.ts'
import type * as auditFilter from '../../src/queries/audit-filter.ts'
import type * as auditHolds from '../../src/queries/audit-holds.ts'
import type * as auditIntegrity from '../../src/queries/audit-integrity.ts'
import type * as auditRollups from '../../src/queries/audit-rollups.ts'
import type * as auditTombstones from '../../src/queries/audit-tombstones.ts'
import type * as auditVerification from '../../src/queries/audit-verification.ts'
import type * as challenges from '../../src/queries/challenges.ts'
import type * as credentials from '../../src/queries/credentials.ts'
import type * as idempotencyKeys from '../../src/queries/idempotency-keys.ts'
import type * as invitations from '../../src/queries/invitations.ts'
import type * as knownDevices from '../../src/queries/known-devices.ts'
import type * as mailOutbox from '../../src/queries/mail-outbox.ts'
import type * as notifications from '../../src/queries/notifications.ts'
import type * as organizationStats from '../../src/queries/organization-stats.ts'
import type * as organizations from '../../src/queries/organizations.ts'
import type * as passkeys from '../../src/queries/passkeys.ts'
import type * as passwordResets from '../../src/queries/password-resets.ts'
import type * as savedViews from '../../src/queries/saved-views.ts'
import type * as sessions from '../../src/queries/sessions.ts'
import type * as users from '../../src/queries/users.ts'
import { list, sql } from '../../src/database/statement.ts'
import type { Statement } from '../../src/database/statement.ts'
import { evidenceTitles } from '../../src/policy/compliance-evidence.ts'
import type { EvidenceId } from '../../src/policy/compliance-evidence.ts'
import { grant, ids } from '../support/walled-database.ts'

/** Ids of bob's and bolt's rows, by their table. */
export type IdOf = (table: string) => string

/** A statement, and how many rows it must give or change, or what the one row must say: `nothing` is zeros alone. */
export type Probe = readonly [Statement<unknown>, number | object | 'nothing']

const { acme, bolt, ada, bob, staff, technician, stranger } = ids
/** What the seed leaves out, and some filters are about. */
export async function prepare(admin: pg.Client): Promise<void> {
  for (const customerId of [acme, bolt]) await grant(admin, { technicianId: stranger, customerId })
  await admin.query(`
    update users set status = 'invited' where id = '${bob}';
    update users set status = 'suspended' where id = '${stranger}';
    update organizations set settings = '{"auditRetentionDays": 30}' where id = '${bolt}';
    update technician_customer_access set expires_at = now() + interval '1 hour' where technician_id = '${technician}';
    update technician_customer_access set starts_at = now() - interval '100 days', granted_at = now() - interval '100 days'
     where technician_id = '${stranger}';
    update access_reviews set opened_at = now() - interval '100 days';
    update access_reviews set closed_at = now(), closed_by = '${ada}', verdict = 'misused', notes = 'a note' where org_id = '${acme}';
    insert into audit_logs (org_id, occurred_at, id, user_id, action, category, description, outcome, risk_level, compliance_relevant)
    values (gen_random_uuid(), now(), gen_random_uuid(), '${stranger}', 'privacy.erased', 'user', 'Erased', 'success', 'high', true);
    update user_sessions set ip_address = '192.0.2.1', user_agent = 'a browser';
    set session_replication_role = replica;
    update audit_logs set actor_email = 'b@example.com', ip_address = '192.0.2.2', user_agent = 'another' where org_id = '${bolt}';
    update technician_customer_access_history set ip_restrictions = '{192.0.2.3}';
    update technician_customer_access_history set granted_by = technician_id where customer_org_id = '${bolt}';
    set session_replication_role = origin`)
}

/** No such person is there: whoever looks for both finds nothing, who leaves one of them out finds somebody. */
const nobody = { orgId: acme, userId: bob }
const missing = '00000000-0000-7000-8000-0000000000ff'
const now = new Date()
const soon = new Date(now.getTime() + 600_000)
/** When every grant of the seed has ended. */
const later = new Date(now.getTime() + 7_200_000)
const long = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }
const page = { page: 1, limit: 100, offset: 0 }
const hash = createHash('sha256').update('').digest()
const one = Buffer.from([1])
const everybody = { role: undefined, status: undefined, search: undefined, mayFindDeleted: false }

/**
 * Past every wall, as the superuser: what a query says of whose rows it is about must hold by itself. The seed has the technician's and
 * the stranger's grant on each customer, and one person with one row of everything in each.
 */
export const probes = {
  'access-grants.ts': (q: typeof accessGrants, idOf: IdOf): Probe[] => [
    [q.lockHeldGrant({ id: idOf('technician_customer_access'), technicianId: ada, waits: true }, 'staff', now), 0],
    [q.markExpired({ technicianId: technician, customerOrgId: ada, accessLevel: 'read_only' }, later), 0],
    [q.markExpired({ technicianId: ada, customerOrgId: acme, accessLevel: 'read_only' }, later), 0],
  ],
  'access-history.ts': (q: typeof accessHistory): Probe[] => [
    [q.countGrantsThen({ viewer: 'staff', at: soon, knownAt: null, of: { technicianId: technician } }), { total: 2 }],
    [q.countGrantsThen({ viewer: 'staff', at: soon, knownAt: null, of: { customerOrgId: acme } }), { total: 2 }],
  ],
  'access-lists.ts': (q: typeof accessLists): Probe[] => [
    [q.countGrants({ viewer: 'staff', now, of: { technicianId: technician } }), { total: 2 }],
    [q.countGrants({ viewer: 'staff', now, of: { customerOrgId: acme } }), { total: 2 }],
  ],
  'access-matrix.ts': (q: typeof accessMatrix): Probe[] => {
    const window = {
      now,
      granteeRoles: ['technician', 'super_admin'],
      status: 'active',
      technicianPaging: page,
      customerPaging: page,
    } as const
    const narrow = { technicianIds: [technician], customerOrgIds: [acme] }
    return [
      [q.countMatrixAxes({ ...window, ...narrow, viewer: 'staff' }), { technicians: 1, customers: 1 }],
      [q.countMatrixAxes({ ...window, ...narrow, viewer: 'technician' }), { technicians: 1, customers: 1 }],
    ]
  },
  'access-parties.ts': (q: typeof accessParties): Probe[] => [[q.lockCustomersOf(ada, undefined), 0]],
  'access-sets.ts': (q: typeof accessSets): Probe[] => [
    [q.lockGrants({ technicianId: technician }, now), 2],
    [q.lockGrants({ customerOrgId: acme }, now), 2],
    [q.lockGrants({ technicianIds: [technician], customerOrgIds: [acme] }, now), 1],
  ],
  'audit-activity.ts': (q: typeof auditActivity): Probe[] => [
    [q.listLogins({ ...long, userId: ada, exceptIn: null }, 100), 1],
    [q.listLogins({ ...long, userId: ada, exceptIn: acme }, 100), 0],
  ],
  'audit-erasure.ts': (q: typeof auditErasure): Probe[] => [
    [q.listErasures(acme), 0],
    [q.findTraces(missing), 'nothing'],
    [q.listSuspects({ personId: missing, upTo: soon, words: 'said by nobody' }, null, 100), 0],
  ],
  'audit-evidence.ts': (q: typeof auditEvidence): Probe[] => {
    const scope = { organizationId: ada, from: long.from, to: soon.toISOString() }
    const all = Object.keys(evidenceTitles) as EvidenceId[]
    return [...all.map((id): Probe => [q.findEvidence(id, scope), 'nothing']), [q.countSealed(scope), 'nothing']]
  },
  'audit-filter.ts': (q: typeof auditFilter): Probe[] =>
    [{ organizationId: ada }, { userId: acme }].map((filter) => [
      list(sql`select from audit_logs a where ${q.matching(filter)}`),
      0,
    ]),
  'audit-holds.ts': (q: typeof auditHolds): Probe[] => [
    [q.countHolds({ organizationId: acme }), { total: 1 }],
    [q.listHoldsOver({ orgId: staff, userId: staff }), 0],
  ],
  'audit-integrity.ts': (q: typeof auditIntegrity, idOf: IdOf): Probe[] => {
    const whole = { from: 0, to: 100 }
    return [
      [q.findLatestHead(ada), 0],
      [q.listHeadsBySize(acme, [1]), 1],
      [q.findSealedEvent(idOf('audit_seals'), acme), 0],
      [q.listNodes(acme, [{ ...whole, level: 8 }]), 1],
      [q.listLeaves(acme, [{ ...whole, level: 0 }]), 1],
    ]
  },
  'audit-rollups.ts': (q: typeof auditRollups): Probe[] => {
    const days = { first: '2026-10-30T00:00:00Z', end: '2026-11-05T00:00:00Z', watermark: '0' }
    const weeks = { from: days.first, to: days.end, interval: 'week', timezone: 'UTC' } as const
    // the sum, two weeks, and the day
    return [[q.countRolled({ organizationId: acme }, weeks, days), 4]]
  },
  'audit-tombstones.ts': (q: typeof auditTombstones): Probe[] => [[q.listTombstonesOf(acme), 1]],
  'audit-verification.ts': (q: typeof auditVerification): Probe[] => [
    [q.listHeadsOf(acme, 0, 100), 1],
    [q.listPlacedEvents(acme, 0, 100), 1],
    [q.countEvents(ada), { count: 0 }],
    [q.listStrayEvents(ada, null, 100), 0],
    [q.findPlaceOf({ orgId: acme, occurredAt: soon.toISOString(), id: ada }), { place: 1 }],
  ],
  'challenges.ts': (q: typeof challenges, idOf: IdOf): Probe[] => [
    [q.spendChallenge({ orgId: acme, challengeId: idOf('auth_challenges') }, now), 0],
  ],
  'credentials.ts': (q: typeof credentials): Probe[] => [
    [q.activateInvited({ ...nobody, firstName: 'B', lastName: 'B', passwordHash: 'x' }, now), 0],
    [q.findTotpFactor(nobody), 0],
    [q.confirmTotpFactor(nobody, now), 0],
    [q.spendTotpStep(nobody, 1_000_000), 0],
    [q.resealTotpFactor(nobody, { was: 'sealed', is: 'sealed anew' }), 0],
    [q.deleteTotpFactor(nobody), 0],
    [q.deleteRecoveryCodes(nobody), 0],
    [q.spendRecoveryCode(nobody, one, now), 0],
    [q.countRecoveryCodes(nobody), { unused: 0 }],
  ],
  'idempotency-keys.ts': (q: typeof idempotencyKeys): Probe[] => [[q.findKeptAnswer({ ...nobody, key: 'key' }), 0]],
  'invitations.ts': (q: typeof invitations, idOf: IdOf): Probe[] => [
    [q.markInvitationAccepted({ orgId: acme, id: idOf('invitations') }, now), 0],
    [q.voidInvitations(nobody), 0],
  ],
  'known-devices.ts': (q: typeof knownDevices): Probe[] => [
    [q.deleteKnownDevices(nobody), 0],
    [q.seeDevice(nobody, { device: [hash], address: Buffer.from([9]) }, now), { knowsOthers: false }],
  ],
  'mail-outbox.ts': (q: typeof mailOutbox, idOf: IdOf): Probe[] => {
    const copy = { orgId: acme, id: idOf('mail_outbox') }
    return [
      [q.markSent(copy, now), 0],
      [q.postpone(copy, now, 'an error'), 0],
      [q.giveUp(copy, 'an error'), 0],
    ]
  },
  'notifications.ts': (q: typeof notifications): Probe[] => [[q.countNotifications({ owner: nobody }), { total: 0 }]],
  'organization-stats.ts': (q: typeof organizationStats): Probe[] => [
    [
      q.findOrganizationStats(stranger, now),
      { users: { total: 0 }, access: { active: 0 }, activity: { last30d: 0 }, lastActivityAt: null },
    ],
  ],
  'organizations.ts': (q: typeof organizations): Probe[] => [[q.countOrganizations({ ids: [acme] }), { total: 1 }]],
  'passkeys.ts': (q: typeof passkeys, idOf: IdOf): Probe[] => [
    [q.listPasskeys(nobody), 0],
    [q.listPasskeyIds(nobody), 0],
    [q.markPasskeyUsed({ orgId: acme, id: idOf('passkeys') }, 1, now), 0],
    [q.deletePasskey({ orgId: acme, userId: bob }, idOf('passkeys')), 0],
    [q.deletePasskey({ orgId: bolt, userId: ada }, idOf('passkeys')), 0],
    [q.deletePasskeys(nobody), 0],
  ],
  'password-resets.ts': (q: typeof passwordResets, idOf: IdOf): Probe[] => [
    [q.spendReset({ orgId: acme, resetId: idOf('password_resets') }, now), 0],
    [q.deletePasswordResets(nobody), 0],
  ],
  'saved-views.ts': (q: typeof savedViews, idOf: IdOf): Probe[] => [
    [q.listViews(nobody), 0],
    [q.deleteView({ orgId: acme, userId: bob }, idOf('saved_views')), 0],
    [q.deleteView({ orgId: bolt, userId: ada }, idOf('saved_views')), 0],
    [q.insertView({ ...nobody, id: missing, page: 'audit', name: 'New', query: '' }, { atMost: 1, now }), 1],
  ],
  'sessions.ts': (q: typeof sessions, idOf: IdOf): Probe[] => {
    const session = { orgId: acme, sessionId: idOf('user_sessions') }
    return [
      [q.touchSession({ ...session } as never, soon), 0],
      [q.listSessions(nobody), 0],
      [q.revokeSessions({ ...nobody, which: { allBut: ada }, reason: 'logged_out' }, now), 0],
      [q.markSecondFactor(session, now), 0],
      [q.markProved(session, { withFactor: true, now }), 0],
      [q.rotateRefresh(session, 0, now), 0],
      [q.revokeAllSessions(nobody, { reason: 'logged_out', now }), 0],
    ]
  },
  'users.ts': (q: typeof users): Probe[] => [
    [q.countUsers({ ...everybody, orgId: acme }), { total: 1 }],
    [q.countUsers({ ...everybody, orgId: null, ids: [ada, staff] }), { total: 2 }],
    [q.findAccountByEmail(`${staff}@example.com`, acme), 0],
    [q.findMemberByEmail(`${staff}@example.com`, acme), 0],
    [q.deleteUsersOf(acme, now), 1],
  ],
}
