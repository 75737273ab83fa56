import * as multiTenant from '../services/multi-tenant.service.ts'
import { RecordAccess, Usage } from '../types/access-use.ts'
import { byAccessId, grant, handOff, matrix, ofTechnician, revoke, update } from './access-verbs.ts'
import { endpoint } from './endpoint.ts'

/** The everyday interface of technicians and account managers. */
export const technicianAccess = [
  matrix('access.own-matrix'),
  grant,
  update('/:accessId'),
  revoke('/:accessId'),
  handOff,
  ofTechnician,
  endpoint({
    method: 'POST',
    url: '/:accessId/record-access',
    operation: 'access.record',
    summary: 'Use a grant of your own: decided, and on record either way',
    params: byAccessId,
    body: RecordAccess,
    data: Usage,
    idempotent: true,
    handle: ({ context, params, body }) => multiTenant.recordAccess(context, params.accessId, body),
  }),
]
