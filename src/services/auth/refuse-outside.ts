import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { mayCallFrom } from '../../policy/own-addresses.ts'
import type { Account } from '../../queries/credentials.ts'
import { record } from '../audit/record.ts'
import type { Actor } from '../audit/record.ts'

type Person = Pick<Account, 'userId' | 'orgId' | 'email' | 'settings'>

/**
 * Where nobody is signed in yet, `actor` is null.
 * @throws Refusal `access_restricted`, which leaves its event
 */
export async function refuseOutside(ctx: Call, person: Person, actor: Actor | null): Promise<void> {
  if (mayCallFrom(person.settings, ctx.address)) return
  const reasons = ['ip_not_allowed']
  await ctx.identity.run(
    record(ctx, {
      action: actor === null ? 'auth.login_failed' : 'authorization.denied',
      orgId: person.orgId,
      resource: { type: 'user', id: person.userId },
      description: `${person.email} came from an address that the organization does not allow`,
      outcome: 'denied',
      riskLevel: 'high',
      riskFactors: reasons,
      actor,
      details: { email: person.email, reason: 'ip_not_allowed' },
    }),
  )
  throw new Refusal('access_restricted', { reasons })
}
