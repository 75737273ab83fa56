import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { decodeBase64url } from './base64url.ts'

export interface SealingKey {
  id: string
  key: Buffer
}

export class SecretBoxError extends Error {
  override name = 'SecretBoxError'
  readonly reason: 'malformed' | 'unknown_key' | 'mismatch'

  constructor(reason: SecretBoxError['reason']) {
    super(`A sealed secret could not be opened: ${reason}.`)
    this.reason = reason
  }
}

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_ID = /^[\w-]{1,64}$/
const SEALED = /^v1\.([\w-]{1,64})\.([\w-]+)$/

/** `boundTo` names the place that the secret belongs to (table, column, row): moved elsewhere, it does not open. */
export function seal({ id, key }: SealingKey, plaintext: Buffer | string, boundTo: string): string {
  if (!KEY_ID.test(id)) throw new TypeError('A sealing key id is 1 to 64 letters, digits, "_" or "-".')
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(associatedData(id, boundTo))
  const plain = typeof plaintext === 'string' ? Buffer.from(plaintext) : plaintext
  const body = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return `v1.${id}.${body.toString('base64url')}`
}

/** @throws SecretBoxError when the key is unknown, the text was changed or it is bound to another place */
export function open(keys: readonly SealingKey[], sealed: string, boundTo: string): Buffer {
  const [, id = '', encoded = ''] = SEALED.exec(sealed) ?? []
  const body = decodeBase64url(encoded)
  if (!body || body.length < IV_BYTES + TAG_BYTES) throw new SecretBoxError('malformed')
  const key = keys.find((candidate) => candidate.id === id)
  if (!key) throw new SecretBoxError('unknown_key')
  return decrypt(key, body, boundTo)
}

function decrypt({ id, key }: SealingKey, body: Buffer, boundTo: string): Buffer {
  const decipher = createDecipheriv(CIPHER, key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(associatedData(id, boundTo))
    .setAuthTag(body.subarray(-TAG_BYTES))
  const plain = decipher.update(body.subarray(IV_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    throw new SecretBoxError('mismatch')
  }
}

// A key id holds no dot, so no two pairs of id and place read the same.
function associatedData(keyId: string, boundTo: string): Buffer {
  return Buffer.from(`v1.${keyId}.${boundTo}`)
}
