import { bulkRevoke } from '../src/services/multi-tenant.service.ts'
import type { Question } from './question.ts'
import { BULK, compareBulk, revokeAll } from './support/bulk.ts'

export const bulkRevocation: Question = {
  id: 'bulk-revoke',
  question:
    'How much of COPY of their events and one UPDATE is left when 10,000 grants are revoked, in one transaction?',
  goal: 0.5,
  run: (report) =>
    compareBulk(
      {
        act: async ({ call }, { technicianId }) => {
          const { summary } = await bulkRevoke(call(), { technicianId, reason: 'left', dryRun: false })
          if (summary.revoked !== BULK) throw new Error('not all were revoked')
        },
        events: ['access.revoked'],
        changes: [revokeAll],
      },
      report,
    ),
}
