import type { AuditEvent } from '../types/audit.ts'
import { OCSF_VERSION, ocsfClasses, ocsfKindOf } from './ocsf-classes.ts'
import type { OcsfClass } from './ocsf-classes.ts'

export type OcsfEvent = Readonly<Record<string, unknown>> & { readonly class_uid: OcsfClass; readonly time: number }

const PRODUCT = { name: 'Castellan', vendor_name: 'Castellan' }

const severities: Readonly<Record<string, number>> = { low: 2, medium: 3, high: 4, critical: 5 }
const riskLevels: Readonly<Record<string, number>> = { low: 1, medium: 2, high: 3, critical: 4 }
const statuses: Readonly<Record<string, number>> = { success: 1, failure: 2, denied: 2 }

/** An event in the words of the Open Cybersecurity Schema Framework; what has no word there is kept under `unmapped`. */
export function toOcsf(event: AuditEvent): OcsfEvent {
  const [classUid, activity] = ocsfKindOf(event)
  const { riskLevel, outcome, userAgent, actor } = event
  return present({
    activity_id: activity,
    category_uid: ocsfClasses[classUid].category,
    class_uid: classUid,
    type_uid: classUid * 100 + activity,
    time: Date.parse(event.occurredAt),
    severity_id: severities[riskLevel] ?? 0,
    status_id: statuses[outcome] ?? 0,
    status: outcome,
    message: event.description,
    metadata: metadataOf(event),
    risk_level_id: riskLevels[riskLevel],
    risk_score: scoreOf(event),
    actor: actorOf(event),
    src_endpoint: endpointOf(event),
    http_request: userAgent === null ? undefined : { user_agent: userAgent },
    unmapped: present({
      outcome,
      category: event.category,
      actor_role: actor?.role,
      actor_organization: actor?.organizationId,
      resource_type: event.resourceType,
      resource_id: event.resourceId,
      risk_factors: event.riskFactors,
      frameworks: event.frameworks,
      changes: event.changes,
      details: event.details,
      erased: event.erased.length === 0 ? null : event.erased,
    }),
    ...ofClass[classUid](event),
  }) as OcsfEvent
}

const present = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined))

const metadataOf = ({ id, organizationId, sequence, action, requestId }: AuditEvent): object =>
  present({
    version: OCSF_VERSION,
    product: PRODUCT,
    profiles: ['security_control'],
    uid: id,
    tenant_uid: organizationId,
    sequence,
    event_code: action,
    correlation_uid: requestId,
  })

function scoreOf({ details }: AuditEvent): number | undefined {
  const { risk } = (details ?? {}) as { risk?: { score?: unknown } }
  return typeof risk?.score === 'number' ? risk.score : undefined
}

/** Who did it; what nobody did, the product did. */
const actorOf = ({ actor, sessionId }: AuditEvent): object =>
  actor === null
    ? { app_name: PRODUCT.name }
    : present({
        user: present({ uid: actor.userId, email_addr: actor.email }),
        session: sessionId === null ? undefined : { uid: sessionId },
      })

const endpointOf = ({ ipAddress }: AuditEvent): object =>
  ipAddress === null ? { svc_name: PRODUCT.name } : { ip: ipAddress }

/** Whom it was done to: the person of a grant, the account that it is about, or whoever did it. */
function userOf({ actor, resourceType, resourceId, details }: AuditEvent): object {
  const { technicianId, toTechnicianId, email } = (details ?? {}) as Record<string, unknown>
  if (typeof technicianId === 'string') return { uid: technicianId }
  if (typeof toTechnicianId === 'string') return { uid: toTechnicianId }
  if (resourceType === 'user' && resourceId !== null && resourceId !== actor?.userId) return { uid: resourceId }
  if (actor !== null) return present({ uid: actor.userId, email_addr: actor.email })
  return { name: typeof email === 'string' ? email : 'unknown' }
}

const valueOf = (thing: unknown, field: string): unknown =>
  typeof thing === 'object' && thing !== null ? (thing as Record<string, unknown>)[field] : undefined

function privilegesOf({ changes, details }: AuditEvent): string[] {
  const level =
    valueOf(changes?.after, 'accessLevel') ?? valueOf(changes?.before, 'accessLevel') ?? valueOf(details, 'accessLevel')
  return [typeof level === 'string' ? level : 'access']
}

function roleOf({ changes }: AuditEvent): string {
  const role = valueOf(changes?.after, 'role')
  return typeof role === 'string' ? role : 'unknown'
}

const ofClass: Readonly<Record<OcsfClass, (event: AuditEvent) => object>> = {
  3001: (event) => ({ user: userOf(event) }),
  3002: (event) => ({ user: userOf(event), service: PRODUCT_SERVICE }),
  3003: (event) => ({ user: userOf(event), privileges: privilegesOf(event) }),
  3004: ({ organizationId, resourceType, resourceId }) => ({
    entity: { uid: resourceId ?? organizationId, type: resourceType ?? 'organization' },
  }),
  3005: (event) => ({
    user: userOf(event),
    privileges: privilegesOf(event),
    resources: [{ uid: event.organizationId, type: 'organization' }],
  }),
  3006: (event) => ({
    group: { name: roleOf(event), type: 'role' },
    user: userOf(event),
  }),
  6003: ({ action, resourceType, resourceId }) => ({
    api: { operation: action },
    ...(resourceId !== null && { resources: [present({ uid: resourceId, type: resourceType })] }),
  }),
}

const PRODUCT_SERVICE = { name: PRODUCT.name }
