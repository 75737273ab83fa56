import { v7 as uuidv7 } from 'uuid'
import type { House } from '../app.ts'
import type { Call, Context, Tick } from '../context.ts'
import type { Tenancy } from '../database/tenancy.ts'
import type { Credentials } from '../credentials/credentials.ts'
import { hashOfNobody } from '../credentials/password-hash.ts'
import { tickOf } from '../jobs/tick.ts'
import { reachOf } from '../policy/operations.ts'
import type { Operation } from '../policy/operations.ts'
import { scopeOf } from '../policy/scope-of.ts'
import type { Principal } from '../types/principal.ts'
import type { Character } from './cast.ts'

/** Somebody of the play who has an account. */
export interface Player extends Character {
  readonly id: string
  readonly orgId: string
  readonly settings: Principal['settings']
  mfaEnabled: boolean
  session: { readonly id: string; readonly since: Date } | null
  away: boolean
  /** What they see of the database while all that they do is one transaction. */
  inOne: Tenancy | null
}

/** The server's own rooms, on any day: what is played goes through the same services as a call does. */
export interface Stage {
  readonly house: House
  readonly end: Date
  /** A call by nobody known yet. */
  call(at: Date, from: From, credentials?: Credentials): Call
  /** Somebody's call of an operation, within the session that they have. */
  as(player: Player, at: Date, operation: Operation): Context
  /** Work of one person, in one transaction: for who does much. */
  inOne(player: Player, work: () => Promise<void>): Promise<void>
  tick(at: Date): Tick
  /** Checks no password, and hashes none: everybody is who they say. */
  readonly trusting: Credentials
  /** Takes no password. */
  readonly doubting: Credentials
}

export type From = Pick<Character, 'address' | 'userAgent'>

const HOURS_12 = 12 * 3_600_000
const quiet = { debug: () => undefined, warn: () => undefined, error: () => undefined }

export function createStage(house: House, end: Date): Stage {
  const standing = { ...house.standing, changed: () => undefined }
  const hashes = { hash: async () => hashOfNobody(), needsRehash: () => false }
  const trusting = { ...house.credentials, hasher: { ...hashes, verify: async () => true } }
  const doubting = { ...house.credentials, hasher: { ...hashes, verify: async () => false } }
  const call: Stage['call'] = (now, { address, userAgent }, credentials = trusting) => ({
    requestId: uuidv7(),
    now,
    address,
    userAgent,
    ifMatch: null,
    settings: house.settings,
    credentials,
    identity: house.identity,
    standing,
  })
  return {
    house,
    end,
    call,
    trusting,
    doubting,
    as(player, at, operation) {
      const reach = reachOf(operation, player.role)
      if (reach === null) throw new Error(`${player.role} may not ${operation}: the play is wrong`)
      const principal = principalOf(player, at)
      const db = player.inOne ?? house.database.within(scopeOf(principal, null))
      const retention = () => house.database.within({ as: 'retention', userId: principal.userId })
      return { ...call(at, player), principal, reach, db, retention }
    },
    inOne: (player, work) =>
      house.database.within(scopeOf(principalOf(player, end), null)).transaction(async (tx) => {
        const whole: Tenancy = {
          ...tx,
          transaction: (steps) => steps(tx),
          async errand({ ask, follow }) {
            const next = follow(await tx.batch(ask(true)), true)
            if (next === null) throw new Error('an errand was not run alone: the play is wrong')
            return next.told(await tx.batch(next.statements))
          },
          copy: () => Promise.reject(new Error('no export is played')),
        }
        player.inOne = whole
        await work()
        player.inOne = null
      }),
    tick: (at) => ({ ...tickOf({ ...house, clock: () => at }, quiet), standing }),
  }
}

function principalOf(player: Player, at: Date): Principal {
  if (player.session === null) throw new Error(`${player.email} is not signed in: the play is wrong`)
  const since = player.session.since.toISOString()
  return {
    userId: player.id,
    email: player.email,
    role: player.role,
    userStatus: 'active',
    mfaEnabled: player.mfaEnabled,
    orgId: player.orgId,
    orgType: player.company === null ? 'mss_provider' : 'customer',
    orgStatus: 'active',
    settings: player.settings,
    sessionId: player.session.id,
    sessionExpiresAt: new Date(player.session.since.getTime() + HOURS_12).toISOString(),
    lastUsedAt: at.toISOString(),
    mfaAt: player.mfaEnabled ? since : null,
    // Whoever does what needs a fresh proof has just given it: the play does not stop for that.
    provedAt: at.toISOString(),
  }
}
