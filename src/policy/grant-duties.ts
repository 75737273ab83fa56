import type { Principal } from '../types/principal.ts'
import type { OrganizationType, Role, UserStatus } from '../types/vocabulary.ts'

interface Person {
  readonly orgType: OrganizationType
  readonly role: Role
  readonly status: UserStatus
}

/** The roles whose work is with customers. */
export const granteeRoles = ['technician', 'security_analyst', 'super_admin'] as const satisfies Role[]

export const mayBeGranted = ({ orgType, role, status }: Person): boolean =>
  orgType === 'mss_provider' && status === 'active' && granteeRoles.some((one) => one === role)

/** What a super admin may reach is not an account manager's to decide. */
export const mayDecideAbout = (manager: Pick<Principal, 'role'>, grantee: { readonly role: Role }): boolean =>
  manager.role === 'super_admin' || grantee.role !== 'super_admin'
