import type { Context } from '../../context.ts'
import { openCursor, signCursor } from '../../credentials/signed-cursor.ts'
import { invalid } from '../../errors/refusal.ts'
import { countAuditEvents, listAuditEvents } from '../../queries/audit-logs.ts'
import type { AuditPosition } from '../../queries/audit-logs.ts'
import type { AuditPage, AuditQuery } from '../../types/audit.ts'

/** How far totals are exact, and how far pages reach. */
const CAP = 10_000
const DEFAULT_LIMIT = 25

/** Where a list begins, and what its cursor carries on. */
interface Start {
  readonly after: AuditPosition | null
  readonly page: number
  readonly limit: number
}

/** Newest first. A cursor goes on behind the event that it was given with, whatever was added meanwhile. */
export async function searchLogs(ctx: Context, query: AuditQuery): Promise<AuditPage> {
  const { page: _page, limit: _limit, cursor: _cursor, ...filter } = query
  const boundTo = boundToQuestion(ctx, filter)
  const start = startOf(ctx, query, boundTo)
  const { after, page, limit } = start
  const offset = after === null ? (page - 1) * limit : 0
  if (offset >= CAP) throw invalid('page', `Pages reach no further than ${CAP} events: go on with the cursor`)
  const wanted = after === null ? Math.min(limit, CAP - offset) : limit
  const [found, { total }] = await ctx.db.batch([
    listAuditEvents(filter, { after, offset, limit: wanted + 1 }),
    countAuditEvents(filter, CAP),
  ])
  const items = found.slice(0, wanted)
  const last = items.at(-1)
  return {
    items,
    total: Math.min(total, CAP),
    totalIsCapped: total > CAP,
    page,
    limit,
    totalPages: Math.ceil(Math.min(total, CAP) / limit),
    nextCursor:
      last && found.length > wanted
        ? signCursor(ctx.credentials.cursorKey, placeOf({ after: last, page: page + 1, limit }), boundTo)
        : null,
  }
}

type Place = readonly [occurredAt: string, id: string, page: number, limit: number]

const placeOf = ({ after, page, limit }: Start & { after: AuditPosition }): Place => [
  after.occurredAt,
  after.id,
  page,
  limit,
]

/** @throws Refusal `validation_failed` on a cursor that is not ours, not for this caller, or not for this filter */
function startOf(ctx: Context, { cursor, page, limit }: AuditQuery, boundTo: string): Start {
  const asked = limit === undefined ? null : Number(limit)
  if (cursor === undefined) return { after: null, page: Number(page ?? 1), limit: asked ?? DEFAULT_LIMIT }
  if (page !== undefined) throw invalid('page', 'Must not be given together with a cursor')
  const place = openCursor(ctx.credentials.cursorKey, cursor, boundTo) as Place | null
  if (place === null)
    throw invalid('cursor', 'Must be a nextCursor that you were given, with the filters it was given for')
  const [occurredAt, id, ofPage, ofLimit] = place
  return { after: { occurredAt, id }, page: ofPage, limit: asked ?? ofLimit }
}

/** The same question in the same words, whatever the order of its parameters. */
function boundToQuestion({ principal }: Context, filter: object): string {
  const asked = Object.entries(filter)
    .map(([name, value]): [string, unknown] => [name, Array.isArray(value) ? value.map(String).toSorted() : value])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(['audit logs', principal.orgId, principal.userId, asked])
}
