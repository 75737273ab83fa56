import { createTokenSigner, createTokenVerifier } from './access-token.ts'
import type { TokenSigner, TokenVerifier } from './access-token.ts'
import { generationsInUse } from './key-generations.ts'
import type { KeyGeneration } from './key-generations.ts'
import { deriveKey } from './master-key.ts'
import type { SealingKey } from './secret-box.ts'
import { jwks, signingKeyFromSeed } from './signing-key.ts'
import type { PublicJwk, SigningKey } from './signing-key.ts'

/** The keys of today, which change while the server runs. */
export interface Keyring {
  readonly signer: TokenSigner
  readonly verifier: TokenVerifier
  readonly jwks: { keys: PublicJwk[] }
  /** The first seals; all open. */
  readonly sealing: readonly [SealingKey, ...SealingKey[]]
  /** Takes up what the database says of its generations. */
  adopt(generations: Generations, now: Date): void
}

export interface Generations {
  readonly signing: readonly KeyGeneration[]
  readonly sealing: readonly KeyGeneration[]
}

interface Options {
  readonly masterKey: Buffer
  /** Both issuer and audience of the tokens. */
  readonly issuer: string
  readonly accessTokenTtlSeconds: number
}

interface Signing {
  /** Of which generations. */
  readonly known: string
  readonly signer: TokenSigner
  readonly verifier: TokenVerifier
  readonly jwks: { keys: PublicJwk[] }
}

/** Nodes' clocks differ a little. */
const SKEW_SECONDS = 60

export function createKeyring({ masterKey, issuer, accessTokenTtlSeconds: ttlSeconds }: Options): Keyring {
  const signingKeys = new Map<number, SigningKey>()
  const parties = { issuer, audience: issuer }

  function signingKey(generation: number): SigningKey {
    const known = signingKeys.get(generation)
    if (known) return known
    const made = signingKeyFromSeed(deriveKey(masterKey, `access token signing ${generation}`))
    signingKeys.set(generation, made)
    return made
  }

  function signingOf(generations: readonly KeyGeneration[], now: Date, before?: Signing): Signing {
    const inUse = generationsInUse(generations, { now, validMs: (ttlSeconds + SKEW_SECONDS) * 1000 })
    const known = inUse.join()
    if (known === before?.known) return before
    const keys = inUse.map(signingKey)
    return {
      known,
      signer: createTokenSigner({ ...parties, keys, ttlSeconds }),
      verifier: createTokenVerifier({ ...parties, keys }),
      jwks: jwks(keys),
    }
  }

  /** Every generation opens what it sealed; also the next, as another node may have taken it up already. */
  function sealingOf(generations: readonly KeyGeneration[]): [SealingKey, ...SealingKey[]] {
    const newest = Math.max(1, ...generations.map(({ generation }) => generation))
    const older = Array.from({ length: newest - 1 }, (_, i) => sealingKey(newest - 1 - i))
    return [sealingKey(newest), sealingKey(newest + 1), ...older]
  }

  const sealingKey = (generation: number): SealingKey => ({
    id: String(generation),
    key: deriveKey(masterKey, `secrets at rest ${generation}`),
  })

  let signing = signingOf([], new Date())
  let sealing = sealingOf([])

  return {
    signer: { sign: (subject, now) => signing.signer.sign(subject, now) },
    verifier: { verify: (token, now) => signing.verifier.verify(token, now) },
    get jwks() {
      return signing.jwks
    },
    get sealing() {
      return sealing
    },
    adopt(generations, now) {
      signing = signingOf(generations.signing, now, signing)
      if (generations.sealing.length + 1 !== sealing.length) sealing = sealingOf(generations.sealing)
    },
  }
}
