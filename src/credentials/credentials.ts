import { createFirstStart } from './first-start.ts'
import type { FirstStart } from './first-start.ts'
import { createKeyring } from './keyring.ts'
import type { Keyring } from './keyring.ts'
import { deriveKey } from './master-key.ts'
import { createPasswordHasher } from './password-hash.ts'
import type { PasswordHasher } from './password-hash.ts'
import { createTrailKey } from './trail-key.ts'
import type { TrailKey } from './trail-key.ts'
import { createTurns } from './turns.ts'
import type { Turns } from './turns.ts'

/** All that proves who someone is, made from the one master key. */
export interface Credentials extends Keyring {
  readonly hasher: PasswordHasher
  readonly recoveryPepper: Buffer
  readonly refreshKey: Buffer
  readonly cursorKey: Buffer
  readonly passkeyKey: Buffer
  /** Of the hashes under which tries are counted and devices known. */
  readonly triesKey: Buffer
  /** Sign-ins to one account, so that many right ones at once do not look like many tries. */
  readonly signInTurns: Turns
  readonly trailKey: TrailKey
  readonly firstStart: FirstStart
}

interface Options {
  readonly masterKey: Buffer
  /** Both issuer and audience of the tokens. */
  readonly issuer: string
  readonly accessTokenTtlSeconds: number
}

export function createCredentials(options: Options): Credentials {
  const { masterKey } = options
  // Not a copy: its keys change.
  return Object.assign(createKeyring(options), {
    hasher: createPasswordHasher(),
    recoveryPepper: deriveKey(masterKey, 'recovery codes 1'),
    refreshKey: deriveKey(masterKey, 'refresh tokens 1'),
    cursorKey: deriveKey(masterKey, 'list cursors 1'),
    passkeyKey: deriveKey(masterKey, 'passkey challenges 1'),
    triesKey: deriveKey(masterKey, 'sign-in tries 1'),
    signInTurns: createTurns({ parallel: 2, waiting: 100 }),
    trailKey: createTrailKey(masterKey),
    firstStart: createFirstStart(),
  })
}
