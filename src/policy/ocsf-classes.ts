import type { AuditCategory } from '../types/audit.ts'
import type { Action } from './audit-actions.ts'

/** The release that events are written in. Later ones rename classes: the mapping is data, so that both can be served. */
export const OCSF_VERSION = '1.8.0'

export const ocsfClasses = {
  3001: { name: 'account_change', category: 3 },
  3002: { name: 'authentication', category: 3 },
  3003: { name: 'authorize_session', category: 3 },
  3004: { name: 'entity_management', category: 3 },
  3005: { name: 'user_access', category: 3 },
  3006: { name: 'group_management', category: 3 },
  6003: { name: 'api_activity', category: 6 },
} as const

export type OcsfClass = keyof typeof ocsfClasses

/** A class, and what of it: 99 is other. */
export type OcsfKind = readonly [OcsfClass, activity: number]

const OTHER = 99

const byCategory: Readonly<Record<AuditCategory, OcsfKind>> = {
  authentication: [3002, OTHER],
  authorization: [6003, OTHER],
  organization: [3004, OTHER],
  user: [3001, OTHER],
  access: [3005, OTHER],
  audit: [6003, OTHER],
  system: [6003, OTHER],
}

const byAction: Readonly<Partial<Record<Action, OcsfKind>>> = {
  'auth.login_succeeded': [3002, 1],
  'auth.login_failed': [3002, 1],
  'auth.mfa_failed': [3002, 1],
  'auth.logged_out': [3002, 2],
  'auth.session_revoked': [3002, 2],
  'auth.mfa_enabled': [3001, 10],
  'auth.mfa_disabled': [3001, 11],
  'provider.created': [3004, 1],
  'organization.created': [3004, 1],
  'organization.updated': [3004, 3],
  'organization.suspended': [3004, 12],
  'organization.reactivated': [3004, 13],
  'organization.deleted': [3004, 4],
  'user.invited': [3001, 1],
  'user.invitation_accepted': [3001, 2],
  'user.suspended': [3001, 5],
  'user.reactivated': [3001, 2],
  'user.deleted': [3001, 6],
  'user.mfa_reset': [3001, 11],
  'user.role_changed': [3006, 3],
  'access.granted': [3005, 1],
  'access.updated': [3005, 1],
  'access.handed_off': [3005, 1],
  'access.revoked': [3005, 2],
  'access.expired': [3005, 2],
  'access.used': [3003, 1],
  'access.use_denied': [3003, 1],
  'audit.exported': [6003, 2],
  'audit.report_made': [6003, 2],
  'audit.cleanup_requested': [6003, 1],
  'audit.cleanup_approved': [6003, 4],
  'audit.hold_placed': [6003, 1],
  'audit.hold_released': [6003, 3],
  'database.row_changed': [6003, 3],
}

/** By its action; one that has no class of its own is some other activity of its category's. */
export const ocsfKindOf = ({ action, category }: { action: string; category: string }): OcsfKind =>
  (byAction as Record<string, OcsfKind | undefined>)[action] ?? byCategory[category as AuditCategory] ?? [6003, OTHER]
