import type { OrganizationSettings, UpdateOrganization } from '../types/organization.ts'
import type { Role } from '../types/vocabulary.ts'

/** Settings that the provider alone decides about. */
const PROVIDERS_OWN = ['rateLimitPerMinute', 'auditRetentionDays'] as const

/** Whether the change asks for what a customer's own admin may not decide. */
export const exceedsDuties = (role: Role, { status, settings }: UpdateOrganization): boolean =>
  role === 'admin' && (status !== undefined || PROVIDERS_OWN.some((key) => settings?.[key] !== undefined))

/** Merged key by key; a null goes back to the default. */
export function mergeSettings(
  settings: OrganizationSettings,
  changes: NonNullable<UpdateOrganization['settings']>,
): OrganizationSettings {
  const merged = { ...settings, ...changes }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}
