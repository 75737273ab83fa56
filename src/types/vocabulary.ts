import { z } from 'zod'

export const organizationTypes = ['customer', 'mss_provider'] as const
export const OrganizationType = z.enum(organizationTypes)
export type OrganizationType = z.infer<typeof OrganizationType>

export const organizationStatuses = ['active', 'suspended', 'deleted'] as const
export const OrganizationStatus = z.enum(organizationStatuses)
export type OrganizationStatus = z.infer<typeof OrganizationStatus>

export const userStatuses = ['invited', 'active', 'suspended', 'deleted'] as const
export const UserStatus = z.enum(userStatuses)
export type UserStatus = z.infer<typeof UserStatus>

export const customerRoles = ['admin', 'report_viewer', 'request_user', 'basic_user'] as const
export const CustomerRole = z.enum(customerRoles)
export type CustomerRole = z.infer<typeof CustomerRole>

export const providerRoles = ['super_admin', 'technician', 'security_analyst', 'account_manager'] as const
export const ProviderRole = z.enum(providerRoles)
export type ProviderRole = z.infer<typeof ProviderRole>

export const roles = [...customerRoles, ...providerRoles] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

export const accessLevels = ['read_only', 'full_access', 'emergency'] as const
export const AccessLevel = z.enum(accessLevels)
export type AccessLevel = z.infer<typeof AccessLevel>

export const grantStatuses = ['scheduled', 'active', 'expired', 'revoked'] as const
export const GrantStatus = z.enum(grantStatuses)
export type GrantStatus = z.infer<typeof GrantStatus>

/** From least to most. */
export const riskLevels = ['low', 'medium', 'high', 'critical'] as const
export const RiskLevel = z.enum(riskLevels)
export type RiskLevel = z.infer<typeof RiskLevel>

export const outcomes = ['success', 'failure', 'denied'] as const
export const Outcome = z.enum(outcomes)
export type Outcome = z.infer<typeof Outcome>
