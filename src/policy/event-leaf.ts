import type { StoredEvent } from '../types/written-event.ts'
import { canonicalJson } from './canonical-json.ts'
import { leafHash } from './merkle-tree.ts'
import { part, sealingOf } from './personal-data.ts'

/** The leaf of an event in its organization's tree. */
export const leafOf = (event: StoredEvent): Buffer => leafHash(canonicalJson(hashedForm(event)))

/**
 * What is hashed: the event as the API shows it, without its sequence, with commitments in place of what is personal, and without what is
 * null, so that columns that later releases add leave the leaves of older events as they are. In the order of the canonical text.
 */
export function hashedForm(event: StoredEvent): Record<string, unknown> {
  const { id, occurredAt, orgId, userId, actorRole, actorOrgId, sessionId } = event
  const parted = part(event)
  const commitment = (group: keyof typeof parted.personal): string =>
    sealingOf(event, parted, group).commitment.toString('base64')
  const actor = withoutNulls({
    organizationId: actorOrgId?.toLowerCase(),
    role: actorRole,
    userId: userId?.toLowerCase(),
  })
  return withoutNulls({
    action: event.action,
    actor: Object.keys(actor).length === 0 ? null : actor,
    category: event.category,
    changes: parted.changes,
    commitments: {
      actor: commitment('actor'),
      content: commitment('content'),
      description: commitment('description'),
    },
    complianceRelevant: event.complianceRelevant,
    details: parted.details,
    frameworks: event.frameworks,
    id: id.toLowerCase(),
    occurredAt: typeof occurredAt === 'string' ? occurredAt : occurredAt.toISOString(),
    organizationId: orgId.toLowerCase(),
    outcome: event.outcome,
    requestId: event.requestId,
    resourceId: event.resourceId,
    resourceType: event.resourceType,
    riskFactors: event.riskFactors,
    riskLevel: event.riskLevel,
    sessionId: sessionId?.toLowerCase(),
  })
}

function withoutNulls(members: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const name in members) if (members[name] !== null && members[name] !== undefined) kept[name] = members[name]
  return kept
}
