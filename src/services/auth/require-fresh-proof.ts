import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { isFresh } from '../../policy/fresh-proof.ts'

/**
 * For what needs it only sometimes; operations that always do are named in `policy/operations.ts`.
 * @throws Refusal `step_up_required`
 */
export async function requireFreshProof({ principal, standing, now }: Context): Promise<void> {
  if (isFresh(principal, now)) return
  // What is remembered may be older than a proof that was given to another node.
  const current = await standing.principalNow(principal)
  if (current === null || !isFresh(current, now)) throw new Refusal('step_up_required')
}
