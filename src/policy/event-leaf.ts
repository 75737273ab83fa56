import type { WrittenEvent } from '../types/written-event.ts'
import { canonicalAddress } from './addresses.ts'
import { canonicalJson } from './canonical-json.ts'
import { leafHash } from './merkle-tree.ts'

/** The leaf of an event in its organization's tree. */
export const leafOf = (event: WrittenEvent): Buffer => leafHash(canonicalJson(hashedForm(event)))

/**
 * What is hashed: the event as the API shows it, without its sequence and without what is null, so that columns that later
 * releases add leave the leaves of older events as they are.
 */
export function hashedForm(event: WrittenEvent): Record<string, unknown> {
  const { id, occurredAt, orgId, userId, actorEmail, actorRole, actorOrgId, ipAddress, sessionId, ...rest } = event
  const actor = withoutNulls({
    userId: userId?.toLowerCase(),
    email: actorEmail,
    role: actorRole,
    organizationId: actorOrgId?.toLowerCase(),
  })
  return withoutNulls({
    ...rest,
    id: id.toLowerCase(),
    occurredAt: typeof occurredAt === 'string' ? occurredAt : occurredAt.toISOString(),
    organizationId: orgId.toLowerCase(),
    actor: Object.keys(actor).length === 0 ? null : actor,
    // The database writes some IPv6 addresses in other words than we do.
    ipAddress: ipAddress === null ? null : (canonicalAddress(ipAddress) ?? ipAddress),
    sessionId: sessionId?.toLowerCase(),
  })
}

function withoutNulls(members: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const name in members) if (members[name] !== null && members[name] !== undefined) kept[name] = members[name]
  return kept
}
