import type { Question } from './question.ts'
import { openPlatform } from './support/platform.ts'
import { compareReads } from './support/reading.ts'

// Each read is of another pair of technician and customer: no decision is remembered from an earlier one.
const reads = `
  select s.id as sid, s.user_id as sub, g.customer_org_id as "organizationId"
    from technician_customer_access g
    join user_sessions s on s.user_id = g.technician_id
   order by md5(g.id::text || s.id::text) limit 200000`

export const readPathCold: Question = {
  id: 'read-path-cold',
  question: 'And how much is left when every grant has to be fetched first?',
  goal: 0.2,
  run: async (report) => compareReads(await openPlatform(report), reads, report),
}
