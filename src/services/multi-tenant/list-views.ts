import type { Context } from '../../context.ts'
import { listViews as listOwn } from '../../queries/saved-views.ts'
import type { SavedView } from '../../types/saved-view.ts'

/** The caller's, by page and name. */
export const listViews = ({ db, principal }: Context): Promise<SavedView[]> => db.run(listOwn(principal))
