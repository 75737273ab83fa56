import { z } from 'zod'
import { addressRange } from './network.ts'
import { listQuery } from './page.ts'
import { domain, email, text, timeZone } from './text.ts'
import { invitationUrl } from './user.ts'
import { OrganizationStatus, OrganizationType } from './vocabulary.ts'

const settingsShape = {
  requireMfa: z.boolean(),
  allowedIpRanges: z.array(addressRange).max(100),
  rateLimitPerMinute: z.int().min(10).max(1_000_000),
  sessionIdleMinutes: z.int().min(5).max(1440),
  maxSessionsPerUser: z.int().min(1).max(100),
  auditRetentionDays: z.int().min(365).max(3650),
  timezone: timeZone,
  contact: z.strictObject({
    name: text({ max: 200 }).optional(),
    email: email.optional(),
    phone: text({ max: 50 }).optional(),
  }),
}

/** What differs from the defaults. An absent key follows the platform's default. */
export const OrganizationSettings = z.strictObject(settingsShape).partial().meta({ id: 'OrganizationSettings' })
export type OrganizationSettings = z.infer<typeof OrganizationSettings>

/** What is stored was checked when it came in; an answer takes it as it is, also from a newer release. */
const StoredSettings = z
  .object({
    requireMfa: z.boolean(),
    allowedIpRanges: z.array(z.string()),
    rateLimitPerMinute: z.int(),
    sessionIdleMinutes: z.int(),
    maxSessionsPerUser: z.int(),
    auditRetentionDays: z.int(),
    timezone: z.string(),
    contact: z.object({ name: z.string(), email: z.string(), phone: z.string() }).partial(),
  })
  .partial()

export const Organization = z
  .object({
    id: z.uuid(),
    name: z.string(),
    type: OrganizationType,
    domain: z.string().nullable(),
    status: OrganizationStatus,
    settings: StoredSettings,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    createdBy: z.uuid().nullable(),
  })
  .meta({ id: 'Organization' })
export type Organization = z.infer<typeof Organization>

export const CreateOrganization = z
  .strictObject({
    name: text({ max: 200 }),
    domain: domain.optional(),
    settings: OrganizationSettings.optional(),
    adminEmail: email.optional(),
  })
  .meta({ id: 'CreateOrganization' })
export type CreateOrganization = z.infer<typeof CreateOrganization>

export const CreatedOrganization = Organization.extend({ invitationUrl: invitationUrl.optional() }).meta({
  id: 'CreatedOrganization',
})
export type CreatedOrganization = z.infer<typeof CreatedOrganization>

export const OrganizationQuery = z.strictObject({
  ...listQuery(['name', 'createdAt']),
  type: OrganizationType.optional(),
  status: OrganizationStatus.optional(),
})
export type OrganizationQuery = z.infer<typeof OrganizationQuery>
