import type { Sender } from '../database/tenancy.ts'
import { decideAccess, effectiveStatus, isLive } from '../policy/grant-rules.ts'
import type { AccessRefusal } from '../policy/grant-rules.ts'
import { isOfLiveGrant, refusalsNamed } from '../policy/judge-grants.ts'
import type { AccessAsked } from '../policy/judge-grants.ts'
import { listAccessFacts } from '../queries/access.ts'
import type { AccessFacts } from '../queries/access.ts'
import { findEnrollee } from '../queries/challenges.ts'
import { findTenantOfOrganization } from '../queries/organizations.ts'
import { findPrincipal, touchSession } from '../queries/sessions.ts'
import { findTenantOfUser } from '../queries/users.ts'
import type { Enrollee } from '../types/enrollee.ts'
import type { Principal } from '../types/principal.ts'
import type { Tenant } from '../types/tenant.ts'
import { createGrantIndex } from './grant-index.ts'
import type { GrantIndex } from './grant-index.ts'
import type { Pair } from './grant-table.ts'
import { createMatrixMemory } from './matrix-memory.ts'
import type { MatrixMemory } from './matrix-memory.ts'
import { createNameOrder } from './name-order.ts'
import type { NameOrder } from './name-order.ts'

/** Who stands where: sessions and grants as they were less than a second ago, or are read anew. */
export interface Standing {
  /** The holder of a session; null when the session is revoked or unknown. Whoever asks sees to it that it is who they asked for. */
  principal(session: { userId: string; sessionId: string }): Promise<Principal | null>
  /** The same, read now: for a no that another node may have made a yes of meanwhile. */
  principalNow(session: { userId: string; sessionId: string }): Promise<Principal | null>
  /** Whom an enrollment token is for; null when it is spent, over or unknown. Not remembered. */
  enrollee(tokenHash: Buffer, now: Date): Promise<Enrollee | null>
  /** Whether a technician may reach a customer. A yes may be as old as the rest; a no is from after it was asked for. */
  judge(pair: Pair, asked: AccessAsked): Promise<Verdict>
  /** What decides about that, with the newest grants that are over. */
  access(pair: Pair): Promise<AccessFacts>
  /** For whoever asks about many at once. */
  readonly grants: GrantIndex
  readonly matrix: MatrixMemory
  readonly names: NameOrder
  tenantOfUser(userId: string): Promise<Tenant | null>
  tenantOfOrganization(orgId: string): Promise<Tenant | null>
  /** Notes that the session is in use, at most once a minute. */
  touch(principal: Principal, now: Date): Promise<void> | undefined
  /** To be called after a commit that changed users, organizations, sessions or grants: forgets everything at once. */
  changed(): void
}

export interface Verdict {
  readonly allowed: boolean
  /** Whether there is a grant that gives access, or will. */
  readonly live: boolean
  readonly reasons: readonly AccessRefusal[]
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

  const grants = createGrantIndex(sender)

  function changed(): void {
    principals.clear()
    accesses.clear()
    grants.changed()
  }

  const holderOf = (session: { userId: string; sessionId: string }): Promise<Principal | null> =>
    remembered(principals, session.sessionId, () => identity.run(findPrincipal(session)))

  async function touch(principal: Principal, now: Date): Promise<void> {
    await identity.run(touchSession(principal, now))
    principals.delete(principal.sessionId)
  }

  const access = (pair: Pair): Promise<AccessFacts> =>
    remembered(accesses, pair.technicianId + pair.customerOrgId, () => identity.run(listAccessFacts(pair)))

  return {
    principal: holderOf,
    principalNow(session) {
      principals.delete(session.sessionId)
      return holderOf(session)
    },
    enrollee: (tokenHash, now) => identity.run(findEnrollee(tokenHash, now)),
    async judge(pair, asked) {
      const table = await grants.knownIfRead(MAX_AGE_MS)
      if (table === null) return judgeFacts(await access(pair), asked)
      if (table.judge(pair, asked) === 0) return YES
      const refusals = (await grants.known(0)).judge(pair, asked)
      return { allowed: refusals === 0, live: isOfLiveGrant(refusals), reasons: refusalsNamed(refusals) }
    },
    access,
    grants,
    matrix: createMatrixMemory(),
    names: createNameOrder(identity),
    tenantOfUser: (userId) => identity.run(findTenantOfUser(userId)),
    tenantOfOrganization: (orgId) => identity.run(findTenantOfOrganization(orgId)),
    touch: (principal, now) => (now.getTime() < usedUntil(principal) ? undefined : touch(principal, now)),
    changed,
  }
}

const uses = new WeakMap<Principal, number>()

/** Until when a use needs no note, in ms since the epoch. */
function usedUntil(principal: Principal): number {
  const known = uses.get(principal)
  if (known !== undefined) return known
  const until = Date.parse(principal.lastUsedAt) + TOUCH_AFTER_MS
  uses.set(principal, until)
  return until
}

const YES: Verdict = { allowed: true, live: true, reasons: [] }

/** While not all grants have been read: from those of the pair. */
function judgeFacts({ grants, customerActive, technicianActive }: AccessFacts, asked: AccessAsked): Verdict {
  const live = grants.filter((grant) => isLive(effectiveStatus(grant, asked.now)))
  const { allowed, reasons } = decideAccess(live, { ...asked, technicianActive, customerActive })
  return { allowed, live: live.length > 0, reasons }
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
