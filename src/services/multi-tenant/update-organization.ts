import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../context.ts'
import type { Statement } from '../../database/statement.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { exceedsDuties, mergeSettings } from '../../policy/organization-duties.ts'
import {
  lockOrganizationToChange,
  setOrganizationStatus,
  updateOrganization as write,
} from '../../queries/organizations.ts'
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
  const updated = await ctx.db.transaction(async (tx) => {
    const { version, ...before } = found(await tx.run(lockOrganizationToChange(id)))
    requireVersion(ctx, { version })
    const after = changed(ctx, before, input)
    const isSame = isDeepStrictEqual({ ...before, updatedAt: null }, { ...after, updatedAt: null })
    return isSame ? { ...before, version } : { ...after, version: await store(tx, ctx, { before, after }) }
  })
  ctx.standing.changed()
  return updated
}

const changed = ({ now }: Context, before: Organization, input: UpdateOrganization): Organization => ({
  ...before,
  name: input.name ?? before.name,
  domain: input.domain === undefined ? before.domain : input.domain,
  status: input.status ?? before.status,
  settings: mergeSettings(before.settings, input.settings ?? {}),
  updatedAt: now.toISOString(),
})

interface Change {
  before: Organization
  after: Organization
}

/** @returns the version that the last statement left */
async function store(tx: Transaction, ctx: Context, change: Change): Promise<number> {
  const { before, after } = change
  const [written] = await tx.batch([write(after), record(ctx, eventOf(change))])
  if (before.status === after.status) return written.version
  const [status] = await tx.batch([setOrganizationStatus(after.id, after.status, ctx.now), ...consequences(ctx, after)])
  return status.version
}

const consequences = ({ now }: Context, { id, status }: Organization): Statement<number>[] =>
  status === 'suspended' ? [revokeAllSessions({ orgId: id }, { reason: 'organization_suspended', now })] : []

function eventOf({ before, after }: Change): Happening {
  return {
    action: actionOf(before, after),
    orgId: after.id,
    resource: { type: 'organization', id: after.id },
    description: `Changed ${changedFields(before, after).join(', ')} of ${after.name}`,
    changes: { before: only(before, after), after: only(after, before) },
  }
}

function actionOf(before: Organization, after: Organization) {
  if (before.status === after.status) return 'organization.updated'
  return after.status === 'suspended' ? 'organization.suspended' : 'organization.reactivated'
}

type Field = 'name' | 'domain' | 'settings' | 'status'
const fields: readonly Field[] = ['name', 'domain', 'settings', 'status']

const changedFields = (one: Organization, other: Organization): Field[] =>
  fields.filter((field) => !isDeepStrictEqual(one[field], other[field]))

const only = (one: Organization, other: Organization): Partial<Organization> =>
  Object.fromEntries(changedFields(one, other).map((field) => [field, one[field]]))
