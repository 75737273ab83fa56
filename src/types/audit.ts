import { z } from 'zod'
import { addressRange } from './network.ts'
import { count, pageNumber, pageOf } from './page.ts'
import { instant, text, uuid } from './text.ts'
import { Outcome, RiskLevel } from './vocabulary.ts'

export const auditCategories = [
  'authentication',
  'authorization',
  'organization',
  'user',
  'access',
  'audit',
  'system',
] as const
export const AuditCategory = z.enum(auditCategories)
export type AuditCategory = z.infer<typeof AuditCategory>

/** What of an event is personal, in parts that are erased one by one. */
export const personalGroups = ['actor', 'description', 'content'] as const
export type PersonalGroup = (typeof personalGroups)[number]

export const AuditEvent = z
  .object({
    id: z.guid(),
    sequence: z
      .int()
      .nullable()
      .meta({ description: 'Dense within the organization; null until the event is sealed.' }),
    occurredAt: z.iso.datetime(),
    actor: z
      .object({
        userId: z.guid(),
        email: z.string().nullable(),
        role: z.string().nullable(),
        organizationId: z.guid().nullable(),
      })
      .nullable()
      .meta({ description: 'As they were then; null when nobody was known.' }),
    organizationId: z.guid(),
    action: z.string(),
    category: z.string(),
    resourceType: z.string().nullable(),
    resourceId: z.string().nullable(),
    description: z.string(),
    outcome: Outcome,
    riskLevel: RiskLevel,
    riskFactors: z.array(z.string()),
    complianceRelevant: z.boolean(),
    frameworks: z.array(z.string()),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    sessionId: z.guid().nullable(),
    requestId: z.string().nullable(),
    changes: z.object({ before: z.unknown(), after: z.unknown() }).nullable(),
    details: z.unknown(),
    erased: z.array(z.enum(personalGroups)).meta({
      description:
        'What of it was erased since: of whom and from where it came (address of the actor, `ipAddress`, `userAgent`), the `description`, ' +
        'the personal texts among `changes` and `details`.',
    }),
  })
  .meta({ id: 'AuditEvent' })
export type AuditEvent = z.infer<typeof AuditEvent>

const flag = z.enum(['true', 'false'])

/** What an event must have to be among those asked for. */
export const auditFilter = {
  organizationId: uuid.optional(),
  userId: uuid.optional().meta({ description: 'Who did it.' }),
  action: z
    .string()
    .max(100)
    .regex(
      /^[a-z0-9_]+(?:\.[a-z0-9_]+)*(?:\.\*)?$/,
      'Must be an action such as auth.login_failed, or a prefix such as auth.*',
    )
    .optional(),
  category: AuditCategory.optional(),
  resourceType: text({ max: 100 }).optional(),
  resourceId: text({ max: 200 }).optional(),
  outcome: Outcome.optional(),
  riskLevel: z
    .union([RiskLevel, z.array(RiskLevel).max(10)])
    .optional()
    .meta({ description: 'May be given several times.' }),
  complianceRelevant: flag.optional(),
  ipAddress: addressRange.optional().meta({ description: 'An address, or a CIDR block that the address lies in.' }),
  from: instant.optional().meta({ description: 'The first instant.' }),
  to: instant.optional().meta({ description: 'The instant before which it ends.' }),
  search: text({ max: 200 }).optional().meta({ description: 'In the description, without regard to case.' }),
}
export const AuditQuery = z.strictObject({
  ...auditFilter,
  page: pageNumber.unwrap().optional(),
  limit: count({ min: 1, max: 100, or: 25 }).unwrap().optional(),
  cursor: z
    .string()
    .max(4000)
    .optional()
    .meta({ description: 'As `nextCursor` was, with the same filters. Not together with `page`.' }),
})
export type AuditQuery = z.output<typeof AuditQuery>
export type AuditFilter = Omit<AuditQuery, 'page' | 'limit' | 'cursor'>

export const AuditPage = pageOf(AuditEvent).extend({
  totalIsCapped: z.boolean(),
  nextCursor: z.string().nullable(),
})
export type AuditPage = z.infer<typeof AuditPage>
