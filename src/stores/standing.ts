import type { Sender } from '../database/tenancy.ts'
import { listAccessFacts } from '../queries/access.ts'
import type { AccessFacts } from '../queries/access.ts'
import { findEnrollee } from '../queries/challenges.ts'
import { findTenantOfOrganization } from '../queries/organizations.ts'
import { findPrincipal, touchSession } from '../queries/sessions.ts'
import { findTenantOfUser } from '../queries/users.ts'
import type { Enrollee } from '../types/enrollee.ts'
import type { Principal } from '../types/principal.ts'
import type { Tenant } from '../types/tenant.ts'

/** Who stands where: sessions and grants as they were less than a second ago, or are read anew. */
export interface Standing {
  /** The holder of a session; null when the session is revoked or unknown. */
  principal(session: { userId: string; sessionId: string }): Promise<Principal | null>
  /** Whom an enrollment token is for; null when it is spent, over or unknown. Not remembered. */
  enrollee(tokenHash: Buffer, now: Date): Promise<Enrollee | null>
  /** What decides about a technician at a customer. */
  access(pair: { technicianId: string; customerOrgId: string }): Promise<AccessFacts>
  tenantOfUser(userId: string): Promise<Tenant | null>
  tenantOfOrganization(orgId: string): Promise<Tenant | null>
  /** Notes that the session is in use, at most once a minute. */
  touch(principal: Principal, now: Date): Promise<void>
  /** To be called after a commit that changed users, organizations, sessions or grants: forgets everything at once. */
  changed(): void
}

/**
 * Below the second within which a change made elsewhere must bite: an entry's age counts from before it was asked for.
 * Changes made by this process bite at once.
 */
const MAX_AGE_MS = 900
const MAX_ENTRIES = 20_000
const TOUCH_AFTER_MS = 60_000

interface Entry<T> {
  readonly askedAt: number
  readonly value: Promise<T>
}

export function createStanding(sender: Sender): Standing {
  const identity = sender.within({ as: 'identity' })
  const principals = new Map<string, Entry<Principal | null>>()
  const accesses = new Map<string, Entry<AccessFacts>>()

  function changed(): void {
    principals.clear()
    accesses.clear()
  }

  return {
    principal: (session) =>
      remembered(principals, session.sessionId + session.userId, () => identity.run(findPrincipal(session))),
    enrollee: (tokenHash, now) => identity.run(findEnrollee(tokenHash, now)),
    access: (pair) =>
      remembered(accesses, pair.technicianId + pair.customerOrgId, () => identity.run(listAccessFacts(pair))),
    tenantOfUser: (userId) => identity.run(findTenantOfUser(userId)),
    tenantOfOrganization: (orgId) => identity.run(findTenantOfOrganization(orgId)),
    async touch(principal, now) {
      if (now.getTime() - Date.parse(principal.lastUsedAt) < TOUCH_AFTER_MS) return
      await identity.run(touchSession(principal, now))
      principals.delete(principal.sessionId + principal.userId)
    },
    changed,
  }
}

/** A reading that a change overtook went in before the change, and is cleared with the rest; a failed one is not kept. */
function remembered<T>(cache: Map<string, Entry<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const now = performance.now()
  const known = cache.get(key)
  if (known && now - known.askedAt < MAX_AGE_MS) return known.value
  const entry: Entry<T> = { askedAt: now, value: ask() }
  if (cache.size >= MAX_ENTRIES) cache.clear()
  cache.set(key, entry)
  entry.value.catch(() => cache.get(key) === entry && cache.delete(key))
  return entry.value
}
