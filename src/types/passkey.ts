import { z } from 'zod'
import { text, uuid } from './text.ts'

/** Bytes as WebAuthn writes them in JSON. */
const bytes = (max = 8192) =>
  z
    .string()
    .min(1, 'Must not be empty')
    .max(max, 'Must not be that long')
    .regex(/^[\w-]+$/, 'Must be base64url without padding')
const transports = z.array(z.string().max(32)).max(10)

const credential = {
  id: bytes(1400),
  rawId: bytes(1400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
  clientExtensionResults: z
    .strictObject({ credProps: z.strictObject({ rk: z.boolean().optional() }).optional() })
    .optional(),
}

/** A credential as `PublicKeyCredential.toJSON` gives it after `navigator.credentials.create`. */
const Attestation = z
  .strictObject({
    ...credential,
    response: z.strictObject({
      clientDataJSON: bytes(),
      attestationObject: bytes(65_536),
      authenticatorData: bytes().optional(),
      transports: transports.optional(),
      publicKey: bytes().optional(),
      publicKeyAlgorithm: z.int().optional(),
    }),
  })
  .meta({ id: 'PasskeyAttestation' })

/** The same after `navigator.credentials.get`. */
export const Assertion = z
  .strictObject({
    ...credential,
    response: z.strictObject({
      clientDataJSON: bytes(),
      authenticatorData: bytes(),
      signature: bytes(),
      userHandle: bytes(128).nullish(),
    }),
  })
  .meta({ id: 'PasskeyAssertion' })
export type Assertion = z.infer<typeof Assertion>

export const AddPasskey = z
  .strictObject({ name: text({ max: 100 }).optional(), credential: Attestation })
  .meta({ id: 'AddPasskey' })
export type AddPasskey = z.infer<typeof AddPasskey>

export const SignInByPasskey = z.strictObject({ credential: Assertion }).meta({ id: 'SignInByPasskey' })
export type SignInByPasskey = z.infer<typeof SignInByPasskey>

export const ByPasskey = z.strictObject({ id: uuid })

export const Passkey = z
  .object({
    id: z.guid(),
    name: z.string(),
    backedUp: z.boolean().meta({ description: 'Whether the authenticator keeps it on more than one device.' }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Passkey' })
export type Passkey = z.infer<typeof Passkey>

const descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
})

/** For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
export const PasskeyCreation = z
  .object({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    attestation: z.literal('none'),
  })
  .meta({ id: 'PasskeyCreation' })
export type PasskeyCreation = z.infer<typeof PasskeyCreation>

/** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
export const PasskeyRequest = z
  .object({
    rpId: z.string(),
    challenge: z.string(),
    timeout: z.int(),
    userVerification: z.literal('required'),
    allowCredentials: z.array(descriptor),
  })
  .meta({ id: 'PasskeyRequest' })
export type PasskeyRequest = z.infer<typeof PasskeyRequest>
