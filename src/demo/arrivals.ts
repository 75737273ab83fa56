import { v7 as uuidv7 } from 'uuid'
import { randomBytes } from 'node:crypto'
import { hashToken } from '../credentials/one-time-token.ts'
import { totpCode } from '../credentials/totp.ts'
import { absoluteEnd } from '../policy/session-rules.ts'
import { markSignedIn } from '../queries/credentials.ts'
import { insertSession } from '../queries/sessions.ts'
import { record } from '../services/audit/record.ts'
import { acceptInvitation, enableMfa, setUpMfa, signIn } from '../services/auth.service.ts'
import { inviteUser } from '../services/multi-tenant.service.ts'
import type { Character } from './cast.ts'
import type { Player, Stage } from './stage.ts'

export const PASSWORD = 'five lanterns over the harbour'
export const MINUTE = 60_000
const onDevice = { device: null, keepsCookies: false }

export const minutesAfter = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE)

interface Arrival {
  readonly player: Player
  /** Of their authenticator app; null where they need none. */
  readonly secret: string | null
}

interface Invitation {
  readonly by: Player
  readonly at: Date
  /** Their first sign-in; null for who has not answered. */
  readonly arrivesAt: Date | null
  /** Whether their password is to work. */
  readonly canSignIn?: boolean
  /** The inviter's own organization when absent. */
  readonly to?: { readonly id: string; readonly settings: Player['settings'] }
}

/** Somebody is invited, accepts, and signs in for the first time: as they would, but for the password. */
export async function invite(stage: Stage, character: Character, invitation: Invitation): Promise<Arrival | null> {
  const { by, at, arrivesAt, canSignIn = false } = invitation
  const organization = invitation.to ?? { id: by.orgId, settings: by.settings }
  const { email, firstName, lastName, role } = character
  const invited = await inviteUser(stage.as(by, at, 'users.invite'), {
    ...{ email, firstName, lastName, role },
    organizationId: organization.id,
  })
  if (arrivesAt === null) return null
  const token = invited.invitationUrl?.split('/').at(-1) ?? ''
  const call = stage.call(arrivesAt, character, canSignIn ? stage.house.credentials : stage.trusting)
  await acceptInvitation(call, token, { password: PASSWORD })
  const player: Player = {
    ...character,
    id: invited.id,
    orgId: organization.id,
    settings: organization.settings,
    mfaEnabled: false,
    session: null,
    away: false,
    inOne: null,
  }
  return { player, secret: await arrive(stage, player, minutesAfter(arrivesAt, 1)) }
}

/** The first sign-in, with a second factor set up where it is asked for. @returns its secret */
export async function arrive(stage: Stage, player: Player, at: Date): Promise<string | null> {
  // Who arrives from one office is not played in the order of time: tries that count together would not add up.
  const call = stage.call(at, player, { ...stage.trusting, triesKey: randomBytes(32) })
  const outcome = await signIn(call, { email: player.email, password: PASSWORD }, onDevice)
  if ('accessToken' in outcome) {
    player.session = { id: sessionOf(outcome.accessToken), since: at }
    return null
  }
  if (!('enrollmentToken' in outcome)) throw new Error(`${player.email} was here before: the play is wrong`)
  const enrollee = await call.standing.enrollee(hashToken(outcome.enrollmentToken), at)
  if (enrollee === null) throw new Error(`${player.email} cannot set up a second factor: the play is wrong`)
  const { secret } = await setUpMfa({ ...call, enrollee })
  const confirmedAt = minutesAfter(at, 1)
  const { accessToken } = await enableMfa(
    { ...call, now: confirmedAt, enrollee },
    totpCode(secret, confirmedAt),
    onDevice,
  )
  player.mfaEnabled = true
  player.session = { id: sessionOf(accessToken ?? ''), since: confirmedAt }
  return secret
}

const sessionOf = (accessToken: string): string =>
  (JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid

/** A later sign-in in one flight; thousands of them shall not take a minute. */
export async function signsIn(stage: Stage, player: Player, at: Date): Promise<void> {
  const { id: userId, orgId, email, role, address, userAgent } = player
  const sessionId = uuidv7()
  const call = stage.call(at, player)
  await call.identity.batch([
    insertSession({
      orgId,
      id: sessionId,
      userId,
      createdAt: at,
      expiresAt: absoluteEnd(player.company === null ? 'mss_provider' : 'customer', at),
      mfaAt: player.mfaEnabled ? at : null,
      ipAddress: address,
      userAgent,
      refreshSalt: randomBytes(32),
    }),
    markSignedIn({ orgId, userId }, at),
    record(call, {
      action: 'auth.login_succeeded',
      orgId,
      resource: { type: 'user', id: userId },
      description: `${email} signed in`,
      actor: { userId, email, role, orgId, sessionId },
      details: { by: player.mfaEnabled ? 'totp' : 'password' },
    }),
  ])
  player.session = { id: sessionId, since: at }
}

const STAYS_MS = 6 * 3_600_000

/** Signs them in a little before, unless they still are. */
export async function attends(stage: Stage, player: Player, at: Date): Promise<void> {
  const since = player.session?.since.getTime() ?? 0
  if (since <= at.getTime() && at.getTime() - since < STAYS_MS) return
  await signsIn(stage, player, minutesAfter(at, -2))
}
