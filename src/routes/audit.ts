import { z } from 'zod'
import * as service from '../services/audit.service.ts'
import { AuditEvent, AuditPage, AuditQuery } from '../types/audit.ts'
import { ExportQuery } from '../types/audit-export.ts'
import { ActivityQuery, AuditStats, AuditStatsQuery, RecentQuery, UserActivity } from '../types/audit-stats.ts'
import { ComplianceReport, ReportQuery } from '../types/compliance.ts'
import { uuid } from '../types/text.ts'
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
  endpoint({
    method: 'GET',
    url: '/stats',
    operation: 'audit.stats',
    summary: 'What the trail tells of a period, in figures',
    query: AuditStatsQuery,
    data: AuditStats,
    handle: ({ context, query }) => service.auditStats(context, query),
  }),
  endpoint({
    method: 'GET',
    url: '/user/:userId/activity',
    operation: 'audit.activity',
    summary: 'What somebody did, as far as the caller sees the trail',
    params: z.strictObject({ userId: uuid }),
    target: { user: 'userId' },
    query: ActivityQuery,
    data: UserActivity,
    handle: ({ context, params, query }) => service.userActivity(context, params.userId, query),
  }),
  endpoint({
    method: 'GET',
    url: '/organizations/:orgId/recent',
    operation: 'audit.recent',
    summary: 'The latest events of an organization, newest first',
    params: z.strictObject({ orgId: uuid }),
    target: { organization: 'orgId' },
    query: RecentQuery,
    data: z.array(AuditEvent),
    handle: ({ context, params, query }) => service.recentEvents(context, params.orgId, query),
  }),
  endpoint({
    method: 'GET',
    url: '/export',
    operation: 'audit.export',
    summary: 'The trail as a file, oldest first, with the filters of the list; it says at its end that it is whole',
    query: ExportQuery,
    raw: true,
    files: ['text/csv', 'application/x-ndjson', 'application/vnd.apache.parquet'],
    data: z.string(),
    handle: ({ context, query }) => service.exportLogs(context, query),
  }),
  endpoint({
    method: 'GET',
    url: '/compliance/report',
    operation: 'audit.report',
    summary:
      'What the records say of each control of a framework: met, exceptions, not evidenced, or for a person to judge',
    query: ReportQuery,
    files: ['text/html', 'application/pdf'],
    data: ComplianceReport,
    handle: ({ context, query }) => service.reportCompliance(context, query),
  }),
]
