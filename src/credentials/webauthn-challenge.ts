import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { decodeBase64url } from './base64url.ts'

/** What an authenticator is asked to sign: to make a passkey of a person, or to use one. */
export interface Ceremony {
  readonly purpose: 'create' | 'get'
  /** For whom; empty while nobody is known. */
  readonly subject: string
}

export const CHALLENGE_VALID_MS = 5 * 60_000
const TIME_BYTES = 6
const RANDOM_BYTES = 16
const MAC_BYTES = 32

/**
 * Carries when it ends and the proof that this server made it, so that nothing is stored of those that are never answered. That it
 * is answered once is for the database to say, by `hashOfChallenge`.
 */
export function newChallenge(key: Buffer, ceremony: Ceremony, now: Date): Buffer {
  const claims = Buffer.alloc(TIME_BYTES + RANDOM_BYTES)
  claims.writeUIntBE(now.getTime() + CHALLENGE_VALID_MS, 0, TIME_BYTES)
  randomBytes(RANDOM_BYTES).copy(claims, TIME_BYTES)
  return Buffer.concat([claims, macOf(key, ceremony, claims)])
}

/** Whether it is one of ours, for this ceremony, and not over. */
export function isOwnChallenge(
  key: Buffer,
  ceremony: Ceremony,
  { challenge, now }: { challenge: string; now: Date },
): boolean {
  const bytes = decodeBase64url(challenge)
  if (bytes?.length !== TIME_BYTES + RANDOM_BYTES + MAC_BYTES) return false
  const claims = bytes.subarray(0, -MAC_BYTES)
  if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), macOf(key, ceremony, claims))) return false
  return now.getTime() < claims.readUIntBE(0, TIME_BYTES)
}

export const hashOfChallenge = (challenge: string): Buffer => hash('sha256', challenge, 'buffer')

const macOf = (key: Buffer, { purpose, subject }: Ceremony, claims: Buffer): Buffer =>
  createHmac('sha256', key).update(`${purpose} ${subject} `).update(claims).digest()
