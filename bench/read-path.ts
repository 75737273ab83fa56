import type { Question } from './question.ts'
import { openPlatform } from './support/platform.ts'
import { compareReads } from './support/reading.ts'

// Two hundred technicians, each at work at one customer of theirs that their address and hours allow.
const reads = `
  select distinct on (s.user_id) s.id as sid, s.user_id as sub, g.customer_org_id as "organizationId"
    from user_sessions s join technician_customer_access g on g.technician_id = s.user_id
   order by s.user_id, md5(g.id::text || s.id::text)`

export const readPath: Question = {
  id: 'read-path',
  question:
    'How much of a bare Fastify with one indexed query is left when the same row is read through authentication, authorization, grant check and isolation?',
  goal: 0.7,
  run: async (report) => compareReads(await openPlatform(report), reads, report),
}
