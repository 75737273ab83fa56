import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { actions } from '../../policy/audit-actions.ts'
import type { Action } from '../../policy/audit-actions.ts'
import { leafOf } from '../../policy/event-leaf.ts'
import { insertAuditEvent, insertAuditEvents } from '../../queries/audit-writes.ts'
import type { MarkedEvent } from '../../queries/audit-writes.ts'
import type { Principal } from '../../types/principal.ts'
import type { Outcome, RiskLevel } from '../../types/vocabulary.ts'
import type { StoredEvent, WrittenEvent } from '../../types/written-event.ts'
import { riskOf } from './risk-of.ts'

/** What happened, as a service tells it. */
export interface Happening {
  readonly action: Action
  /** The organization that it happened to; the event is part of that organization's trail. */
  readonly orgId: string
  readonly resource?: { readonly type: string; readonly id: string }
  /** One sentence for a person. No secrets. */
  readonly description: string
  readonly outcome?: Outcome
  readonly riskLevel?: RiskLevel
  readonly riskFactors?: readonly string[]
  readonly changes?: { readonly before: unknown; readonly after: unknown }
  readonly details?: Readonly<Record<string, unknown>>
  /** How many such events happen at once, when it is more than this one. */
  readonly atOnce?: number
  /** Who did it, when it is not the principal of the call. */
  readonly actor?: Actor | null
}

export type Actor = Pick<Principal, 'userId' | 'email' | 'role' | 'orgId'> & { readonly sessionId?: string | undefined }

/**
 * The event as a statement, to be sent in one transaction with the change that it tells of.
 * The id of the event can be given when the caller needs to know it.
 */
export const record = (call: Caller, happening: Happening, id: string = uuidv7()): Statement<number> =>
  insertAuditEvent(marked(call, eventOf(call, happening, id)))

/** Any number of events as one statement, for changes of many rows at once. */
export const recordAll = (call: Caller, happenings: readonly Happening[]): Statement<number> =>
  insertAuditEvents(
    happenings.map((happening) => marked(call, eventOf(call, { atOnce: happenings.length, ...happening }, uuidv7()))),
  )

type Caller = Call & { principal?: Principal }
type Nonces = Omit<StoredEvent, keyof WrittenEvent>
const NONCE_BYTES = 16

/** With its leaf: the hash leaves in the flight of the change, and no writer waits for another. */
function marked({ credentials }: Caller, written: WrittenEvent): MarkedEvent {
  const event = { ...written, ...newNonces() }
  const leafHash = leafOf(event)
  return { event, leafHash, writtenMark: credentials.trailKey.markOfEvent(leafHash) }
}

function newNonces(): Nonces {
  const random = randomBytes(3 * NONCE_BYTES)
  const nonce = (i: number): Buffer => random.subarray(i * NONCE_BYTES, (i + 1) * NONCE_BYTES)
  return {
    ...{ actorNonce: nonce(0), descriptionNonce: nonce(1), contentNonce: nonce(2) },
    ...{ actorCommitment: null, descriptionCommitment: null, contentCommitment: null },
  }
}

function eventOf(call: Caller, happening: Happening, id: string): WrittenEvent {
  const { category, frameworks } = actions[happening.action]
  const actor = happening.actor === undefined ? (call.principal ?? null) : happening.actor
  return {
    id,
    occurredAt: call.now,
    orgId: happening.orgId,
    userId: actor?.userId ?? null,
    actorEmail: actor?.email ?? null,
    actorRole: actor?.role ?? null,
    actorOrgId: actor?.orgId ?? null,
    action: happening.action,
    category,
    resourceType: happening.resource?.type ?? null,
    resourceId: happening.resource?.id ?? null,
    description: happening.description,
    outcome: happening.outcome ?? 'success',
    complianceRelevant: frameworks.length > 0,
    frameworks,
    ipAddress: call.address,
    userAgent: call.userAgent,
    sessionId: actor?.sessionId ?? null,
    requestId: call.requestId,
    changes: happening.changes ?? null,
    ...riskOf(call, happening, actor),
  }
}
