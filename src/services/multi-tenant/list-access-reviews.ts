import type { Context } from '../../context.ts'
import { countReviews, listReviews, listUsesUnder } from '../../queries/access-reviews.ts'
import type { AccessReview, ReviewQuery } from '../../types/access-review.ts'
import { pagingOf, toPage } from '../../types/page.ts'
import type { Page } from '../../types/page.ts'
import { withUses } from './uses-of-review.ts'

/** The emergencies that wait for somebody to look back on them, each with what was done under it. */
export async function listAccessReviews(ctx: Context, query: ReviewQuery): Promise<Page<AccessReview>> {
  const { status, search, sort = '-openedAt' } = query
  const paging = pagingOf(query)
  const [reviews, { total }] = await ctx.db.batch([
    listReviews({ status, search, sort, now: ctx.now }, paging),
    countReviews({ status, search }),
  ])
  const uses = await ctx.db.run(listUsesUnder(reviews.map(({ grant }) => grant)))
  return toPage(
    reviews.map((review) => withUses(review, uses)),
    total,
    paging,
  )
}
