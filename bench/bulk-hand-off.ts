import { handOffAccess } from '../src/services/multi-tenant.service.ts'
import type { Question } from './question.ts'
import { BULK, compareBulk, revokeAll } from './support/bulk.ts'

const grantToOther = `
  insert into technician_customer_access (id, technician_id, customer_org_id, access_level, status, granted_by, granted_at, starts_at,
                                          expires_at, reason, updated_at)
  select uuidv7(), $2, g.customer_org_id, g.access_level, 'active', g.granted_by, now(), g.starts_at, g.expires_at, g.reason, now()
    from technician_customer_access g where g.technician_id = $1`

export const bulkHandOff: Question = {
  id: 'bulk-hand-off',
  question:
    'How much of COPY of their events, one UPDATE and one INSERT is left when 10,000 grants are handed over, in one transaction?',
  goal: 0.5,
  run: (report) =>
    compareBulk(
      {
        act: async ({ call }, { technicianId, other }) => {
          const { transferred } = await handOffAccess(call(), {
            fromTechnicianId: technicianId,
            toTechnicianId: other,
            reason: 'left',
            maintainOriginalAccess: false,
            dryRun: false,
          })
          if (transferred.length !== BULK) throw new Error('not all were handed over')
        },
        events: ['access.handed_off', 'access.granted'],
        changes: [revokeAll, grantToOther],
      },
      report,
    ),
}
