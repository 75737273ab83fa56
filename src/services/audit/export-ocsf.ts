import { toOcsf } from '../../policy/ocsf.ts'
import type { AuditEvent } from '../../types/audit.ts'
import type { Failure, Form, Manifest } from './export-forms.ts'
import { eventsIn } from './export-slices.ts'

/** One event of the schema a line; the last is of the export itself, with the manifest or the failure under `unmapped`. */
export const ocsfForm = (now: Date, orgId: string): Form => ({
  type: 'application/x-ndjson',
  extension: 'ocsf.ndjson',
  as: 'json',
  begin: () => Buffer.alloc(0),
  add: (slice) =>
    Buffer.from(
      eventsIn(slice)
        .map((event) => `${JSON.stringify(toOcsf(event))}\n`)
        .join(''),
    ),
  rest: () => Buffer.alloc(0),
  end: (manifest) => last({ now, orgId }, manifest),
  failed: (failure) => last({ now, orgId }, failure),
})

function last({ now, orgId }: { now: Date; orgId: string }, said: Manifest | Failure): Buffer {
  const event: AuditEvent = {
    id: '00000000-0000-0000-0000-000000000000',
    sequence: null,
    occurredAt: now.toISOString(),
    actor: null,
    organizationId: orgId,
    action: 'audit.exported',
    category: 'audit',
    resourceType: null,
    resourceId: null,
    description: said.complete ? 'The end of this file, which is whole' : 'This file has broken off',
    outcome: said.complete ? 'success' : 'failure',
    riskLevel: 'low',
    riskFactors: [],
    complianceRelevant: true,
    frameworks: [],
    ipAddress: null,
    userAgent: null,
    sessionId: null,
    requestId: null,
    changes: null,
    details: said.complete ? { manifest: said } : { failed: said },
    erased: [],
  }
  return Buffer.from(`${JSON.stringify(toOcsf(event))}\n`)
}
