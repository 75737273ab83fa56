import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeBase64url } from './base64url.ts'

/** What a refresh token says: the session, whose it is, and how often it has been refreshed. */
export interface RefreshClaims {
  readonly sessionId: string
  readonly userId: string
  readonly counter: number
}

const PREFIX = 'rt_'
const ID_BYTES = 16
const CLAIMS_BYTES = 2 * ID_BYTES + 4
const MAC_BYTES = 32

/**
 * A MAC over the claims and the session's own salt, under a key that is not in the database: nothing secret is stored
 * of it, neither the database nor the key alone can make one, and the same claims always give the same token.
 */
export function makeRefreshToken(key: Buffer, claims: RefreshClaims, salt: Buffer): string {
  const signed = encodeClaims(claims)
  return PREFIX + Buffer.concat([signed, macOf(key, signed, salt)]).toString('base64url')
}

/** What the token claims, which only `isAuthentic` can confirm; null for what cannot be one. */
export function readRefreshToken(token: string): RefreshClaims | null {
  const bytes = bytesOf(token)
  if (bytes === null) return null
  return {
    sessionId: toUuid(bytes.subarray(0, ID_BYTES)),
    userId: toUuid(bytes.subarray(ID_BYTES, 2 * ID_BYTES)),
    counter: bytes.readUInt32BE(2 * ID_BYTES),
  }
}

export function isAuthentic(key: Buffer, token: string, salt: Buffer): boolean {
  const bytes = bytesOf(token)
  if (bytes === null) return false
  return timingSafeEqual(bytes.subarray(CLAIMS_BYTES), macOf(key, bytes.subarray(0, CLAIMS_BYTES), salt))
}

function encodeClaims({ sessionId, userId, counter }: RefreshClaims): Buffer {
  const bytes = Buffer.alloc(CLAIMS_BYTES)
  bytes.write(`${sessionId}${userId}`.replaceAll('-', ''), 'hex')
  bytes.writeUInt32BE(counter, 2 * ID_BYTES)
  return bytes
}

function bytesOf(token: string): Buffer | null {
  const bytes = token.startsWith(PREFIX) ? decodeBase64url(token.slice(PREFIX.length)) : null
  return bytes?.length === CLAIMS_BYTES + MAC_BYTES ? bytes : null
}

/** Of any bytes, as a stranger may send them; the `uuid` package throws at versions that it does not know. */
const toUuid = (bytes: Buffer): string => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

// The claims have one length, so no two pairs of claims and salt read the same.
const macOf = (key: Buffer, claims: Buffer, salt: Buffer): Buffer =>
  createHmac('sha256', key).update(claims).update(salt).digest()
