import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import { found, invalid, Refusal } from '../../errors/refusal.ts'
import { differences } from '../../policy/differences.ts'
import type { Differences, Wish } from '../../policy/differences.ts'
import { inWords } from '../../policy/fields-in-words.ts'
import { exceedsDuties, mergeSettings } from '../../policy/organization-duties.ts'
import { mayCallFrom } from '../../policy/own-addresses.ts'
import { changeOrganization, lockOrganizationToChange } from '../../queries/organizations.ts'
import type { OrganizationChange } from '../../queries/organizations.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import type { Organization, UpdateOrganization } from '../../types/organization.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import type { Happening } from '../audit/record.ts'
import { requireVersion } from './require-version.ts'

/** Suspension ends the sessions of the organization's people; technicians are stopped by its status, at each request. */
export async function updateOrganization(
  ctx: Context,
  id: string,
  input: UpdateOrganization,
): Promise<Versioned<Organization>> {
  if (exceedsDuties(ctx.principal.role, input)) throw new Refusal('forbidden')
  const { now } = ctx
  const updated = await ctx.db.transaction(async (tx) => {
    const before = found(await tx.run(lockOrganizationToChange(id)))
    requireVersion(ctx, before)
    const changes = differences<OrganizationChange>(before, wished(before, input))
    const change = changes.after
    if (Object.keys(change).length === 0) return before
    if (before.type === 'mss_provider') checkLetsIn(ctx, change)
    const after = { ...before, ...change, updatedAt: now.toISOString() }
    const [{ version }] = await tx.batch([
      changeOrganization(id, change, now),
      record(ctx, eventOf(after, changes)),
      ...consequences(ctx, id, change),
    ])
    return { ...after, version }
  })
  ctx.standing.changed()
  return updated
}

/** The provider does not shut itself out: nobody else could let it in again. A customer may, and the provider does. */
function checkLetsIn({ address }: Context, { settings }: OrganizationChange): void {
  if (settings === undefined || mayCallFrom(settings, address)) return
  throw invalid('settings.allowedIpRanges', 'Must include the address that you call from')
}

const wished = (before: Organization, { settings, ...rest }: UpdateOrganization): Wish<OrganizationChange> => ({
  ...rest,
  ...(settings && { settings: mergeSettings(before.settings, settings) }),
})

const consequences = ({ now }: Context, orgId: string, { status }: OrganizationChange): Statement<number>[] =>
  status === 'suspended' ? [revokeAllSessions({ orgId }, { reason: 'organization_suspended', now })] : []

const eventOf = ({ id, name }: Organization, changes: Differences<OrganizationChange>): Happening => ({
  action: actionOf(changes.after),
  orgId: id,
  resource: { type: 'organization', id },
  description: `Changed ${inWords(changes.after)} of ${name}`,
  changes,
})

function actionOf({ status }: OrganizationChange): Happening['action'] {
  if (status === undefined) return 'organization.updated'
  return status === 'suspended' ? 'organization.suspended' : 'organization.reactivated'
}
