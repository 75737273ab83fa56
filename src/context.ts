import type { Credentials } from './credentials/credentials.ts'
import type { Tenancy } from './database/tenancy.ts'
import type { CheckpointCarrier } from './mail/checkpoint-carriers.ts'
import type { Mailer } from './mail/mailer.ts'
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
  /** The database as whoever approves a cleanup or erases a person sees it, and for nothing else. */
  readonly retention: () => Tenancy
  /** How far the caller's role reaches with this operation. */
  readonly reach: readonly Reach[]
}

/** A call by somebody who sets up their second factor, signed in or not yet. */
export interface EnrollmentContext extends Call {
  readonly enrollee: Enrollee
}

/** A run of a job: nobody's call. */
export interface Tick extends Call {
  /** The database as the clock may see it. */
  readonly db: Tenancy
  /** The database as the sealer of the trail may see it. */
  readonly trail: Tenancy
  /** Null where no mail server is configured. */
  readonly mailer: Mailer | null
  /** Who keeps checkpoints of the trail outside. */
  readonly carriers: readonly CheckpointCarrier[]
  readonly log: Log
}

export interface Log {
  debug(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export interface ServiceSettings {
  readonly publicUrl: string
  /** Whether mail leaves, so that links need not be passed on by hand. */
  readonly sendsMail: boolean
  readonly requireMfa: 'privileged' | 'all' | 'none'
}
