import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import {
  CHALLENGE_VALID_MS,
  hashOfChallenge,
  isOwnChallenge,
  newChallenge,
} from '../../credentials/webauthn-challenge.ts'
import type { Ceremony } from '../../credentials/webauthn-challenge.ts'
import type { Transaction } from '../../database/tenancy.ts'
import { insertAnswered } from '../../queries/challenges.ts'
import { lockPasskey, markPasskeyUsed } from '../../queries/passkeys.ts'
import type { StoredPasskey } from '../../queries/passkeys.ts'
import type { Assertion, PasskeyRequest } from '../../types/passkey.ts'
import { userHandleOf } from './add-passkey.ts'
import { partyOf } from './passkey-party.ts'

/** The same for signing in, as a second factor and to step up: each takes the passkey, and the challenge is answered once. */
const ceremony: Ceremony = { purpose: 'get', subject: '' }

/** Names no credentials: the authenticator knows its own, and nobody learns who has which. */
export const askForPasskey = (ctx: Call): PasskeyRequest => ({
  rpId: partyOf(ctx).id,
  challenge: newChallenge(ctx.credentials.passkeyKey, ceremony, ctx.now).toString('base64url'),
  timeout: CHALLENGE_VALID_MS,
  userVerification: 'required',
  allowCredentials: [],
})

interface Use {
  /** Whose it has to be. */
  readonly userId: string
  readonly credential: Assertion
}

/** Whether the person's passkey answered a challenge of ours; from then on that challenge is answered. */
export async function spendPasskey(ctx: Call, tx: Transaction, { userId, credential }: Use): Promise<boolean> {
  const passkey = await tx.run(lockPasskey(idOf(credential)))
  if (passkey === null || passkey.userId !== userId) return false
  const answered = await verify(ctx, passkey, credential)
  if (answered === null) return false
  const { challenge, signCount } = answered
  const [spent] = await tx.batch([
    insertAnswered({
      ...passkey,
      id: uuidv7(),
      tokenHash: hashOfChallenge(challenge),
      createdAt: ctx.now,
      expiresAt: new Date(ctx.now.getTime() + CHALLENGE_VALID_MS),
    }),
    markPasskeyUsed(passkey, signCount, ctx.now),
  ])
  return spent === 1
}

export const idOf = ({ id }: Assertion): Buffer => Buffer.from(id, 'base64url')

async function verify(
  ctx: Call,
  { userId, publicKey, signCount }: StoredPasskey,
  { id, rawId, type, response }: Assertion,
): Promise<{ challenge: string; signCount: number } | null> {
  const party = partyOf(ctx)
  const { userHandle, ...signed } = response
  if (userHandle && userHandle !== userHandleOf(userId)) return null
  let answered = ''
  const verified = await verifyAuthenticationResponse({
    response: { id, rawId, type, clientExtensionResults: {}, response: signed },
    expectedChallenge: (challenge) => {
      answered = challenge
      return isOwnChallenge(ctx.credentials.passkeyKey, ceremony, { challenge, now: ctx.now })
    },
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    // A counter that does not move on (a copied authenticator) is refused there.
    credential: { id, publicKey: new Uint8Array(publicKey), counter: signCount },
    requireUserVerification: true,
  }).catch(() => null)
  return verified?.verified ? { challenge: answered, signCount: verified.authenticationInfo.newCounter } : null
}
