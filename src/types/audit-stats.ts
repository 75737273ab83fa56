import { z } from 'zod'
import { AuditEvent, auditFilter } from './audit.ts'
import { count } from './page.ts'
import { instant, timeZone } from './text.ts'
import { Role, UserStatus } from './vocabulary.ts'

export const intervals = ['hour', 'day', 'week'] as const
export type Interval = (typeof intervals)[number]

const counts = z.record(z.string(), z.int())
const period = {
  from: instant.optional().meta({ description: 'The first instant; 30 days before the end when absent.' }),
  to: instant.optional().meta({ description: 'The instant before which it ends; now when absent.' }),
}

export const AuditStatsQuery = z.strictObject({
  ...auditFilter,
  ...period,
  interval: z.enum(intervals).default('day'),
  timezone: timeZone.default('UTC').meta({ description: 'Where the hours, days and weeks (from Monday) begin.' }),
})
export type AuditStatsQuery = z.output<typeof AuditStatsQuery>

export const AuditStats = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    total: z.int(),
    byAction: counts,
    byCategory: counts,
    byOutcome: counts,
    byRiskLevel: counts,
    byOrganization: counts.meta({ description: 'By the id of the organization.' }),
    topActors: z
      .array(z.object({ userId: z.guid(), email: z.string().nullable(), total: z.int() }))
      .meta({ description: 'The ten who did most.' }),
    timeline: z
      .array(z.object({ start: z.iso.datetime(), total: z.int(), highRisk: z.int() }))
      .meta({ description: 'Every interval that the period touches, empty ones too. High risk: high or critical.' }),
    failedLogins: z.int(),
    uniqueActors: z.int(),
  })
  .meta({ id: 'AuditStats' })
export type AuditStats = z.infer<typeof AuditStats>

export const ActivityQuery = z.strictObject(period)
export type ActivityQuery = z.output<typeof ActivityQuery>

export const UserActivity = z
  .object({
    user: z.object({
      id: z.guid(),
      organizationId: z.guid(),
      email: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      role: Role,
      status: UserStatus,
    }),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    totals: z.object({ events: z.int(), success: z.int(), failure: z.int(), denied: z.int() }),
    byAction: counts,
    byDay: z.array(z.object({ day: z.iso.date(), total: z.int() })).meta({ description: 'Days of UTC with events.' }),
    lastLogins: z
      .array(
        z.object({ occurredAt: z.iso.datetime(), ipAddress: z.string().nullable(), userAgent: z.string().nullable() }),
      )
      .meta({ description: 'The last ten.' }),
    customersAccessed: z.array(
      z.object({
        organizationId: z.guid(),
        name: z.string().nullable().meta({ description: 'Null for a customer that the caller may not see.' }),
        events: z.int(),
        lastAt: z.iso.datetime(),
      }),
    ),
    highRisk: z.int().meta({ description: 'How many events of high or critical risk.' }),
    recent: z.array(AuditEvent).meta({ description: 'The latest twenty.' }),
  })
  .meta({ id: 'UserActivity' })
export type UserActivity = z.infer<typeof UserActivity>

export const RecentQuery = z.strictObject({ limit: count({ min: 1, max: 100, or: 25 }) })
export type RecentQuery = z.output<typeof RecentQuery>
