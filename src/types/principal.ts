import type { OrganizationStatus, OrganizationType, Role, UserStatus } from './vocabulary.ts'
import type { OrganizationSettings } from './organization.ts'

/** Who calls: read fresh, or remembered for at most a second; never taken from the token. */
export interface Principal {
  readonly userId: string
  readonly email: string
  readonly role: Role
  readonly userStatus: UserStatus
  readonly mfaEnabled: boolean
  readonly orgId: string
  readonly orgType: OrganizationType
  readonly orgStatus: OrganizationStatus
  readonly settings: OrganizationSettings
  readonly sessionId: string
  readonly sessionExpiresAt: string
  /** The session's last use that is on record; written at most once a minute. */
  readonly lastUsedAt: string
  /** When a second factor was last given in this session. */
  readonly mfaAt: string | null
  /** When the holder last proved who they are: by signing in, by a factor, by a step up. */
  readonly provedAt: string
}
