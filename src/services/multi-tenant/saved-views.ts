import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { deleteView as deleteOwn, insertView, listViews as listOwn, lockViews } from '../../queries/saved-views.ts'
import type { SavedView, SaveView } from '../../types/saved-view.ts'

/** What one page of the console can list without a search of its own. */
const MOST = 50

/** The caller's, by page and name. */
export const listViews = ({ db, principal }: Context): Promise<SavedView[]> => db.run(listOwn(principal))

/**
 * Like what is marked as read it is nobody else's business, and no event.
 * @throws Refusal `too_many_views` · `view_name_taken`
 */
export async function saveView({ db, principal, now }: Context, view: SaveView): Promise<SavedView> {
  const { orgId, userId } = principal
  const [, saved] = await db.batch([
    lockViews(principal),
    insertView({ ...view, orgId, userId, id: uuidv7() }, { atMost: MOST, now }),
  ])
  if (saved === null) throw new Refusal('too_many_views')
  return saved
}

/** @throws Refusal `not_found` for what is no view of the caller */
export async function deleteView({ db, principal }: Context, id: string): Promise<{ deleted: 1 }> {
  if ((await db.run(deleteOwn(principal, id))) === 0) throw new Refusal('not_found')
  return { deleted: 1 }
}
