import { z } from 'zod'
import * as multiTenant from '../services/multi-tenant.service.ts'
import { AccessMatrix, AccessMatrixQuery, CompactMatrix } from '../types/access-matrix.ts'
import type { EncodedMatrix } from '../types/access-matrix.ts'
import { Grant, GrantAccess, GrantQuery, RevokeAccess, RevokeAccessQuery, UpdateAccess } from '../types/grant.ts'
import { HandOff, HandOffAccess } from '../types/hand-off.ts'
import { pageOf } from '../types/page.ts'
import { uuid } from '../types/text.ts'
import { endpoint } from './endpoint.ts'
import type { Http } from './endpoint.ts'

/** What both ways to the grants declare: everyday and the managers' console. */

export const byAccessId = z.strictObject({ accessId: uuid })

export const matrix = (operation: 'access.matrix' | 'access.own-matrix') =>
  endpoint({
    method: 'GET',
    url: '/matrix',
    operation,
    summary: 'Who may reach which customer: the axes of a window and the grants in it',
    query: AccessMatrixQuery,
    data: z.union([AccessMatrix, CompactMatrix]),
    conditional: true,
    handle: async ({ context, query, http }) => {
      const answer = await multiTenant.accessMatrix(context, query)
      return 'json' in answer ? encoded(http, answer) : answer
    },
  })

const before = Buffer.from('{"success":true,"data":')
const after = Buffer.from('}')

/** Made and looked at as numbers once more, some hundred thousand of them would cost many times what it took to find them. */
export function encoded({ reply }: Http, { version, json }: EncodedMatrix): CompactMatrix {
  // Fastify sends bytes as well, whatever its types say.
  reply
    .type('application/json; charset=utf-8')
    .serializer(() => Buffer.concat([before, json, after]) as unknown as string)
  return { version } as CompactMatrix
}

export const grant = endpoint({
  method: 'POST',
  url: '/grant',
  operation: 'access.grant',
  summary: 'Grant somebody of the provider access to a customer',
  body: GrantAccess,
  data: Grant,
  status: 201,
  idempotent: true,
  handle: ({ context, body }) => multiTenant.grantAccess(context, body),
})

export const update = (url: string) =>
  endpoint({
    method: 'PUT',
    url,
    operation: 'access.update',
    summary: 'Change a live grant',
    params: byAccessId,
    body: UpdateAccess,
    data: Grant,
    handle: ({ context, params, body }) => multiTenant.updateAccess(context, params.accessId, body),
  })

export const revoke = (url: string) =>
  endpoint({
    method: 'DELETE',
    url,
    operation: 'access.revoke',
    summary: 'Revoke a live grant',
    params: byAccessId,
    query: RevokeAccessQuery,
    body: RevokeAccess,
    data: Grant,
    handle: ({ context, params, query, body }) =>
      multiTenant.revokeAccess(context, params.accessId, [body?.reason, query.reason]),
  })

export const handOff = endpoint({
  method: 'POST',
  url: '/handoff',
  operation: 'access.hand-off',
  summary: 'Hand the standing grants of one person over to another: all or nothing, and never more than before',
  body: HandOffAccess,
  data: HandOff,
  idempotent: true,
  handle: ({ context, body }) => multiTenant.handOffAccess(context, body),
})

export const ofTechnician = endpoint({
  method: 'GET',
  url: '/technician/:technicianId',
  operation: 'access.of-technician',
  summary: 'The grants of one person',
  params: z.strictObject({ technicianId: uuid }),
  target: { user: 'technicianId' },
  query: GrantQuery,
  data: pageOf(Grant),
  handle: ({ context, params, query }) => multiTenant.listAccessOfTechnician(context, params.technicianId, query),
})
