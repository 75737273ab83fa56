const QUARTER_MS = 15 * 60_000
const HOUR_MS = 60 * 60_000

interface TryLimit {
  /** How many at once when none was made lately, and how many more a period allows: in no period more than twice as many. */
  readonly tries: number
  readonly periodMs: number
}

/**
 * How often may be tried; what succeeds costs nothing. A device that the owner has signed in on before has tries of its own, so
 * that strangers who use up those of the account do not keep its owner out.
 */
export const tryLimits = {
  account: { tries: 5, periodMs: QUARTER_MS },
  accountFromAddress: { tries: 4, periodMs: QUARTER_MS },
  address: { tries: 100, periodMs: QUARTER_MS },
  knownDevice: { tries: 10, periodMs: QUARTER_MS },
  /** Codes of a second factor, whoever knows the password. */
  factor: { tries: 10, periodMs: QUARTER_MS },
  /** The password of who is signed in. */
  ownPassword: { tries: 5, periodMs: QUARTER_MS },
  passwordRequest: { tries: 3, periodMs: HOUR_MS },
  passwordRequestFromAddress: { tries: 20, periodMs: HOUR_MS },
} as const satisfies Record<string, TryLimit>

export type TriesOf = keyof typeof tryLimits
