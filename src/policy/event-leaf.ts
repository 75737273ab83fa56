import type { StoredEvent } from '../types/written-event.ts'
import { canonicalJson } from './canonical-json.ts'
import { leafHash } from './merkle-tree.ts'
import { part, sealingOf } from './personal-data.ts'

/** The leaf of an event in its organization's tree. */
export const leafOf = (event: StoredEvent): Buffer => leafHash(canonicalJson(hashedForm(event)))

/**
 * What is hashed: the event as the API shows it, without its sequence, with commitments in place of what is personal, and without what is
 * null, so that columns that later releases add leave the leaves of older events as they are.
 */
export function hashedForm(event: StoredEvent): Record<string, unknown> {
  const { id, occurredAt, orgId, userId, actorRole, actorOrgId, sessionId } = event
  const parted = part(event)
  const commitment = (group: keyof typeof parted.personal): string =>
    sealingOf(event, parted, group).commitment.toString('base64')
  const actor = withoutNulls({
    userId: userId?.toLowerCase(),
    role: actorRole,
    organizationId: actorOrgId?.toLowerCase(),
  })
  return withoutNulls({
    id: id.toLowerCase(),
    occurredAt: typeof occurredAt === 'string' ? occurredAt : occurredAt.toISOString(),
    organizationId: orgId.toLowerCase(),
    actor: Object.keys(actor).length === 0 ? null : actor,
    action: event.action,
    category: event.category,
    resourceType: event.resourceType,
    resourceId: event.resourceId,
    outcome: event.outcome,
    riskLevel: event.riskLevel,
    riskFactors: event.riskFactors,
    complianceRelevant: event.complianceRelevant,
    frameworks: event.frameworks,
    sessionId: sessionId?.toLowerCase(),
    requestId: event.requestId,
    changes: parted.changes,
    details: parted.details,
    commitments: {
      actor: commitment('actor'),
      description: commitment('description'),
      content: commitment('content'),
    },
  })
}

function withoutNulls(members: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const name in members) if (members[name] !== null && members[name] !== undefined) kept[name] = members[name]
  return kept
}
