import { hash, parseOptions, verify } from '@node-rs/argon2'
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { createBoundedQueue } from './bounded-queue.ts'

/** Passwords arrive normalised to NFC and bounded in length. Every method may throw PasswordQueueFullError. */
export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** A null hash, for an account that does not exist, costs the same work and is never right. */
  verify(hash: string | null, password: string): Promise<boolean>
  needsRehash(hash: string): boolean
}

export class PasswordQueueFullError extends Error {
  override name = 'PasswordQueueFullError'
}

const passwordQueueFull = (): Error => new PasswordQueueFullError('Too many passwords are waiting to be checked.')

/** argon2id, version 1.3, at OWASP's minimum: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: 2, version: 1, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const
const SALT_BYTES = 16

/** A core stays free to serve requests, and one of libuv's four threads for files and name look-ups. */
const DEFAULT_PARALLEL = Math.max(1, Math.min(availableParallelism() - 1, 3))

export function createPasswordHasher({ parallel = DEFAULT_PARALLEL, queue = 60 } = {}): PasswordHasher {
  const turns = createBoundedQueue({ parallel, waiting: queue, full: passwordQueueFull })
  const nobody = hashOfNobody()
  return {
    hash: (password) => turns.run(() => hash(Buffer.from(password), PARAMETERS)),
    async verify(stored, password) {
      const right = await turns.run(() => verify(stored ?? nobody, Buffer.from(password)))
      return right && stored !== null
    },
    needsRehash,
  }
}

/** A hash with the current parameters that no password has: its tag is random. */
export function hashOfNobody(): string {
  const { memoryCost, timeCost, parallelism, outputLen } = PARAMETERS
  const [salt, tag] = [SALT_BYTES, outputLen].map((size) => randomBytes(size).toString('base64').replace(/=+$/, ''))
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${tag}`
}

function needsRehash(stored: string): boolean {
  return !isDeepStrictEqual(parseOptions(stored), { ...PARAMETERS, saltLen: SALT_BYTES })
}
