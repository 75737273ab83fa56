import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { isFresh } from '../../policy/fresh-proof.ts'

/**
 * For what needs it only sometimes; operations that always do are named in `policy/operations.ts`.
 * @throws Refusal `step_up_required`
 */
export function requireFreshProof({ principal, now }: Context): void {
  if (!isFresh(principal, now)) throw new Refusal('step_up_required')
}
