import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AuditHold, HoldQuery } from '../types/audit-hold.ts'
import type { Paging } from '../types/page.ts'
import { contains } from './search.ts'

/** Any constant. */
const HOLDING = 7_316_420_555

/**
 * Whoever places a hold, and whoever removes what a hold could cover, takes turns until the transaction's end: what was held before
 * something is removed is seen, and what is held afterwards is told so.
 */
export const lockHolds = (): Statement<unknown> => find(sql`select pg_advisory_xact_lock(${HOLDING}::bigint)`)

const columns = sql`
  h.id, h.org_id as "organizationId", h.subject_id as "subjectUserId", h.covers_from as "from", h.covers_to as "to",
  h.case_reference as "caseReference", h.reason, case when h.released_at is null then 'active' else 'released' end as status,
  h.placed_by as "placedBy", h.placed_at as "placedAt", h.released_by as "releasedBy", h.released_at as "releasedAt",
  h.release_reason as "releaseReason"`

type HoldFilter = Pick<HoldQuery, 'status' | 'organizationId' | 'search'>

const matching = ({ status, organizationId, search }: HoldFilter): Sql<unknown> => sql`
  ${status === undefined ? sql`true` : sql`(h.released_at is null) = ${status === 'active'}`}
  and ${organizationId === undefined ? sql`true` : sql`h.org_id = ${organizationId}`}
  and ${search === undefined ? sql`true` : contains(sql`lower(normalize(h.case_reference || ' ' || h.reason))`, search)}`

const holdOrder = { placedAt: sql`h.placed_at, h.id`, '-placedAt': sql`h.placed_at desc, h.id desc` } as const

export const listHolds = (
  { sort = '-placedAt', ...filter }: HoldFilter & Pick<HoldQuery, 'sort'>,
  { limit, offset }: Paging,
): Statement<AuditHold[]> =>
  list(sql<AuditHold>`
    select ${columns} from audit_holds h
     where ${matching(filter)} order by ${holdOrder[sort]} limit ${limit} offset ${offset}`)

export const countHolds = (filter: HoldFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`select count(*) as total from audit_holds h where ${matching(filter)}`)

/** As it stays until the transaction ends. */
export const lockHold = (id: string): Statement<AuditHold | null> =>
  find(sql<AuditHold>`select ${columns} from audit_holds h where h.id = ${id} for update`)

export const insertHold = (hold: AuditHold): Statement<number> =>
  execute(sql`
    insert into audit_holds (id, org_id, subject_id, covers_from, covers_to, case_reference, reason, placed_by, placed_at)
    values (${hold.id}, ${hold.organizationId}, ${hold.subjectUserId}, ${hold.from}, ${hold.to}, ${hold.caseReference}, ${hold.reason},
            ${hold.placedBy}, ${hold.placedAt})`)

export const markReleased = ({ id, releasedBy, releasedAt, releaseReason }: AuditHold): Statement<number> =>
  execute(sql`
    update audit_holds set released_by = ${releasedBy}, released_at = ${releasedAt}, release_reason = ${releaseReason}
     where id = ${id}`)

/**
 * The holds that are in force over a person: on them, on their whole organization, or on the whole of another one in whose trail they did
 * something meanwhile. To be asked after `lockHolds`, in the transaction of what a hold forbids.
 */
export const listHoldsOver = ({ orgId, userId }: { orgId: string; userId: string }): Statement<AuditHold[]> =>
  list(sql<AuditHold>`
    select ${columns} from audit_holds h
     where h.released_at is null
       and (h.subject_id = ${userId}
            or h.subject_id is null
               and (h.org_id = ${orgId}
                    or exists (select from audit_logs a
                                where a.org_id = h.org_id and a.user_id = ${userId}
                                  and a.occurred_at >= coalesce(h.covers_from, '-infinity')
                                  and a.occurred_at < coalesce(h.covers_to, 'infinity'))))
     order by h.placed_at, h.id`)
