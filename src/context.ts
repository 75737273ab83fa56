import type { Credentials } from './credentials/credentials.ts'
import type { Tenancy } from './database/tenancy.ts'
import type { Reach } from './policy/operations.ts'
import type { Standing } from './stores/standing.ts'
import type { Enrollee } from './types/enrollee.ts'
import type { Principal } from './types/principal.ts'

/** What a service may know of a call. */
export interface Call {
  readonly requestId: string
  /** The one clock of the call. */
  readonly now: Date
  /** Canonical address of the caller; null when it cannot be told. */
  readonly address: string | null
  readonly userAgent: string | null
  /** The versions that `If-Match` names; null when any will do. */
  readonly ifMatch: readonly number[] | null
  readonly settings: ServiceSettings
  readonly credentials: Credentials
  /** The database before anybody is known: for signing in alone. */
  readonly identity: Tenancy
  readonly standing: Standing
}

/** A call by somebody known, about what they may reach. */
export interface Context extends Call {
  readonly principal: Principal
  /** The database as the caller may see it. */
  readonly db: Tenancy
  /** How far the caller's role reaches with this operation. */
  readonly reach: readonly Reach[]
}

/** A call by somebody who sets up their second factor, signed in or not yet. */
export interface EnrollmentContext extends Call {
  readonly enrollee: Enrollee
}

export interface ServiceSettings {
  readonly publicUrl: string
  readonly requireMfa: 'privileged' | 'all' | 'none'
}
