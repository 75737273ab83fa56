import type { ControlStatus } from '../types/compliance.ts'

/** What our data is asked, and what of it is an exception. */
export const evidenceTitles = {
  accounts: { title: 'Accounts of people', exception: 'An address that has more than one account in use' },
  new_accounts: { title: 'Accounts made in the period', exception: 'One that no event tells of' },
  leavers: { title: 'People who have left or are suspended', exception: 'One who still holds access or a session' },
  idle_accounts: { title: 'Active accounts older than 90 days', exception: 'One without a sign-in for 90 days' },
  second_factor: { title: 'Active accounts with privileges', exception: 'One without a second factor' },
  failed_signins: {
    title: 'Attempts to sign in',
    exception: 'More than ten failures on one account within half an hour',
  },
  refusals: { title: 'Calls that were refused', exception: 'None: each is on record' },
  sessions: {
    title: 'Sessions begun in the period',
    exception: 'One that is longer than a day, or that outlives its account',
  },
  grant_register: { title: 'Grants in force during the period', exception: 'None: this is the register' },
  bounded_grants: { title: 'Grants in force at the end', exception: 'One without an end' },
  privileged_access: {
    title: 'Administrators, and grants of full or emergency access',
    exception: 'None: this is the list',
  },
  separate_duties: { title: 'Grants and roles given', exception: 'One that somebody gave to themselves' },
  unused_grants: {
    title: 'Grants in force that are older than 90 days',
    exception: 'One that was not used for 90 days',
  },
  emergency_reviews: {
    title: 'Emergencies of the period',
    exception: 'One that nobody has looked back on within 72 hours',
  },
  granted_use: { title: 'Uses of access to customers', exception: 'One without a grant in force at that moment' },
  administration: { title: 'What administrators did', exception: 'None: each is on record' },
  settings_changes: { title: 'Changes of organizations and their settings', exception: 'One around the application' },
  trail_reads: { title: 'Exports of the trail and reports from it', exception: 'None: each is on record' },
  told_changes: {
    title: 'Changes of accounts, organizations and access',
    exception: 'One around the application, which no event tells of',
  },
  integrity: { title: 'Events under a signed checkpoint', exception: 'One that no server of ours wrote' },
  retention: { title: 'Organizations with a trail', exception: 'One that keeps its trail for less than a year' },
  record_content: { title: 'Events of the period', exception: 'One of a person that does not tell from where' },
} as const

export type EvidenceId = keyof typeof evidenceTitles

interface Found {
  readonly population: number
  readonly exceptionsTotal: number
}

/** Where there was nothing to look at, nothing is shown: it is never met. */
export const statusOfEvidence = ({ population, exceptionsTotal }: Found): Exclude<ControlStatus, 'manual'> => {
  if (exceptionsTotal > 0) return 'exceptions'
  return population > 0 ? 'met' : 'not_evidenced'
}

/** A control is met when each evidence of it is. */
export function statusOfControl(evidence: readonly Found[]): ControlStatus {
  if (evidence.length === 0) return 'manual'
  const statuses = evidence.map(statusOfEvidence)
  if (statuses.includes('exceptions')) return 'exceptions'
  return statuses.includes('not_evidenced') ? 'not_evidenced' : 'met'
}
