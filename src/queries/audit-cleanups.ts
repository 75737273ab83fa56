import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { Stretch } from '../policy/tombstone.ts'
import type { Cleanup } from '../types/audit-cleanup.ts'
import type { Paging } from '../types/page.ts'

/** Which events, and of which day the days are counted. */
export interface CleanupTerms {
  readonly asOf: string
  readonly olderThanDays: number
  /** Null: all organizations. */
  readonly organizationId: string | null
}

export interface PlannedCleanup {
  readonly planHash: string
  readonly eligible: number
  readonly legalHold: number
  readonly retention: number
}

/** What would be removed, and what would be kept of what is as old. */
export const planCleanup = ({ asOf, olderThanDays, organizationId }: CleanupTerms): Statement<PlannedCleanup> =>
  one(sql<PlannedCleanup>`
    select plan_hash as "planHash", eligible, legal_hold as "legalHold", retention
      from plan_audit_cleanup(${asOf}::date, ${olderThanDays}::integer, ${organizationId}::uuid)`)

export interface NewCleanup extends CleanupTerms, PlannedCleanup {
  readonly id: string
  /** In whose trail it is told. */
  readonly orgId: string
  readonly requestedBy: string
  readonly requestedAt: Date
  readonly expiresAt: Date
}

export const insertCleanup = (cleanup: NewCleanup): Statement<number> =>
  execute(sql`
    insert into audit_cleanups (id, org_id, of_all, as_of, older_than_days, plan_digest, eligible, kept_legal_hold, kept_retention,
                                requested_by, requested_at, expires_at)
    values (${cleanup.id}, ${cleanup.orgId}, ${cleanup.organizationId === null}, ${cleanup.asOf}, ${cleanup.olderThanDays},
            ${cleanup.planHash}, ${cleanup.eligible}, ${cleanup.legalHold}, ${cleanup.retention}, ${cleanup.requestedBy},
            ${cleanup.requestedAt}, ${cleanup.expiresAt})`)

/** As a list shows it, and in whose trail it is told. */
export type StoredCleanup = Cleanup & { readonly orgId: string }

const statusAt = (now: Date): Sql<unknown> => sql`
  case when c.approved_at is not null then 'approved' when c.expires_at < ${now} then 'expired' else 'awaiting_approval' end`

const columns = (now: Date): Sql<unknown> => sql`
  c.id, c.org_id as "orgId", case when c.of_all then null else c.org_id end as "organizationId", c.older_than_days as "olderThanDays",
  c.plan_digest as "planHash", c.eligible, jsonb_build_object('legalHold', c.kept_legal_hold, 'retention', c.kept_retention) as kept,
  ${statusAt(now)} as status, c.requested_by as "requestedBy", c.requested_at as "requestedAt", c.expires_at as "expiresAt",
  c.approved_by as "approvedBy", c.approved_at as "approvedAt", c.removed`

export const findCleanup = (id: string, now: Date): Statement<StoredCleanup | null> =>
  find(sql<StoredCleanup>`select ${columns(now)} from audit_cleanups c where c.id = ${id}`)

export interface CleanupFilter {
  readonly status?: Cleanup['status'] | undefined
  readonly now: Date
}

const matching = ({ status, now }: CleanupFilter): Sql<unknown> =>
  status === undefined ? sql`true` : sql`${statusAt(now)} = ${status}`

/** Newest first. */
export const listCleanups = (filter: CleanupFilter, { limit, offset }: Paging): Statement<Cleanup[]> =>
  list(sql<Cleanup>`
    select ${columns(filter.now)} from audit_cleanups c
     where ${matching(filter)} order by c.requested_at desc, c.id desc limit ${limit} offset ${offset}`)

export const countCleanups = (filter: CleanupFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select count(*) as total from audit_cleanups c where ${matching(filter)}`)

/** What was removed of one organization, and the tree that the places of it stay part of. */
export interface RemovedEvents {
  readonly organizationId: string
  readonly stretches: readonly Stretch[]
  readonly headSize: number
  readonly headRoot: string
}

export interface Removal {
  readonly events: number
  readonly organizations: readonly RemovedEvents[]
}

/**
 * To be followed by a tombstone for each organization, in the same transaction: it does not end without them. Null: no such cleanup.
 * @throws the constraints `audit_cleanup_once`, `audit_cleanup_by_another`, `audit_cleanup_in_time`, `audit_cleanup_plan`
 */
export function removeEvents(cleanupId: string, at: Date): Statement<Removal | null> {
  const query = one(sql<{ removal: Removal | null }>`select remove_audit_events(${cleanupId}::uuid, ${at}) as removal`)
  return { ...query, read: (answer) => query.read(answer).removal }
}
