import { z } from 'zod'
import * as multiTenant from '../services/multi-tenant.service.ts'
import { CompactMatrix } from '../types/access-matrix.ts'
import { AccessReview, CloseReview, ReviewQuery } from '../types/access-review.ts'
import { AccessSummary } from '../types/access-summary.ts'
import { AccessCheck, CheckAccess } from '../types/access-use.ts'
import { BulkRevocation, BulkRevoke } from '../types/bulk-revocation.ts'
import { Grant, GrantQuery, SeenGrant } from '../types/grant.ts'
import { AsOfQuery, MatrixAsOfQuery, SeenPastGrant } from '../types/grant-history.ts'
import { pageOf } from '../types/page.ts'
import { uuid } from '../types/text.ts'
import { byAccessId, encoded, grant, handOff, matrix, ofTechnician, revoke, update } from './access-verbs.ts'
import { endpoint } from './endpoint.ts'

/** The managers' console. */
export const accessManagement = [
  matrix('access.matrix'),
  grant,
  endpoint({
    method: 'GET',
    url: '/access/:accessId',
    operation: 'access.get',
    summary: 'One grant, with its entity tag',
    params: byAccessId,
    data: Grant,
    conditional: true,
    handle: ({ context, params }) => multiTenant.getAccess(context, params.accessId),
  }),
  update('/access/:accessId'),
  revoke('/access/:accessId'),
  handOff,
  ofTechnician,
  endpoint({
    method: 'GET',
    url: '/customer/:customerId/technicians',
    operation: 'access.of-customer',
    summary: 'Who can reach a customer; its own members see neither notes nor addresses',
    params: z.strictObject({ customerId: uuid }),
    target: { organization: 'customerId' },
    query: GrantQuery,
    data: pageOf(SeenGrant),
    handle: ({ context, params, query }) => multiTenant.listAccessOfCustomer(context, params.customerId, query),
  }),
  endpoint({
    method: 'GET',
    url: '/summary',
    operation: 'access.summary',
    summary: 'All grants in figures, as they stand at this instant',
    data: AccessSummary,
    handle: ({ context }) => multiTenant.accessSummary(context),
  }),
  endpoint({
    method: 'GET',
    url: '/as-of',
    operation: 'access.as-of',
    summary: 'The grants of a person or on a customer that were in force at an instant, as they were then',
    query: AsOfQuery,
    data: pageOf(SeenPastGrant),
    handle: ({ context, query }) => multiTenant.listAccessAsOf(context, query),
  }),
  endpoint({
    method: 'GET',
    url: '/as-of/matrix',
    operation: 'access.matrix-as-of',
    summary: 'The whole matrix as it was at an instant, as compressed sparse rows',
    query: MatrixAsOfQuery,
    data: CompactMatrix,
    conditional: true,
    handle: async ({ context, query, http }) => encoded(http, await multiTenant.accessMatrixAsOf(context, query)),
  }),
  endpoint({
    method: 'POST',
    url: '/bulk-revoke',
    operation: 'access.bulk-revoke',
    summary: 'Revoke many grants in one act: those named, or all of a person or on a customer',
    body: BulkRevoke,
    data: BulkRevocation,
    idempotent: true,
    handle: ({ context, body }) => multiTenant.bulkRevoke(context, body),
  }),
  endpoint({
    method: 'GET',
    url: '/reviews',
    operation: 'access.reviews',
    summary: 'The reviews of emergency grants, with what was done under each',
    query: ReviewQuery,
    data: pageOf(AccessReview),
    handle: ({ context, query }) => multiTenant.listAccessReviews(context, query),
  }),
  endpoint({
    method: 'POST',
    url: '/reviews/:reviewId/close',
    operation: 'access.close-review',
    summary: 'Close a review, as somebody who is neither the grantee nor the granter',
    params: z.strictObject({ reviewId: uuid }),
    body: CloseReview,
    data: AccessReview,
    idempotent: true,
    handle: ({ context, params, body }) => multiTenant.closeAccessReview(context, params.reviewId, body),
  }),
  endpoint({
    method: 'POST',
    url: '/check',
    operation: 'access.check',
    summary: 'Would enforcement allow this, and if not, why',
    body: CheckAccess,
    data: AccessCheck,
    handle: ({ context, body }) => multiTenant.checkAccess(context, body),
  }),
]
