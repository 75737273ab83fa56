import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { insertView, lockViews } from '../../queries/saved-views.ts'
import type { SavedView, SaveView } from '../../types/saved-view.ts'

/** What one page of the console can list without a search of its own. */
const MOST = 50

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
