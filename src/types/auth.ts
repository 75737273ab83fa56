import { z } from 'zod'
import { Organization } from './organization.ts'
import { Assertion } from './passkey.ts'
import { email, text, uuid } from './text.ts'
import { User } from './user.ts'
import { OrganizationType, Role } from './vocabulary.ts'

/** Capped before it is hashed; what a new one must be like is for `policy/password-rules.ts`. */
const password = z.string().min(1, 'Must not be empty').max(1024, 'Must have at most 1024 characters')
const secret = z.string().min(1, 'Must not be empty').max(4096, 'Must have at most 4096 characters')
const code = z.string().min(1, 'Must not be empty').max(64, 'Must have at most 64 characters')
const name = text({ max: 100 })

/** Where the refresh token travels: in the body, or in a cookie that no script can read. */
export const Transport = z.strictObject({ transport: z.literal('cookie').optional() })
export type Transport = z.infer<typeof Transport>

export const SignIn = z.strictObject({ email, password }).meta({ id: 'SignIn' })
export type SignIn = z.infer<typeof SignIn>

export const secondFactors = ['totp', 'recovery_code'] as const
export const SecondFactor = z.enum(secondFactors)
export type SecondFactor = z.infer<typeof SecondFactor>

export const VerifySecondFactor = z
  .discriminatedUnion('method', [
    z.strictObject({ challengeToken: secret, method: SecondFactor, code }),
    z.strictObject({ challengeToken: secret, method: z.literal('passkey'), credential: Assertion }),
  ])
  .meta({ id: 'VerifySecondFactor' })
export type VerifySecondFactor = z.infer<typeof VerifySecondFactor>

const tokenPair = {
  accessToken: z.string(),
  /** Absent where it travels as a cookie. */
  refreshToken: z.string().optional(),
  /** Seconds for which the access token is good. */
  expiresIn: z.int(),
  tokenType: z.literal('Bearer'),
}

export const TokenPair = z.object(tokenPair).meta({ id: 'TokenPair' })
export type TokenPair = z.infer<typeof TokenPair>

export const SignedIn = z.object({ ...tokenPair, user: User }).meta({ id: 'SignedIn' })
export type SignedIn = z.infer<typeof SignedIn>

export const MfaRequired = z
  .object({
    mfaRequired: z.literal(true),
    challengeToken: z.string(),
    methods: z.array(z.enum([...secondFactors, 'passkey'])),
  })
  .meta({ id: 'MfaRequired' })
export type MfaRequired = z.infer<typeof MfaRequired>

export const MfaEnrollmentRequired = z
  .object({ mfaEnrollmentRequired: z.literal(true), enrollmentToken: z.string() })
  .meta({ id: 'MfaEnrollmentRequired' })
export type MfaEnrollmentRequired = z.infer<typeof MfaEnrollmentRequired>

export const SignInOutcome = z.union([SignedIn, MfaRequired, MfaEnrollmentRequired])
export type SignInOutcome = z.infer<typeof SignInOutcome>

export const MfaSetup = z
  .object({ secret: z.string(), otpauthUrl: z.string(), qrCode: z.string() })
  .meta({ id: 'MfaSetup' })
export type MfaSetup = z.infer<typeof MfaSetup>

export const FactorCode = z.strictObject({ code }).meta({ id: 'FactorCode' })

/** One of them: a code, a passkey, or the password where no second factor is set up. */
export const StepUp = z
  .union([z.strictObject({ code }), z.strictObject({ credential: Assertion }), z.strictObject({ password })])
  .meta({ id: 'StepUp' })
export type StepUp = z.infer<typeof StepUp>

export const SteppedUp = z
  .object({ provedAt: z.iso.datetime(), freshUntil: z.iso.datetime() })
  .meta({ id: 'SteppedUp' })
export type SteppedUp = z.infer<typeof SteppedUp>

export const ChangePassword = z
  .strictObject({ currentPassword: password, newPassword: password })
  .meta({ id: 'ChangePassword' })
export type ChangePassword = z.infer<typeof ChangePassword>

export const ForgottenPassword = z.strictObject({ email }).meta({ id: 'ForgottenPassword' })
export type ForgottenPassword = z.infer<typeof ForgottenPassword>

/** The same for every address. */
export const PasswordRequested = z.object({ requested: z.literal(true) }).meta({ id: 'PasswordRequested' })
export type PasswordRequested = z.infer<typeof PasswordRequested>

export const ResetPassword = z.strictObject({ token: secret, newPassword: password }).meta({ id: 'ResetPassword' })
export type ResetPassword = z.infer<typeof ResetPassword>

export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' })
export type RecoveryCodes = z.infer<typeof RecoveryCodes>

/** With tokens for who could not sign in before this was done. */
export const MfaEnabled = z.object({ ...RecoveryCodes.shape, ...SignedIn.partial().shape }).meta({ id: 'MfaEnabled' })
export type MfaEnabled = z.infer<typeof MfaEnabled>

export const DisableMfa = z.strictObject({ password, code }).meta({ id: 'DisableMfa' })
export type DisableMfa = z.infer<typeof DisableMfa>

export const MfaDisabled = z.object({ mfaEnabled: z.literal(false) }).meta({ id: 'MfaDisabled' })
export type MfaDisabled = z.infer<typeof MfaDisabled>

/** No body where the token travels as a cookie. */
export const Refresh = z.strictObject({ refreshToken: secret.optional() }).nullable().meta({ id: 'Refresh' })

export const Session = z
  .object({
    id: z.guid(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

export const BySession = z.strictObject({ sessionId: uuid })

/** How many sessions were ended. */
export const SessionsEnded = z.object({ revoked: z.int() }).meta({ id: 'SessionsEnded' })
export type SessionsEnded = z.infer<typeof SessionsEnded>

export const ByToken = z.strictObject({ token: z.string() })

export const Invitation = z
  .object({
    email: z.string(),
    organization: z.object({ id: z.guid(), name: z.string(), type: OrganizationType }),
    role: Role,
    expiresAt: z.iso.datetime(),
    invitedBy: z.object({ firstName: z.string(), lastName: z.string() }).optional(),
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof Invitation>

export const AcceptInvitation = z
  .strictObject({ password, firstName: name.optional(), lastName: name.optional() })
  .meta({ id: 'AcceptInvitation' })
export type AcceptInvitation = z.infer<typeof AcceptInvitation>

export const BootstrapState = z.object({ required: z.boolean() }).meta({ id: 'BootstrapState' })
export type BootstrapState = z.infer<typeof BootstrapState>

export const Bootstrap = z
  .strictObject({
    token: secret,
    email,
    password,
    firstName: name,
    lastName: name,
    providerName: text({ max: 200 }),
  })
  .meta({ id: 'Bootstrap' })
export type Bootstrap = z.infer<typeof Bootstrap>

export const Bootstrapped = z.object({ organization: Organization, user: User }).meta({ id: 'Bootstrapped' })
export type Bootstrapped = z.infer<typeof Bootstrapped>

/** RFC 7517, with the members of RFC 8037 §2. */
export const Jwks = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        alg: z.literal('EdDSA'),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'Jwks' })
