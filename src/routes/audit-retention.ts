import { z } from 'zod'
import * as service from '../services/audit.service.ts'
import { AskCleanup, AskedCleanup, Cleanup, CleanupPlan, CleanupQuery, RemovedEvents } from '../types/audit-cleanup.ts'
import { AuditHold, HoldQuery, PlaceHold, ReleaseHold } from '../types/audit-hold.ts'
import { pageOf } from '../types/page.ts'
import { uuid } from '../types/text.ts'
import { endpoint } from './endpoint.ts'

export const auditRetention = [
  endpoint({
    method: 'POST',
    url: '/cleanup',
    operation: 'audit.cleanup',
    summary:
      'What of the trail could be removed; or, with the hash of such a plan, ask another super admin to have it removed',
    body: AskCleanup,
    data: z.union([CleanupPlan, AskedCleanup]),
    idempotent: true,
    handle: ({ context, body }) => service.askCleanup(context, body),
  }),
  endpoint({
    method: 'GET',
    url: '/cleanup',
    operation: 'audit.cleanups',
    summary: 'Cleanups of the trail that wait for approval, were approved, or expired',
    query: CleanupQuery,
    data: pageOf(Cleanup),
    handle: ({ context, query }) => service.listAuditCleanups(context, query),
  }),
  endpoint({
    method: 'POST',
    url: '/cleanup/:cleanupId/approve',
    operation: 'audit.cleanup',
    summary: 'Remove what a cleanup planned, as another super admin within 24 hours',
    params: z.strictObject({ cleanupId: uuid }),
    data: RemovedEvents,
    idempotent: true,
    handle: ({ context, params }) => service.approveCleanup(context, params.cleanupId),
  }),
  endpoint({
    method: 'GET',
    url: '/holds',
    operation: 'audit.holds',
    summary: 'Legal holds: what is neither cleaned up nor erased',
    query: HoldQuery,
    data: pageOf(AuditHold),
    handle: ({ context, query }) => service.listAuditHolds(context, query),
  }),
  endpoint({
    method: 'POST',
    url: '/holds',
    operation: 'audit.place-hold',
    summary: 'Hold the trail of an organization, or what of it is by one person or about them',
    body: PlaceHold,
    data: AuditHold,
    status: 201,
    idempotent: true,
    handle: ({ context, body }) => service.placeHold(context, body),
  }),
  endpoint({
    method: 'POST',
    url: '/holds/:holdId/release',
    operation: 'audit.release-hold',
    summary: 'End a legal hold',
    params: z.strictObject({ holdId: uuid }),
    body: ReleaseHold,
    data: AuditHold,
    idempotent: true,
    handle: ({ context, params, body }) => service.releaseHold(context, params.holdId, body),
  }),
]
