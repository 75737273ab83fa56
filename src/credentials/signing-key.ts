import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'

export interface VerificationKey {
  kid: string
  publicKey: KeyObject
}

export interface SigningKey extends VerificationKey {
  privateKey: KeyObject
}

export interface PublicJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  kid: string
  alg: 'EdDSA'
  use: 'sig'
}

const SEED_BYTES = 32
const SPKI_HEADER_BYTES = 12

/** PKCS #8 wrapping of a bare Ed25519 seed (RFC 8410 §7). */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex')

export function signingKeyFromSeed(seed: Buffer): SigningKey {
  if (seed.length !== SEED_BYTES) throw new RangeError(`An Ed25519 seed is ${SEED_BYTES} bytes.`)
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  return { kid: thumbprint(publicKey), publicKey, privateKey }
}

/** The document for `/.well-known/jwks.json` (RFC 8037 §2): public members, named one by one. */
export function jwks(keys: readonly VerificationKey[]): { keys: PublicJwk[] } {
  return {
    keys: keys.map(({ kid, publicKey }) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x: publicPoint(publicKey),
      kid,
      alg: 'EdDSA',
      use: 'sig',
    })),
  }
}

/** RFC 7638 §3.2 with the required members of RFC 8037 §2, in the order that the digest demands. */
function thumbprint(publicKey: KeyObject): string {
  return hash('sha256', JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: publicPoint(publicKey) }), 'base64url')
}

const publicPoint = (publicKey: KeyObject): string => rawPublicKey(publicKey).toString('base64url')

/** The 32 bytes of an Ed25519 public key. */
export const rawPublicKey = (publicKey: KeyObject): Buffer =>
  publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER_BYTES)
