import type { AuditCategory } from '../types/audit.ts'
import type { RiskLevel } from '../types/vocabulary.ts'

interface ActionFacts {
  readonly category: AuditCategory
  /** The risk of it when nothing else is known. */
  readonly risk: RiskLevel
  readonly frameworks: readonly Framework[]
}

export type Framework = 'soc2' | 'iso27001' | 'hipaa' | 'pci_dss' | 'gdpr'

const all: Framework[] = ['soc2', 'iso27001', 'hipaa', 'pci_dss', 'gdpr']
const none: Framework[] = []

/** Every action that the trail can tell of. An event outside it does not compile. */
export const actions = {
  'auth.login_succeeded': { category: 'authentication', risk: 'low', frameworks: all },
  'auth.login_failed': { category: 'authentication', risk: 'medium', frameworks: all },
  'auth.mfa_failed': { category: 'authentication', risk: 'high', frameworks: all },
  'auth.mfa_enabled': { category: 'authentication', risk: 'medium', frameworks: all },
  'auth.mfa_disabled': { category: 'authentication', risk: 'high', frameworks: all },
  'auth.recovery_codes_replaced': { category: 'authentication', risk: 'medium', frameworks: all },
  'auth.refresh_reused': { category: 'authentication', risk: 'critical', frameworks: all },
  'auth.stepped_up': { category: 'authentication', risk: 'low', frameworks: all },
  'auth.step_up_failed': { category: 'authentication', risk: 'high', frameworks: all },
  'auth.password_changed': { category: 'authentication', risk: 'medium', frameworks: all },
  'auth.password_change_failed': { category: 'authentication', risk: 'high', frameworks: all },
  'auth.password_reset_requested': { category: 'authentication', risk: 'medium', frameworks: all },
  'auth.password_reset': { category: 'authentication', risk: 'high', frameworks: all },
  'auth.password_rehashed': { category: 'authentication', risk: 'low', frameworks: none },
  'auth.passkey_added': { category: 'authentication', risk: 'medium', frameworks: all },
  'auth.passkey_removed': { category: 'authentication', risk: 'medium', frameworks: all },
  'auth.logged_out': { category: 'authentication', risk: 'low', frameworks: none },
  'auth.session_revoked': { category: 'authentication', risk: 'medium', frameworks: all },
  'authorization.denied': { category: 'authorization', risk: 'medium', frameworks: all },
  'provider.created': { category: 'organization', risk: 'high', frameworks: all },
  'organization.created': { category: 'organization', risk: 'medium', frameworks: all },
  'organization.updated': { category: 'organization', risk: 'medium', frameworks: all },
  'organization.suspended': { category: 'organization', risk: 'high', frameworks: all },
  'organization.reactivated': { category: 'organization', risk: 'medium', frameworks: all },
  'organization.deleted': { category: 'organization', risk: 'critical', frameworks: all },
  'user.updated': { category: 'user', risk: 'low', frameworks: all },
  'user.role_changed': { category: 'user', risk: 'high', frameworks: all },
  'user.suspended': { category: 'user', risk: 'medium', frameworks: all },
  'user.reactivated': { category: 'user', risk: 'medium', frameworks: all },
  'user.deleted': { category: 'user', risk: 'high', frameworks: all },
  'user.invitation_resent': { category: 'user', risk: 'low', frameworks: all },
  'user.mfa_reset': { category: 'user', risk: 'high', frameworks: all },
  'user.sessions_revoked': { category: 'user', risk: 'medium', frameworks: all },
  'user.invited': { category: 'user', risk: 'medium', frameworks: all },
  'user.invitation_accepted': { category: 'user', risk: 'medium', frameworks: all },
  'privacy.erased': { category: 'user', risk: 'high', frameworks: all },
  'privacy.erasure_refused': { category: 'user', risk: 'high', frameworks: all },
  'access.granted': { category: 'access', risk: 'high', frameworks: all },
  'access.updated': { category: 'access', risk: 'high', frameworks: all },
  'access.expired': { category: 'access', risk: 'low', frameworks: all },
  'access.handed_off': { category: 'access', risk: 'high', frameworks: all },
  'access.revoked': { category: 'access', risk: 'medium', frameworks: all },
  'access.review_closed': { category: 'access', risk: 'medium', frameworks: all },
  'access.used': { category: 'access', risk: 'low', frameworks: all },
  'access.use_denied': { category: 'access', risk: 'high', frameworks: all },
  'audit.exported': { category: 'audit', risk: 'medium', frameworks: all },
  'audit.report_made': { category: 'audit', risk: 'low', frameworks: all },
  'audit.cleanup_requested': { category: 'audit', risk: 'critical', frameworks: all },
  'audit.cleanup_approved': { category: 'audit', risk: 'critical', frameworks: all },
  'audit.hold_placed': { category: 'audit', risk: 'high', frameworks: all },
  'audit.hold_released': { category: 'audit', risk: 'high', frameworks: all },
  'keys.rotated': { category: 'system', risk: 'high', frameworks: all },
  'database.row_changed': { category: 'system', risk: 'critical', frameworks: all },
} as const satisfies Record<string, ActionFacts>

export type Action = keyof typeof actions
