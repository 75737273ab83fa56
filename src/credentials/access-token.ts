import { sign, verify } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { decodeBase64url } from './base64url.ts'
import type { SigningKey, VerificationKey } from './signing-key.ts'

export interface TokenSigner {
  sign(subject: { sub: string; sid: string }, now: Date): SignedToken
}

/** `expiresIn` in seconds. */
export interface SignedToken {
  token: string
  expiresIn: number
  expiresAt: Date
}

export interface TokenVerifier {
  verify(token: string, now: Date): TokenVerdict
}

export type TokenVerdict = { ok: true; claims: AccessClaims } | { ok: false; reason: 'malformed' | 'expired' }

export type AccessClaims = Readonly<z.infer<ReturnType<typeof claimsOf>>>

interface Parties {
  issuer: string
  audience: string
}

const MAX_TOKEN_LENGTH = 4096
const MAX_CLOCK_SKEW_MS = 5000
const REMEMBERED_TOKENS = 20_000
const KEY_LENGTH = 32

/** The first key signs; the others are on their way in or out. */
export function createTokenSigner(options: Parties & { keys: readonly SigningKey[]; ttlSeconds: number }): TokenSigner {
  const { issuer: iss, audience: aud, ttlSeconds } = options
  const [key] = options.keys
  if (!key) throw new RangeError('A token signer needs a key.')
  const header = headerOf(key.kid)
  return {
    sign({ sub, sid }, now) {
      const iat = Math.floor(now.getTime() / 1000)
      const exp = iat + ttlSeconds
      const jti = uuidv7({ msecs: now.getTime() })
      const input = `${header}.${encodeJson({ iss, aud, sub, sid, iat, exp, jti })}`
      const signature = sign(null, Buffer.from(input), key.privateKey).toString('base64url')
      return { token: `${input}.${signature}`, expiresIn: ttlSeconds, expiresAt: new Date(exp * 1000) }
    },
  }
}

/**
 * Synchronous on purpose: WebCrypto shares its threads with password hashing and would wait behind it.
 * What is remembered is only that a token is authentic, by its exact text; its time is judged at every call.
 * Retiring a key means a new verifier, whose memory is empty.
 */
export function createTokenVerifier(options: Parties & { keys: readonly VerificationKey[] }): TokenVerifier {
  const keyByHeader = new Map(options.keys.map(({ kid, publicKey }) => [headerOf(kid), publicKey]))
  const claimsSchema = claimsOf(options)
  const authentic = new LRUCache<string, { token: string; claims: AccessClaims }>({ max: REMEMBERED_TOKENS })

  function authenticate(token: string): AccessClaims | null {
    const payload = token.length <= MAX_TOKEN_LENGTH ? signedPayload(token, keyByHeader) : null
    const claims = payload && claimsSchema.safeParse(parseOwnJson(payload)).data
    return claims ? Object.freeze(claims) : null
  }

  return {
    verify(token, now) {
      // Found by the end of its signature, as hashing all of it costs more than the comparison that decides.
      const end = token.slice(-KEY_LENGTH)
      const known = authentic.get(end)
      const claims = known?.token === token ? known.claims : authenticate(token)
      if (!claims) return { ok: false, reason: 'malformed' }
      const reason = untimely(claims, now.getTime())
      if (reason === 'expired') authentic.delete(end)
      else if (known?.token !== token) authentic.set(end, { token, claims })
      return reason ? { ok: false, reason } : { ok: true, claims }
    },
  }
}

type KeysByHeader = ReadonlyMap<string, VerificationKey['publicKey']>

/** The payload's bytes once the signature over them holds: nothing that a stranger wrote is ever parsed. */
function signedPayload(token: string, keyByHeader: KeysByHeader): Buffer | null {
  const [header = '', payload = '', encodedSignature = '', ...rest] = token.split('.')
  const key = keyByHeader.get(header)
  const signature = decodeBase64url(encodedSignature)
  if (!key || !signature || rest.length > 0) return null
  const input = token.slice(0, header.length + 1 + payload.length)
  return verify(null, Buffer.from(input), key, signature) ? decodeBase64url(payload) : null
}

/**
 * A header is recognised by its exact text, never interpreted: only this server signs for this audience, so any
 * other algorithm, type, key, parameter or spelling is not ours (RFC 8725 §3.1, §3.11).
 */
function headerOf(kid: string): string {
  return encodeJson({ alg: 'EdDSA', typ: 'at+jwt', kid })
}

function claimsOf({ issuer, audience }: Parties) {
  const seconds = z.int().positive()
  return z
    .object({
      iss: z.literal(issuer),
      aud: z.literal(audience),
      sub: z.uuid(),
      sid: z.uuid(),
      jti: z.uuid(),
      iat: seconds,
      exp: seconds,
      nbf: seconds.optional(),
    })
    .refine(({ iat, exp }) => iat < exp)
}

/** Worded so that a time that cannot be told (NaN) is refused. */
function untimely({ iat, nbf = iat, exp }: AccessClaims, now: number): 'malformed' | 'expired' | null {
  if (!(now < exp * 1000)) return 'expired'
  return Math.max(iat, nbf) * 1000 <= now + MAX_CLOCK_SKEW_MS ? null : 'malformed'
}

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Undefined for any JSON that this server would have spelled otherwise, a member given twice among them. */
function parseOwnJson(bytes: Buffer): unknown {
  const text = bytes.toString()
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}
