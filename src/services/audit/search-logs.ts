import type { Context } from '../../context.ts'
import { openCursor, signCursor } from '../../credentials/signed-cursor.ts'
import { invalid } from '../../errors/refusal.ts'
import { asSeenBy } from '../../policy/audit-sight.ts'
import { countAuditEvents, hasLateEvents, listAuditEvents } from '../../queries/audit-logs.ts'
import type { AuditPart } from '../../queries/audit-logs.ts'
import type { AuditFilter, AuditPage, AuditQuery } from '../../types/audit.ts'
import { toPage } from '../../types/page.ts'
import type { Paging } from '../../types/page.ts'

/** How far totals are exact, and how far pages reach. */
const CAP = 10_000
const DEFAULT_LIMIT = 25

/** Where a list goes on: what its cursor says. */
interface Place {
  readonly part: AuditPart
  readonly page: number
  readonly limit: number
}

const whole: AuditPart = { after: null, seen: null, late: null }

/**
 * Newest first. Cursors walk the trail as it was at the first page, and at the end what had happened by then but was committed
 * meanwhile: nothing is left out, nothing is told twice.
 */
export async function searchLogs(ctx: Context, query: AuditQuery): Promise<AuditPage> {
  const { page: _page, limit: _limit, cursor, ...filter } = query
  const boundTo = boundToQuestion(ctx, filter)
  const { part, page, limit } = placeOf(ctx, query, boundTo)
  const offset = cursor === undefined ? (page - 1) * limit : 0
  if (offset >= CAP) return pastTheEnd(ctx, filter, { page, limit, offset })
  const wanted = cursor === undefined ? Math.min(limit, CAP - offset) : limit
  const [{ events, snapshot }, { total }] = await ctx.db.batch([
    listAuditEvents(filter, part, { offset, limit: wanted + 1 }),
    countAuditEvents(filter, CAP),
  ])
  const items = events.slice(0, wanted)
  const seen = part.seen ?? (snapshot === null ? null : { text: snapshot, at: ctx.now.toISOString() })
  const last = items.at(-1)
  const next =
    last && events.length > wanted
      ? { ...part, seen, after: { occurredAt: last.occurredAt, id: last.id } }
      : await afterTheEnd(ctx, filter, part)
  return {
    items: items.map((event) => asSeenBy(ctx.principal, event)),
    total: Math.min(total, CAP),
    totalIsCapped: total > CAP,
    page,
    limit,
    totalPages: Math.ceil(Math.min(total, CAP) / limit),
    nextCursor: next && signCursor(ctx.credentials.cursorKey, { part: next, page: page + 1, limit }, boundTo),
  }
}

/** @throws Refusal `validation_failed` where there is more than pages reach: only a cursor goes on there */
async function pastTheEnd({ db }: Context, filter: AuditFilter, paging: Paging): Promise<AuditPage> {
  const { total } = await db.run(countAuditEvents(filter, CAP))
  if (total > CAP) throw invalid('page', `Pages reach no further than ${CAP} events: go on with the cursor`)
  return { ...toPage([], total, paging), totalIsCapped: false, nextCursor: null }
}

/** A walk that has come to its end goes on with what came late for it. A single page has nothing to come late for. */
async function afterTheEnd({ db }: Context, filter: AuditFilter, { seen, late }: AuditPart): Promise<AuditPart | null> {
  if (seen === null || late !== null) return null
  const { any } = await db.run(hasLateEvents(filter, seen))
  return any ? { ...whole, late: seen } : null
}

/** @throws Refusal `validation_failed` on a cursor that is not ours, not for this caller, or not for this filter */
function placeOf(ctx: Context, { cursor, page, limit }: AuditQuery, boundTo: string): Place {
  const asked = limit === undefined ? null : Number(limit)
  if (cursor === undefined) return { part: whole, page: Number(page ?? 1), limit: asked ?? DEFAULT_LIMIT }
  if (page !== undefined) throw invalid('page', 'Must not be given together with a cursor')
  const place = openCursor(ctx.credentials.cursorKey, cursor, boundTo) as Place | null
  if (place === null)
    throw invalid('cursor', 'Must be a nextCursor that you were given, with the filters it was given for')
  return { ...place, limit: asked ?? place.limit }
}

/** The same question in the same words, whatever the order of its parameters. */
function boundToQuestion({ principal }: Context, filter: AuditFilter): string {
  const asked = Object.entries(filter)
    .map(([name, value]): [string, unknown] => [name, Array.isArray(value) ? value.map(String).toSorted() : value])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(['audit logs', principal.orgId, principal.userId, asked])
}
