import type { Context } from '../../context.ts'
import { found, Refusal } from '../../errors/refusal.ts'
import { permissionsOf } from '../../policy/permissions.ts'
import { findOrganization } from '../../queries/organizations.ts'
import { listSessions } from '../../queries/sessions.ts'
import { findUser } from '../../queries/users.ts'
import type { Profile } from '../../types/profile.ts'

/** Also for who may do nothing else until they are active again or have a second factor. */
export async function getProfile({ db, principal }: Context): Promise<Profile> {
  const [person, organization, sessions] = await db.batch([
    findUser(principal.userId),
    findOrganization(principal.orgId),
    listSessions(principal),
  ])
  const session = sessions.find(({ id }) => id === principal.sessionId)
  if (session === undefined) throw new Refusal('session_revoked')
  // The version of the person is not that of all this.
  const { version: _version, ...user } = found(person)
  return {
    ...user,
    organization: found(organization),
    permissions: permissionsOf(principal.role),
    session: { ...session, expiresAt: session.sessionExpiresAt, current: true },
  }
}
