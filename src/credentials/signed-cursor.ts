import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeBase64url } from './base64url.ts'

const TAG_BYTES = 32

/** A place to go on from that only we can make, good for the same question by the same asker. */
export function signCursor(key: Buffer, place: unknown, boundTo: string): string {
  const payload = Buffer.from(JSON.stringify(place))
  return Buffer.concat([tagOf(key, payload, boundTo), payload]).toString('base64url')
}

/** @returns null when it was changed, made elsewhere, or belongs to another question or asker */
export function openCursor(key: Buffer, cursor: string, boundTo: string): unknown {
  const bytes = decodeBase64url(cursor)
  if (!bytes || bytes.length <= TAG_BYTES) return null
  const payload = bytes.subarray(TAG_BYTES)
  if (!timingSafeEqual(bytes.subarray(0, TAG_BYTES), tagOf(key, payload, boundTo))) return null
  return JSON.parse(payload.toString())
}

/** The length of what comes first keeps the two apart. */
const tagOf = (key: Buffer, payload: Buffer, boundTo: string): Buffer =>
  createHmac('sha256', key).update(`${payload.length}:`).update(payload).update(boundTo).digest()
