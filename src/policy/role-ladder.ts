import { customerRoles, providerRoles } from '../types/vocabulary.ts'
import type { OrganizationType, Role } from '../types/vocabulary.ts'

const rolesOf: Record<OrganizationType, readonly Role[]> = { customer: customerRoles, mss_provider: providerRoles }

/** The others manage nobody. */
const managedBy: Partial<Record<Role, readonly Role[]>> = {
  super_admin: [...customerRoles, ...providerRoles],
  account_manager: customerRoles,
  admin: customerRoles,
}

/** A role belongs to one type of organization. */
export const roleFits = (orgType: OrganizationType, role: Role): boolean => rolesOf[orgType].includes(role)

/** Whose accounts a role manages, and with that what it may give: never more than it manages. Whose organization is not asked here. */
export const mayManage = (manager: Role, role: Role): boolean => managedBy[manager]?.includes(role) ?? false
