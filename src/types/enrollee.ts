import type { Principal } from './principal.ts'

/** Who may set up their second factor, and nothing else by this: signed in already, or held back from it until that is done. */
export type Enrollee = Pick<Principal, 'userId' | 'orgId' | 'email' | 'role' | 'settings'> &
  ({ readonly sessionId: string } | { readonly challengeId: string })
