import type { Chance } from './chance.ts'
import type { Service } from './companies.ts'

/** What technicians write down of what they did: looking, and changing. `#` becomes a number. */
const looking: Readonly<Record<Service, readonly string[]>> = {
  siem: [
    'Triaged # alerts of the night',
    'Reviewed failed sign-ins of the last 24 hours',
    'Checked log sources: # silent',
  ],
  edr: [
    'Looked into a detection on WS-0#',
    'Checked sensor coverage: # machines missing',
    'Reviewed quarantined files',
  ],
  firewall: ['Reviewed rule hits of the last 7 days', 'Checked VPN tunnels', 'Read the change log of the perimeter'],
  'email-security': [
    'Released # quarantined messages for review',
    'Traced a reported phishing message',
    'Reviewed impersonation alerts',
  ],
  identity: [
    'Reviewed risky sign-ins',
    'Checked dormant administrator accounts: # found',
    'Read conditional access reports',
  ],
  'vulnerability-scan': [
    'Read the weekly scan: # critical findings',
    'Verified # closed findings',
    'Compared exposure with last month',
  ],
  backup: ['Checked last night’s jobs', 'Read the restore test report', 'Looked into # skipped volumes'],
}

const changing: Readonly<Record<Service, readonly string[]>> = {
  siem: ['Tuned # noisy correlation rules', 'Added a log source', 'Closed incident INC-7#'],
  edr: ['Isolated WS-0# from the network', 'Released WS-0# from isolation', 'Rolled out sensor update to # machines'],
  firewall: [
    'Blocked # addresses of a scanning campaign',
    'Opened the maintenance rule for the vendor',
    'Removed # unused rules',
  ],
  'email-security': [
    'Blocked a sender domain',
    'Purged a phishing message from # mailboxes',
    'Added a supplier to the safe list',
  ],
  identity: ['Disabled # dormant accounts', 'Reset the password of a compromised account', 'Enforced MFA for a group'],
  'vulnerability-scan': [
    'Scheduled an extra scan of the DMZ',
    'Marked # findings as accepted',
    'Added a subnet to the scan',
  ],
  backup: ['Restored a file share', 'Extended retention of the finance volume', 'Restarted # failed jobs'],
}

export interface Deed {
  readonly service: Service
  readonly action: string
  readonly accessLevel: 'read_only' | 'full_access'
}

export function deedWith(chance: Chance, service: Service, mayChange: boolean): Deed {
  const changes = mayChange && chance.holds(0.45)
  const words = chance.pick((changes ? changing : looking)[service])
  const action = words.replace('#', String(chance.between(2, 48)))
  return { service, action, accessLevel: changes ? 'full_access' : 'read_only' }
}

export const standingReasons = [
  'Primary technician of this customer',
  'Managed detection and response contract',
  'Stand-in for the primary technician',
  'Second pair of eyes on alerts',
] as const

export const projectReasons = [
  'Firewall migration',
  'Quarterly vulnerability review',
  'Roll-out of new endpoint sensors',
  'Follow-up of the phishing campaign',
  'Log source onboarding',
  'Preparation of the yearly audit',
  'Holiday cover',
  'Restore test',
  'Mail gateway replacement',
] as const

export const revokedReasons = [
  'The project has ended',
  'No longer needed',
  'Access review: not used',
  'Moved to another customer',
  'Asked for by the customer',
] as const

export const emergencies = [
  'Ransomware note found on a file server; containment needed now',
  'Domain controller shows signs of credential theft',
  'Mass mailing from a compromised executive mailbox',
  'Internet-facing gateway is being exploited, vendor patch to be applied',
  'Backup jobs deleted by an unknown account',
  'EDR reports lateral movement from a contractor laptop',
  'Suspicious service account created overnight',
  'Production line controller reachable from the office network',
] as const

export const verdicts = [
  'Ticket, timeline and actions agree. Containment was within scope.',
  'Actions match the incident report; access ended early.',
  'Checked against the customer’s call log. In order.',
  'All steps documented in the incident, customer confirmed.',
] as const
export const MISUSED =
  'Two of the three actions have nothing to do with the incident: mail of an uninvolved person was opened. Talked to the technician and the customer; access rights reduced.'
