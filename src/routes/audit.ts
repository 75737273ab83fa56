import * as service from '../services/audit.service.ts'
import { AuditPage, AuditQuery } from '../types/audit.ts'
import { endpoint } from './endpoint.ts'

export const audit = [
  endpoint({
    method: 'GET',
    url: '/logs',
    operation: 'audit.search',
    summary: 'Events of the trail, newest first',
    query: AuditQuery,
    data: AuditPage,
    handle: ({ context, query }) => service.searchLogs(context, query),
  }),
]
