import { hash, sign } from 'node:crypto'
import { deriveKey } from './master-key.ts'
import { noteVerifierOf, trailName } from './signed-note.ts'
import type { NoteVerifier } from './signed-note.ts'
import { rawPublicKey, signingKeyFromSeed } from './signing-key.ts'

/** What makes the trail provable: a key pair for its checkpoints, and marks that only a server can make. */
export interface TrailKey extends NoteVerifier {
  /** @param text whole lines */
  sign(text: string): Buffer
  /** Says that a server wrote the event, and not somebody at the database. */
  markOfEvent(leaf: Buffer): Buffer
  /** Says that a server gave this event this place. */
  markOfSeal(seal: { orgId: string; sequence: number; eventId: string; leaf: Buffer }): Buffer
}

const MARK_BYTES = 16

export function createTrailKey(masterKey: Buffer): TrailKey {
  const { privateKey, publicKey } = signingKeyFromSeed(deriveKey(masterKey, 'audit checkpoint signing 1'))
  const raw = rawPublicKey(publicKey)
  const verifier = noteVerifierOf(trailName(raw), raw)
  const hmac = hmacWith(deriveKey(masterKey, 'audit event marks 1'))
  const mark = (purpose: string, leaf: Buffer): Buffer =>
    hmac(Buffer.concat([Buffer.from(purpose), leaf])).subarray(0, MARK_BYTES)
  return {
    ...verifier,
    sign: (text) => sign(null, Buffer.from(text), privateKey),
    markOfEvent: (leaf) => mark('event\n', leaf),
    markOfSeal: ({ orgId, sequence, eventId, leaf }) => mark(`seal\n${orgId}\n${sequence}\n${eventId}\n`, leaf),
  }
}

const BLOCK_BYTES = 64
const HASH_BYTES = 32

/** As a string of bytes: a buffer that Node makes itself takes longer than the hash. */
const sha256 = (data: Buffer): string => hash('sha256', data, 'binary')

/** HMAC-SHA-256 (RFC 2104) of whole messages: two hashes at once are several times faster than Node's HMAC, which is made for streams. */
export function hmacWith(key: Buffer): (message: Buffer) => Buffer {
  const padded = (byte: number): Buffer => Buffer.alloc(BLOCK_BYTES).map((_, i) => (key[i] ?? 0) ^ byte) as Buffer
  const inner = padded(0x36)
  const outer = Buffer.concat([padded(0x5c)], BLOCK_BYTES + HASH_BYTES)
  return (message) => {
    outer.write(sha256(Buffer.concat([inner, message])), BLOCK_BYTES, 'latin1')
    return Buffer.from(sha256(outer), 'latin1')
  }
}
