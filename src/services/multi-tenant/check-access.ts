import type { Context } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { decideAccess } from '../../policy/grant-rules.ts'
import { askedLevel } from '../../policy/grant-terms.ts'
import { reaches } from '../../policy/reach.ts'
import type { AccessFacts } from '../../queries/access.ts'
import type { AccessCheck, CheckAccess } from '../../types/access-use.ts'

/** The decision that enforcement makes, on the same facts and by the same rules. */
export async function checkAccess(ctx: Context, asked: CheckAccess): Promise<AccessCheck> {
  const { technicianId, customerOrgId } = asked
  const whose = { orgId: customerOrgId, orgType: 'customer', userId: technicianId } as const
  if (!reaches(ctx.principal, ctx.reach, whose)) throw new Refusal('not_found')
  const facts = asSeen(ctx, await ctx.standing.access({ technicianId, customerOrgId }))
  const now = asked.at === undefined ? ctx.now : new Date(asked.at)
  const { allowed, reasons, grantIds } = decideAccess(facts.grants, {
    now,
    address: asked.ipAddress ?? null,
    service: asked.service,
    level: askedLevel(asked.accessLevel),
    technicianActive: facts.technicianActive,
    customerActive: facts.customerActive,
  })
  return { allowed, reasons, grantIds, evaluatedAt: now.toISOString() }
}

/**
 * Who sees only what grants show does not learn here whether somebody or something without one exists: to a technician such a
 * customer is not there, and to a customer such a technician is one without access, whoever it may be.
 */
function asSeen({ reach }: Context, facts: AccessFacts): AccessFacts {
  if (facts.grants.length > 0) return facts
  if (reach.includes('own')) return { ...facts, technicianActive: true, customerActive: true }
  if (!facts.known || reach.includes('self')) throw new Refusal('not_found')
  return facts
}
