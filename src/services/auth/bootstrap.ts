import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { setPasswordHash } from '../../queries/credentials.ts'
import { findProvider, insertProvider } from '../../queries/organizations.ts'
import { insertUser } from '../../queries/users.ts'
import type { Bootstrap, Bootstrapped, BootstrapState } from '../../types/auth.ts'
import type { Organization } from '../../types/organization.ts'
import type { User } from '../../types/user.ts'
import { record } from '../audit/record.ts'
import { newPasswordHash } from './new-password-hash.ts'

export async function bootstrapState({ identity }: Pick<Call, 'identity'>): Promise<BootstrapState> {
  return { required: (await identity.run(findProvider())) === null }
}

/** By whoever can read what the server printed. Of several at once, one makes the provider. */
export async function bootstrapByToken(ctx: Call, { token, ...first }: Bootstrap): Promise<Bootstrapped> {
  const { required } = await bootstrapState(ctx)
  if (!required) throw new Refusal('already_bootstrapped')
  if (!ctx.credentials.firstStart.isToken(token)) throw new Refusal('invalid_credentials')
  const made = await makeProvider(ctx, first)
  if (made === null) throw new Refusal('already_bootstrapped')
  return made
}

/**
 * The provider and its first super admin, in one transaction with the event that tells of them.
 * @returns null when there is a provider already, also when another server makes it at this moment
 * @throws Refusal `validation_failed` for a password that breaks the rules
 */
export async function makeProvider(ctx: Call, first: Omit<Bootstrap, 'token'>): Promise<Bootstrapped | null> {
  const owner = { person: first, organizationName: first.providerName }
  const passwordHash = await newPasswordHash(ctx, first.password, owner)
  const made = newProvider(ctx.now.toISOString(), first)
  const { organization, user } = made
  return ctx.identity.transaction(async (tx) => {
    if ((await tx.run(insertProvider(organization))) === 0) return null
    await tx.batch([
      insertUser({ ...user, orgType: 'mss_provider', createdBy: null }),
      setPasswordHash({ orgId: organization.id, userId: user.id }, passwordHash),
      record(ctx, {
        action: 'provider.created',
        orgId: organization.id,
        resource: { type: 'organization', id: organization.id },
        description: `Made the provider ${organization.name} and its first super admin ${user.email}`,
        actor: null,
        changes: { before: null, after: made },
      }),
    ])
    return made
  })
}

function newProvider(
  now: string,
  { providerName, email, firstName, lastName }: Omit<Bootstrap, 'token'>,
): Bootstrapped {
  const times = { createdAt: now, updatedAt: now }
  const [organizationId, userId] = [uuidv7(), uuidv7()]
  const organization: Organization = {
    id: organizationId,
    name: providerName,
    type: 'mss_provider',
    domain: null,
    status: 'active',
    settings: {},
    createdBy: userId,
    ...times,
  }
  const user: User = {
    id: userId,
    organizationId,
    email,
    firstName,
    lastName,
    role: 'super_admin',
    status: 'active',
    mfaEnabled: false,
    timezone: 'UTC',
    lastLoginAt: null,
    ...times,
  }
  return { organization, user }
}
