import type { Schemas } from './api/client.ts'

export type Role = Schemas['User']['role']
export type Level = Schemas['Grant']['accessLevel']
export type GrantStatus = Schemas['Grant']['status']
export type Named = { firstName?: string; lastName?: string; email?: string }

export const roleNames: Readonly<Record<Role, string>> = {
  super_admin: 'Super admin',
  account_manager: 'Account manager',
  security_analyst: 'Security analyst',
  technician: 'Technician',
  admin: 'Administrator',
  report_viewer: 'Report viewer',
  request_user: 'Request user',
  basic_user: 'Basic user',
}

export const customerRoles = {
  admin: 'Manages the organization and its people',
  report_viewer: 'Reads reports',
  request_user: 'Makes requests',
  basic_user: 'Sees the basics',
} as const satisfies Partial<Record<Role, string>>

export const providerRoles = {
  technician: 'Works on the customers they were granted',
  security_analyst: 'Sees everything, reads the audit trail',
  account_manager: 'Looks after customers and their access',
  super_admin: 'Runs the platform',
} as const satisfies Partial<Record<Role, string>>

/** Whom a grant can be made to. */
export const granteeRoles: ReadonlySet<Role> = new Set<Role>(['technician', 'security_analyst', 'super_admin'])

export const levelNames: Readonly<Record<Level, string>> = {
  read_only: 'Read only',
  full_access: 'Full access',
  emergency: 'Emergency',
}

export const statusNames: Readonly<Record<string, string>> = {
  active: 'Active',
  scheduled: 'Scheduled',
  expired: 'Expired',
  revoked: 'Revoked',
  invited: 'Invited',
  suspended: 'Suspended',
  deleted: 'Deleted',
  awaiting_approval: 'Awaiting approval',
  approved: 'Approved',
}

/** Why a grant does not let its technician in now; completes “Not now: …”. */
export const reasonNames: Readonly<Record<string, string>> = {
  no_grant: 'there is no grant',
  grant_not_active: 'the grant is not active',
  not_started: 'it has not started yet',
  expired: 'it has expired',
  revoked: 'it was revoked',
  ip_not_allowed: 'the address is not among those allowed',
  outside_time_window: 'it is outside the allowed hours',
  service_not_allowed: 'this service is not allowed',
  level_insufficient: 'its level is not enough',
  technician_inactive: 'the account is not active',
  customer_inactive: 'the customer is not active',
  user_inactive: 'the account is not active',
  organization_inactive: 'the organization is not active',
}

/** What would help, for each reason that somebody can do something about. */
export const remedies: Readonly<Record<string, string>> = {
  no_grant: 'Grant access.',
  not_started: 'Wait for its start, or make a grant that starts now.',
  expired: 'Make a new grant.',
  revoked: 'Make a new grant.',
  ip_not_allowed: 'Connect from an allowed address, or add the address to the grant.',
  outside_time_window: 'Wait for the next window, or change the hours.',
  service_not_allowed: 'Add the service to the grant.',
  level_insufficient: 'Raise the level of the grant.',
  technician_inactive: 'Reactivate the account.',
  customer_inactive: 'Reactivate the customer.',
}

export const skipReasons: Readonly<Record<string, string>> = {
  no_active_grant: 'nothing live to hand over',
  emergency_grant: 'an emergency stays with whom it was granted to',
  merge_would_widen: 'the receiver has a grant that neither contains this one nor is contained in it',
}

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof days)[number]
export const dayNames: Readonly<Record<Day, string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
}

export const nameOf = ({ firstName, lastName, email }: Named): string =>
  `${firstName ?? ''} ${lastName ?? ''}`.trim() || (email ?? 'Unknown')

export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()

/** `access.handed_off` → `Access handed off`. */
export const actionName = (action: string): string => {
  const words = action.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What a person may read of something that was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong. Try again.'

const number = new Intl.NumberFormat('en')
export const inFigures = (count: number): string => number.format(count)

/** `1 grant`, `2,000 grants`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${inFigures(count)} ${count === 1 ? noun : plural}`
