import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { addressAllowed } from '../../policy/addresses.ts'
import type { Account } from '../../queries/credentials.ts'
import { record } from '../audit/record.ts'

type Person = Pick<Account, 'userId' | 'orgId' | 'email' | 'settings'>

/**
 * An organization's addresses bind its members before they are signed in, too.
 * @throws Refusal `access_restricted`, which leaves its event
 */
export async function refuseOutside(ctx: Call, { userId, orgId, email, settings }: Person): Promise<void> {
  const ranges = settings.allowedIpRanges
  if (!ranges || ranges.length === 0 || addressAllowed(ranges, ctx.address)) return
  const reasons = ['ip_not_allowed']
  await ctx.identity.run(
    record(ctx, {
      action: 'auth.login_failed',
      orgId,
      resource: { type: 'user', id: userId },
      description: `A sign-in as ${email} came from an address that the organization does not allow`,
      outcome: 'denied',
      riskLevel: 'high',
      riskFactors: reasons,
      actor: null,
      details: { email, reason: 'ip_not_allowed' },
    }),
  )
  throw new Refusal('access_restricted', { reasons })
}
