import { hash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** 43 characters carry 258 bits: the last one must leave the two spare bits zero. */
const RANDOM_PART = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/** A secret to hand out once, and what to store of it. The prefix tells its kinds apart, so that none passes for another. */
export function newToken(prefix = ''): { token: string; hash: Buffer } {
  const token = prefix + randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, hash: hashToken(token) }
}

/** SHA-256 without salt: 256 random bits cannot be guessed, and the hash is what the row is found by. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** Saves a look-up for what no `newToken(prefix)` has made. */
export function isTokenShaped(token: string, prefix = ''): boolean {
  return token.startsWith(prefix) && RANDOM_PART.test(token.slice(prefix.length))
}
