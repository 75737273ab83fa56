import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** What WebAuthn's flags say: somebody was there, the authenticator knew them, and a new credential comes along (§6.1). */
const PRESENT = 0x01
const VERIFIED = 0x04
const NEW_CREDENTIAL = 0x40

interface Circumstances {
  origin?: string
  rpId?: string
  verified?: boolean
  type?: string
}

/** An authenticator in software, with one passkey: for all that a browser would never send. */
export interface Authenticator {
  readonly id: string
  create(options: { challenge: string }, than?: Circumstances): Record<string, any>
  get(
    options: { challenge: string },
    than?: Circumstances & { count?: number; userHandle?: string },
  ): Record<string, any>
}

export function createAuthenticator(publicUrl: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  const { origin: ownOrigin, hostname } = new URL(publicUrl)
  let counter = 0

  const clientData = (type: string, challenge: string, { origin = ownOrigin, type: other = type }: Circumstances) =>
    Buffer.from(JSON.stringify({ type: other, challenge, origin, crossOrigin: false }))
  const head = ({ rpId = hostname, verified = true }: Circumstances, flags: number, count: number): Buffer => {
    const counted = Buffer.alloc(4)
    counted.writeUInt32BE(count)
    return Buffer.concat([sha256(rpId), Buffer.from([flags | PRESENT | (verified ? VERIFIED : 0)]), counted])
  }
  const shell = { id, rawId: id, type: 'public-key', clientExtensionResults: {} }

  return {
    id,
    create({ challenge }, than = {}) {
      const attested = Buffer.concat([
        Buffer.alloc(16),
        Buffer.from([0, credentialId.length]),
        credentialId,
        coseKey(x, y),
      ])
      const authData = Buffer.concat([head(than, NEW_CREDENTIAL, counter), attested])
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3]),
        cborText('fmt'),
        cborText('none'),
        cborText('attStmt'),
        Buffer.from([0xa0]),
        cborText('authData'),
        cborBytes(authData),
      ])
      const response = {
        clientDataJSON: clientData('webauthn.create', challenge, than).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      }
      return { ...shell, authenticatorAttachment: 'platform', response }
    },
    get({ challenge }, than = {}) {
      counter += 1
      const data = clientData('webauthn.get', challenge, than)
      const authData = head(than, 0, than.count ?? counter)
      const signature = sign('sha256', Buffer.concat([authData, sha256(data)]), privateKey)
      const response = {
        clientDataJSON: data.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(than.userHandle !== undefined && { userHandle: than.userHandle }),
      }
      return { ...shell, response }
    },
  }
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()

/** RFC 8949: a byte or text string of up to 65,535 bytes. */
function cborString(major: number, bytes: Buffer): Buffer {
  const { length } = bytes
  if (length < 24) return Buffer.concat([Buffer.from([major | length]), bytes])
  if (length < 256) return Buffer.concat([Buffer.from([major | 24, length]), bytes])
  return Buffer.concat([Buffer.from([major | 25, length >> 8, length & 255]), bytes])
}
const cborBytes = (bytes: Buffer): Buffer => cborString(0x40, bytes)
const cborText = (text: string): Buffer => cborString(0x60, Buffer.from(text))

/** RFC 9053: kty EC2, alg ES256, crv P-256, x, y. */
const coseKey = (x: string, y: string): Buffer =>
  Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    cborBytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    cborBytes(Buffer.from(y, 'base64url')),
  ])
