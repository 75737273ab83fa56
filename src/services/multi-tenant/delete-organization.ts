import type { Context } from '../../context.ts'
import { found } from '../../errors/refusal.ts'
import { changeOrganization, lockOrganizationToChange } from '../../queries/organizations.ts'
import { revokeAllSessions } from '../../queries/sessions.ts'
import { deleteUsersOf } from '../../queries/users.ts'
import type { Organization } from '../../types/organization.ts'
import type { Versioned } from '../../types/versioned.ts'
import { record } from '../audit/record.ts'
import { endAllAccess } from './end-all-access.ts'
import { requireVersion } from './require-version.ts'

/** Soft, and whole: its people, their sessions and every grant on it go with it; its trail stays. */
export async function deleteOrganization(ctx: Context, id: string): Promise<Versioned<Organization>> {
  const { now } = ctx
  const deleted = await ctx.db.transaction(async (tx) => {
    const before = found(await tx.run(lockOrganizationToChange(id)))
    requireVersion(ctx, before)
    const [{ version }, users, sessions] = await tx.batch([
      changeOrganization(id, { status: 'deleted' }, now),
      deleteUsersOf(id, now),
      revokeAllSessions({ orgId: id }, { reason: 'organization_deleted', now }),
    ])
    const grants = await endAllAccess(tx, ctx, { of: { customerOrgId: id }, reason: 'the customer was deleted' })
    await tx.run(
      record(ctx, {
        action: 'organization.deleted',
        orgId: id,
        resource: { type: 'organization', id },
        description: `Deleted the customer ${before.name}`,
        changes: { before: { status: before.status }, after: { status: 'deleted' } },
        details: { users, sessions, grants },
      }),
    )
    return { ...before, status: 'deleted' as const, updatedAt: now.toISOString(), version }
  })
  ctx.standing.changed()
  return deleted
}
