/** On whose behalf a statement runs. It chooses the PostgreSQL role, and with it the row-security policies. */
export type Scope =
  | { readonly as: 'member'; readonly orgId: string; readonly userId: string }
  | { readonly as: 'technician'; readonly orgId: string | null; readonly userId: string }
  | { readonly as: 'staff'; readonly userId: string }
  /** Signing in: before anybody is known. */
  | { readonly as: 'identity' }
  /** A job: on nobody's behalf. */
  | { readonly as: 'clock' }
  /** The sealer of the trail, and whoever verifies it: it sees all of the trail, and nothing else. */
  | { readonly as: 'sealer' }
  /** Approving that old events are removed, and erasing persons. */
  | { readonly as: 'retention'; readonly userId: string }
