import { grant, ids } from '../support/walled-database.ts'
import type { Clone } from '../support/walled-database.ts'

/** What the seed leaves out, and some policies are about. */
export async function prepare({ admin }: Clone): Promise<void> {
  await grant(admin, { technicianId: ids.stranger, customerId: ids.acme, status: 'revoked' })
  await admin.query(`insert into installation (key_check) values (sha256('\\x01')) on conflict do nothing`)
}

/**
 * What row security alone must let everybody see and do, whoever is not named nothing. The letters are whose the rows are:
 * a and b of the two customers and their people, p of the provider, s t x of its staff, technician and stranger (who has no access), n of
 * no organization; in the trail in capitals what is nobody's. `!`: it got past the wall and met a constraint behind it.
 *
 * The rights of columns and tables, and the triggers, are further walls, and are down here.
 */
export const letThrough: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  access_changes: {
    identity: 'sees abnp',
    clock: 'everything',
    owner: 'everything',
  },
  access_reviews: {
    staff: 'sees ab, moves closed_by !',
    owner: 'everything',
  },
  audit_anchors: {
    sealer: 'everything',
    owner: 'everything',
  },
  audit_checkpoints: {
    staff: 'sees n',
    sealer: 'sees n, adds n',
    owner: 'everything',
  },
  audit_cleanups: {
    staff: 'sees ab, adds a',
    retention: 'sees ab',
    owner: 'everything',
  },
  audit_heads: {
    member: 'sees a',
    staff: 'sees abp',
    sealer: 'sees abp, adds abp',
    owner: 'everything',
  },
  audit_holds: {
    staff: 'sees ab, adds a, moves released_by !',
    retention: 'sees ab',
    owner: 'everything',
  },
  audit_logs: {
    member: 'sees Aa, adds a',
    technician: 'sees ABPabstx, adds t',
    'technician at acme': 'sees Aat, adds t',
    stranger: 'sees Pstx, adds x',
    staff: 'sees ABPabstx, adds ABPs',
    identity: 'adds ABPabstx',
    clock: 'adds ABP',
    sealer: 'sees ABPabstx',
    retention: 'sees ABPabstx, adds s',
    owner: 'everything',
  },
  audit_nodes: {
    member: 'sees a',
    staff: 'sees abp',
    sealer: 'sees abp, adds abp',
    owner: 'everything',
  },
  audit_rollup_days: {
    staff: 'sees abp',
    owner: 'everything',
  },
  audit_rollup_keys: {
    staff: 'sees n',
    owner: 'everything',
  },
  audit_rollup_state: {
    staff: 'sees n',
    owner: 'everything',
  },
  audit_seals: {
    member: 'sees a',
    technician: 'sees abp',
    'technician at acme': 'sees a',
    stranger: 'sees p',
    staff: 'sees abp',
    sealer: 'sees abp, adds abp',
    owner: 'everything',
  },
  audit_tombstones: {
    member: 'sees a',
    staff: 'sees abp',
    sealer: 'sees abp',
    retention: 'adds abp',
    owner: 'everything',
  },
  audit_unaccounted: {
    staff: 'sees abp',
    sealer: 'sees abp, adds abp',
    owner: 'everything',
  },
  auth_challenges: {
    identity: 'everything',
    clock: 'sees abstx, removes abstx',
    owner: 'everything',
  },
  idempotency_keys: {
    identity: 'everything',
    clock: 'sees abstx, removes abstx',
    owner: 'everything',
  },
  installation: {
    identity: 'everything',
    owner: 'everything',
  },
  invitations: {
    member: 'sees a, removes a, changes a, adds a',
    staff: 'everything',
    identity: 'everything',
    clock: 'sees abstx, removes abstx',
    owner: 'everything',
  },
  key_generations: {
    identity: 'everything',
    owner: 'everything',
  },
  known_devices: {
    identity: 'everything',
    clock: 'sees abstx, removes abstx',
    owner: 'everything',
  },
  mail_outbox: {
    member: 'adds a',
    staff: 'adds abp',
    identity: 'adds abp',
    clock: 'everything',
    owner: 'everything',
  },
  notifications: {
    member: 'sees a, changes a',
    technician: 'sees t, changes t, moves org_id t',
    'technician at acme': 'sees t, changes t, moves org_id t',
    stranger: 'sees x, changes x, moves org_id x',
    staff: 'sees s, changes s, moves org_id s',
    clock: 'sees abstx',
    owner: 'everything',
  },
  organizations: {
    member: 'sees a, removes a, changes a, adds a',
    technician: 'sees abp',
    'technician at acme': 'sees ap',
    stranger: 'sees p',
    staff: 'everything',
    identity: 'everything',
    clock: 'sees abp',
    owner: 'everything',
  },
  passkeys: {
    identity: 'everything',
    owner: 'everything',
  },
  password_requests: {
    identity: 'everything',
    owner: 'everything',
  },
  password_resets: {
    identity: 'everything',
    clock: 'sees abstx, removes abstx',
    owner: 'everything',
  },
  recovery_codes: {
    identity: 'everything',
    owner: 'everything',
  },
  saved_views: {
    member: 'sees a, removes a, changes a, adds a',
    technician: 'sees t, removes t, changes t, adds t, moves org_id t',
    'technician at acme': 'sees t, removes t, changes t, adds t, moves org_id t',
    stranger: 'sees x, removes x, changes x, adds x, moves org_id x',
    staff: 'sees s, removes s, changes s, adds s, moves org_id s',
    owner: 'everything',
  },
  sign_in_tries: {
    identity: 'everything',
    clock: 'sees n, removes n',
    owner: 'everything',
  },
  technician_customer_access: {
    member: 'sees ax',
    technician: 'sees ab, removes ab, changes ab, adds ab, moves customer_org_id !, moves status ab',
    'technician at acme': 'sees ab, removes ab, changes ab, adds ab, moves customer_org_id !, moves status ab',
    stranger: 'sees x, removes x, changes x, adds x, moves technician_id x, moves customer_org_id x, moves status !',
    staff: 'everything',
    identity: 'sees abx',
    clock: 'sees abx, moves status ab',
    owner: 'everything',
  },
  technician_customer_access_history: {
    member: 'sees a',
    technician: 'sees ab',
    'technician at acme': 'sees ab',
    stranger: 'sees a',
    staff: 'sees ab',
    retention: 'sees ab',
    owner: 'everything',
  },
  totp_factors: {
    identity: 'everything',
    owner: 'everything',
  },
  user_sessions: {
    member: 'sees a, removes a, changes a, adds a',
    technician: 'sees t, removes t, changes t, adds t, moves org_id t',
    'technician at acme': 'sees t, removes t, changes t, adds t, moves org_id t',
    stranger: 'sees x, removes x, changes x, adds x, moves org_id x',
    staff: 'everything',
    identity: 'everything',
    retention: 'sees abstx',
    owner: 'everything',
  },
  users: {
    member: 'sees a, removes a, changes a, adds a, moves id a',
    technician: 'sees abstx, removes t, changes t, adds t, moves org_id t, moves org_type t',
    'technician at acme': 'sees at, removes t, changes t, adds t, moves org_id t, moves org_type t',
    stranger: 'sees stx, removes x, changes x, adds x, moves org_id x, moves org_type x',
    staff: 'everything',
    identity: 'everything',
    clock: 'sees abstx',
    retention: 'sees abstx',
    owner: 'everything',
  },
}

/** Policies that let everything through, each with its reason. */
export const alwaysTrue: Readonly<Record<string, string>> = {
  owner_keeps: 'migrations, and the functions that look over the wall on behalf of others, run as the owner',
  identity_all: 'who signs in is not known yet, and neither is where they belong',
  identity_reads: 'the same, where nothing is to be written',
  identity_adds: 'a failed sign-in is on record in the organization of whoever it was about',
  identity_writes: 'the letters of signing in go to people of every organization',
  clock_reads: 'a job works for all organizations at once, on the few columns that it has a right to',
  clock_sends: 'the same, for letters that are due',
  clock_forgets: 'the same, for what is over',
  clock_removes: 'the same, for what every node has read',
  sealer_keeps: 'what says how far checkpoints are kept outside is of no organization',
  sealer_reads: 'the trails of all organizations are sealed into one tree',
  sealer_adds: 'the same',
}

/** Conditions whose absence nobody could notice, each with what stands before it. */
export const hidden: Readonly<Record<string, string>> = {
  'staff_closes on access_reviews using': 'what it lets be written names who writes it, and nobody unknown has a name',
  'staff_releases on audit_holds using': 'the same',
}
