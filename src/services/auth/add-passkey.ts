import { verifyRegistrationResponse } from '@simplewebauthn/server'
import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../context.ts'
import { CHALLENGE_VALID_MS, isOwnChallenge, newChallenge } from '../../credentials/webauthn-challenge.ts'
import type { Ceremony } from '../../credentials/webauthn-challenge.ts'
import { invalid, Refusal } from '../../errors/refusal.ts'
import { insertPasskey, listPasskeyIds } from '../../queries/passkeys.ts'
import type { NewPasskey } from '../../queries/passkeys.ts'
import { findUser } from '../../queries/users.ts'
import type { AddPasskey, Passkey, PasskeyCreation } from '../../types/passkey.ts'
import { record } from '../audit/record.ts'
import { lockAbleAccount } from './lock-able-account.ts'
import { partyOf } from './passkey-party.ts'
import { tellOfCredentials } from './tell-of-credentials.ts'

/** EdDSA, ES256, RS256 (RFC 9053, RFC 8812). */
const ALGORITHMS = [-8, -7, -257]
const MAX_PASSKEYS = 20

const ceremonyOf = ({ principal }: Context): Ceremony => ({ purpose: 'create', subject: principal.userId })

/** What the authenticator has to know. It keeps the passkey itself, and asks who uses it: so it takes the place of a password and a code. */
export async function preparePasskey(ctx: Context): Promise<PasskeyCreation> {
  const { principal, credentials, now } = ctx
  requireSecondFactor(ctx)
  const [person, known] = await ctx.identity.batch([findUser(principal.userId), listPasskeyIds(principal)])
  const { id, name } = partyOf(ctx)
  return {
    rp: { id, name },
    user: {
      id: userHandleOf(principal.userId),
      name: principal.email,
      displayName: person ? `${person.firstName} ${person.lastName}`.trim() : principal.email,
    },
    challenge: newChallenge(credentials.passkeyKey, ceremonyOf(ctx), now).toString('base64url'),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key' as const, alg })),
    timeout: CHALLENGE_VALID_MS,
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId.toString('base64url'),
      type: 'public-key' as const,
      transports,
    })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  }
}

export const userHandleOf = (userId: string): string =>
  Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')

/** That a credential is registered once answers its challenge once. */
export async function addPasskey(ctx: Context, given: AddPasskey): Promise<Passkey> {
  const { principal } = ctx
  requireSecondFactor(ctx)
  const passkey = await readPasskey(ctx, given)
  return ctx.identity.transaction(async (tx) => {
    const { mfaEnabled } = await lockAbleAccount(tx, principal.userId)
    if (!mfaEnabled) throw new Refusal('mfa_not_set_up')
    if ((await tx.run(listPasskeyIds(principal))).length >= MAX_PASSKEYS) throw new Refusal('too_many_passkeys')
    const added = await tx.run(insertPasskey(passkey, ctx.now))
    if (added === null) throw new Refusal('passkey_known')
    await tx.batch([
      record(ctx, {
        action: 'auth.passkey_added',
        orgId: principal.orgId,
        resource: { type: 'user', id: principal.userId },
        description: `${principal.email} added the passkey ${added.name}`,
        details: { passkeyId: added.id },
      }),
      tellOfCredentials(ctx, principal, `A passkey was added: ${added.name}. It signs in by itself.`),
    ])
    return added
  })
}

/** A passkey is a second way in beside a factor that can be typed, never the only proof. */
function requireSecondFactor({ principal }: Context): void {
  if (!principal.mfaEnabled) throw new Refusal('mfa_not_set_up')
}

async function readPasskey(ctx: Context, { name, credential }: AddPasskey): Promise<NewPasskey> {
  const party = partyOf(ctx)
  const { authenticatorAttachment, response, id, rawId, type } = credential
  const { clientDataJSON, attestationObject, transports = [] } = response
  const verified = await verifyRegistrationResponse({
    response: { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, attestationObject } },
    expectedChallenge: (challenge) =>
      isOwnChallenge(ctx.credentials.passkeyKey, ceremonyOf(ctx), { challenge, now: ctx.now }),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null)
  if (!verified?.verified) throw invalid('credential', 'Is not an answer to a challenge of ours')
  const { credential: made, credentialBackedUp: backedUp } = verified.registrationInfo
  const { orgId, userId } = ctx.principal
  return {
    orgId,
    userId,
    id: uuidv7(),
    name: name ?? (authenticatorAttachment === 'cross-platform' ? 'Security key' : 'Passkey'),
    credentialId: Buffer.from(made.id, 'base64url'),
    publicKey: Buffer.from(made.publicKey),
    signCount: made.counter,
    transports,
    backedUp,
  }
}
