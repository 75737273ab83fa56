import { execute, find, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { SavedView, SaveView } from '../types/saved-view.ts'
import type { Owner } from './credentials.ts'

/** Of the locks that are taken by number, those of who saves a view. */
const SAVING = 7_316_420_556

const columns = sql`v.id, v.page, v.name, v.query, v.created_at as "createdAt"`

export const listViews = ({ orgId, userId }: Owner): Statement<SavedView[]> =>
  list(sql<SavedView>`
    select ${columns} from saved_views v
     where v.org_id = ${orgId} and v.user_id = ${userId}
     order by v.page, lower(normalize(v.name))`)

/** Until the transaction ends nobody else saves one for the same person: two at once would both see room for the last. */
export const lockViews = ({ userId }: Owner): Statement<unknown> =>
  find(sql`select pg_advisory_xact_lock(hashtextextended(${userId}::text, ${SAVING}::bigint))`)

export interface NewView extends SaveView, Owner {
  readonly id: string
}

/** None when the person has as many as they may. To be asked after `lockViews`. */
export const insertView = (
  view: NewView,
  { atMost, now }: { atMost: number; now: Date },
): Statement<SavedView | null> =>
  find(sql<SavedView>`
    insert into saved_views as v (org_id, id, user_id, page, name, query, created_at)
    select ${view.orgId}, ${view.id}, ${view.userId}, ${view.page}, ${view.name}, ${view.query}, ${now}
     where (select count(*) from saved_views o where o.org_id = ${view.orgId} and o.user_id = ${view.userId}) < ${atMost}::integer
    returning ${columns}`)

export const deleteView = ({ orgId, userId }: Owner, id: string): Statement<number> =>
  execute(sql`delete from saved_views v where v.org_id = ${orgId} and v.user_id = ${userId} and v.id = ${id}`)
