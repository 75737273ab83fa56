import { z } from 'zod'
import { addressRange } from './network.ts'
import { listQuery } from './page.ts'
import { domain, email, text, timeZone } from './text.ts'
import { invitationUrl } from './user.ts'
import { OrganizationStatus, OrganizationType } from './vocabulary.ts'

/** Nobody's trail is kept for less: PCI DSS 10.5.1 asks for twelve months. */
export const RETENTION_FLOOR_DAYS = 365

const said = <S extends z.ZodType>(shape: S, meaning: string, absent: string): S =>
  shape.meta({ description: `${meaning} Default: ${absent}.` })

const settingsShape = {
  requireMfa: said(z.boolean(), 'Whether everybody needs a second factor.', 'whoever the platform asks it of'),
  allowedIpRanges: said(
    z.array(addressRange).max(100),
    'Where its people may come from; an empty list is no restriction.',
    'anywhere',
  ),
  rateLimitPerMinute: said(z.int().min(10).max(1_000_000), 'Its budget of requests.', '`RATE_LIMIT_PER_MINUTE`, 1000'),
  sessionIdleMinutes: said(
    z.int().min(5).max(1440),
    'How long a session lasts without use.',
    '60, for the provider 30',
  ),
  maxSessionsPerUser: said(
    z.int().min(1).max(100),
    'How many sessions a person may have; one more ends the oldest.',
    '50',
  ),
  auditRetentionDays: said(
    z.int().min(RETENTION_FLOOR_DAYS).max(3650),
    'For how long its trail is kept.',
    String(RETENTION_FLOOR_DAYS),
  ),
  timezone: said(timeZone, 'By which clock its people work; none: no hour is outside of theirs.', 'none'),
  contact: said(
    z.strictObject({
      name: text({ max: 200 }).optional(),
      email: email.optional(),
      phone: text({ max: 50 }).optional(),
    }),
    'Whom the provider calls.',
    'nobody',
  ),
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
    id: z.guid(),
    name: z.string(),
    type: OrganizationType,
    domain: z.string().nullable(),
    status: OrganizationStatus,
    settings: StoredSettings,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    createdBy: z.guid().nullable(),
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

/** Merged key by key; null goes back to the platform's default. */
const SettingsChange = z
  .strictObject(
    Object.fromEntries(Object.entries(settingsShape).map(([key, shape]) => [key, shape.nullable()])) as {
      [K in keyof typeof settingsShape]: z.ZodNullable<(typeof settingsShape)[K]>
    },
  )
  .partial()
  .meta({ id: 'OrganizationSettingsChange' })

export const UpdateOrganization = z
  .strictObject({
    name: text({ max: 200 }),
    domain: domain.nullable(),
    settings: SettingsChange,
    status: z.enum(['active', 'suspended']),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Must change something')
  .meta({ id: 'UpdateOrganization' })
export type UpdateOrganization = z.infer<typeof UpdateOrganization>

export const OrganizationStats = z
  .object({
    users: z.object({
      total: z.int(),
      active: z.int(),
      invited: z.int(),
      suspended: z.int(),
      mfaEnabled: z.int(),
      recentLogins: z.int().meta({ description: 'Who signed in within the last 30 days.' }),
    }),
    roles: z.record(z.string(), z.int()),
    access: z
      .object({
        active: z.int(),
        expired: z.int(),
        revoked: z.int(),
        emergency: z.int().meta({ description: 'Active emergency grants.' }),
        expiringSoon: z.int().meta({ description: 'Active grants that expire within 7 days.' }),
      })
      .meta({ description: 'Grants on the organization; to a technician, their own.' }),
    activity: z.object({ last24h: z.int(), last7d: z.int(), last30d: z.int(), highRisk30d: z.int() }),
    lastActivityAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'OrganizationStats' })
export type OrganizationStats = z.infer<typeof OrganizationStats>
