import type { Profile } from './profile.ts'
import type { IconName } from './ui/icons.tsx'

export interface Destination {
  to: string
  label: string
  icon: IconName
  /** Other words that somebody may look for it by. */
  also?: string
}

const account: Destination = {
  to: '/account',
  label: 'Account',
  icon: 'account',
  also: 'profile sessions devices passkeys password security',
}

/** The pages of a role, in the order of how often they are wanted. */
export function destinationsOf({ permissions, organization, role }: Profile): Destination[] {
  const may = (operation: string): boolean => permissions.includes(operation)
  if (organization.type === 'customer') {
    return [
      { to: '/', label: 'Who can reach us', icon: 'shield' },
      ...(may('organizations.users') ? [{ to: '/our-users', label: 'Our users', icon: 'people' } as const] : []),
      ...(may('audit.recent') ? [{ to: '/our-trail', label: 'Our trail', icon: 'audit' } as const] : []),
      ...(may('organizations.update') ? [{ to: '/settings', label: 'Settings', icon: 'settings' } as const] : []),
      account,
    ]
  }
  if (role === 'technician') {
    return [
      { to: '/', label: 'My access', icon: 'grants' },
      { to: '/customers', label: 'Customers', icon: 'customers' },
      account,
    ]
  }
  return [
    { to: '/', label: 'Overview', icon: 'overview' },
    { to: '/matrix', label: 'Access matrix', icon: 'matrix', also: 'heat map who reaches whom' },
    { to: '/customers', label: 'Customers', icon: 'customers' },
    { to: '/team', label: 'Team', icon: 'people', also: 'people technicians staff' },
    { to: '/grants', label: 'Grants', icon: 'grants', also: 'check access' },
    ...(may('access.hand-off') ? [{ to: '/handoff', label: 'Handoff', icon: 'handoff' } as const] : []),
    { to: '/reviews', label: 'Emergency reviews', icon: 'reviews' },
    ...(may('audit.search')
      ? [{ to: '/audit', label: 'Audit trail', icon: 'audit', also: 'events log' } as const]
      : []),
    ...(may('audit.report')
      ? [
          {
            to: '/compliance',
            label: 'Compliance',
            icon: 'compliance',
            also: 'report soc2 iso gdpr hipaa pci nis2',
          } as const,
        ]
      : []),
    ...(may('audit.holds')
      ? [
          {
            to: '/retention',
            label: 'Retention',
            icon: 'retention',
            also: 'legal hold cleanup delete old events',
          } as const,
        ]
      : []),
    account,
  ]
}
