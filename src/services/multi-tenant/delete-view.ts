import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { deleteView as deleteOwn } from '../../queries/saved-views.ts'

/** @throws Refusal `not_found` for what is no view of the caller */
export async function deleteView({ db, principal }: Context, id: string): Promise<{ deleted: 1 }> {
  if ((await db.run(deleteOwn(principal, id))) === 0) throw new Refusal('not_found')
  return { deleted: 1 }
}
