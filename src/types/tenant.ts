import type { OrganizationType } from './vocabulary.ts'

/** Whose data a call is about. */
export interface Tenant {
  readonly orgId: string
  /** Null where nobody needed to know. */
  readonly orgType: OrganizationType | null
  /** The person whom the call is about, if it is about one. */
  readonly userId: string | null
}
