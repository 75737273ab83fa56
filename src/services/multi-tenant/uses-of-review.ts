import type { Review, UseUnder } from '../../queries/access-reviews.ts'
import type { AccessReview } from '../../types/access-review.ts'

export function withUses(review: Review, uses: readonly UseUnder[]): AccessReview {
  const own = uses.filter(({ accessId }) => accessId === review.grant.id)
  return { ...review, uses: own, usesTotal: own[0]?.total ?? 0 }
}
