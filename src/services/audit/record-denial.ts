import type { Context } from '../../context.ts'
import type { Refusal } from '../../errors/refusal.ts'
import { record } from './record.ts'

/** A refused call leaves its own event, in its own transaction, before the caller hears of it. */
export async function recordDenial(
  ctx: Omit<Context, 'reach' | 'retention'>,
  refusal: Refusal,
  asked: { operation: string; path: string; orgId: string | null },
): Promise<void> {
  await ctx.identity.run(
    record(ctx, {
      action: 'authorization.denied',
      orgId: asked.orgId ?? ctx.principal.orgId,
      description: `Refused ${asked.operation}: ${refusal.code}`,
      outcome: 'denied',
      details: { operation: asked.operation, path: asked.path, code: refusal.code, refusal: refusal.details ?? null },
    }),
  )
}
