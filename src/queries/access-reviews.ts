import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Sql, Statement } from '../database/statement.ts'
import type { AccessReview, Use } from '../types/access-review.ts'
import type { Grant } from '../types/grant.ts'
import type { Paging } from '../types/page.ts'
import { grantColumns, grantWithParties } from './access-shape.ts'
import { contains } from './search.ts'

export type Review = Omit<AccessReview, 'uses' | 'usesTotal'>

/** The grant's columns, with the review's beside them under names of their own. */
interface ReviewRow extends Grant {
  readonly reviewId: string
  readonly openedAt: string
  readonly closedAt: string | null
  readonly closedBy: string | null
  readonly verdict: Review['verdict']
  readonly reviewNotes: string | null
}

const reviews = (now: Date): Sql<ReviewRow> => sql<ReviewRow>`
  select ${grantColumns('staff', now)}, r.id as "reviewId", r.opened_at as "openedAt", r.closed_at as "closedAt",
         r.closed_by as "closedBy", r.verdict, r.notes as "reviewNotes"
    from ${grantWithParties('staff')}
    join access_reviews r on r.access_id = g.id`

const toReview = ({ reviewId, openedAt, closedAt, closedBy, verdict, reviewNotes, ...grant }: ReviewRow): Review => ({
  id: reviewId,
  status: closedAt === null ? 'open' : 'closed',
  openedAt,
  closedAt,
  closedBy,
  verdict,
  notes: reviewNotes,
  grant,
})

export interface ReviewFilter {
  readonly status: Review['status']
  readonly search?: string | undefined
}

const matching = ({ status, search }: ReviewFilter): Sql<unknown> => sql`
  ${status === 'open' ? sql`r.closed_at is null` : sql`r.closed_at is not null`}
  and ${search === undefined ? sql`true` : sql`(${contains(sql`t.name_normal`, search)} or ${contains(sql`c.name_normal`, search)})`}`

const reviewOrder = { openedAt: sql`r.opened_at, r.id desc`, '-openedAt': sql`r.opened_at desc, r.id` } as const

export function listReviews(
  filter: ReviewFilter & { now: Date; sort: keyof typeof reviewOrder },
  { limit, offset }: Paging,
): Statement<Review[]> {
  const query = list(sql<ReviewRow>`
    ${reviews(filter.now)} where ${matching(filter)} order by ${reviewOrder[filter.sort]} limit ${limit} offset ${offset}`)
  return { ...query, read: (answer) => query.read(answer).map(toReview) }
}

export const countReviews = (filter: ReviewFilter): Statement<{ total: number }> =>
  one(sql<{ total: number }>`
    select count(*) as total
      from access_reviews r
      join users t on t.id = r.technician_id
      join organizations c on c.id = r.org_id
     where ${matching(filter)}`)

/** As it stays until the transaction ends. */
export function lockReview(id: string, now: Date): Statement<Review | null> {
  const query = find(sql<ReviewRow>`${reviews(now)} where r.id = ${id} for update of r`)
  return {
    ...query,
    read: (answer) => {
      const row = query.read(answer)
      return row && toReview(row)
    },
  }
}

/** @throws the constraint `access_review_by_a_third` */
export const markClosed = ({ id, closedAt, closedBy, verdict, notes }: Review): Statement<number> =>
  execute(sql`
    update access_reviews set closed_at = ${closedAt}, closed_by = ${closedBy}, verdict = ${verdict}, notes = ${notes}
     where id = ${id}`)

const USES = 50

export type UseUnder = Use & { readonly accessId: string; readonly total: number }

/** What was done or refused under each grant from its granting to its end: the latest, and how many there are. */
export const listUsesUnder = (grants: readonly Grant[]): Statement<UseUnder[]> =>
  list(sql<UseUnder>`
    select g.id as "accessId", used.*
      from jsonb_to_recordset(${JSON.stringify(grants)}::jsonb) as g (
             "id" uuid, "customerOrgId" uuid, "grantedAt" timestamptz, "expiresAt" timestamptz)
     cross join lateral (
       select a.id, a.occurred_at as "occurredAt", a.action, a.description, a.outcome, host(a.ip_address) as "ipAddress", a.details,
              count(*) over () as total
         from audit_logs a
        where a.org_id = g."customerOrgId" and a.action in ('access.used', 'access.use_denied') and a.resource_id = g.id::text
          and a.occurred_at between g."grantedAt" and g."expiresAt"
        order by a.occurred_at desc, a.id desc
        limit ${USES}) used
     order by used."occurredAt" desc, used.id desc`)
