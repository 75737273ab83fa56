import { z } from 'zod'
import * as auth from '../services/auth.service.ts'
import {
  AcceptInvitation,
  Bootstrap,
  Bootstrapped,
  BootstrapState,
  BySession,
  ByToken,
  ChangePassword,
  DisableMfa,
  FactorCode,
  ForgottenPassword,
  Invitation,
  Jwks,
  MfaDisabled,
  MfaEnabled,
  MfaSetup,
  PasswordRequested,
  RecoveryCodes,
  Refresh,
  ResetPassword,
  Session,
  SessionsEnded,
  SignedIn,
  SignIn,
  SignInOutcome,
  SteppedUp,
  StepUp,
  TokenPair,
  Transport,
  VerifySecondFactor,
} from '../types/auth.ts'
import { User } from '../types/user.ts'
import { endpoint } from './endpoint.ts'
import { passkeys } from './passkeys.ts'
import { clearCookie, onDevice, overTransport, presentedToken } from './refresh-cookie.ts'

const signingIn = [
  endpoint({
    method: 'POST',
    url: '/login',
    operation: 'auth.sign-in',
    summary: 'Sign in with a password: gives tokens, or asks for a second factor, or for setting one up',
    query: Transport,
    body: SignIn,
    data: SignInOutcome,
    handle: (given) => overTransport(given, () => auth.signIn(given.context, given.body, onDevice(given))),
  }),
  endpoint({
    method: 'POST',
    url: '/mfa/verify',
    operation: 'auth.sign-in',
    summary: 'Give the second factor: 401 `invalid_credentials` for another try, `unauthenticated` to start over',
    query: Transport,
    body: VerifySecondFactor,
    data: SignedIn,
    handle: (given) => overTransport(given, () => auth.verifySecondFactor(given.context, given.body, onDevice(given))),
  }),
  endpoint({
    method: 'POST',
    url: '/refresh',
    operation: 'auth.sign-in',
    summary: 'Exchange a refresh token for the next pair',
    query: Transport,
    body: Refresh,
    data: TokenPair,
    handle: (given) => overTransport(given, () => auth.refresh(given.context, presentedToken(given, given.body))),
  }),
]

const secondFactor = [
  endpoint({
    method: 'POST',
    url: '/mfa/setup',
    operation: 'auth.enroll',
    summary: 'A secret for an authenticator app',
    data: MfaSetup,
    handle: ({ context }) => auth.setUpMfa(context),
  }),
  endpoint({
    method: 'POST',
    url: '/mfa/enable',
    operation: 'auth.enroll',
    summary: 'Put the secret to use with its first code; who calls with an enrollment token is then signed in',
    query: Transport,
    body: FactorCode,
    data: MfaEnabled,
    handle: (given) => overTransport(given, () => auth.enableMfa(given.context, given.body.code, onDevice(given))),
  }),
  endpoint({
    method: 'POST',
    url: '/mfa/disable',
    operation: 'auth.mfa-change',
    summary: 'Give up the second factor, where policy allows it',
    body: DisableMfa,
    data: MfaDisabled,
    handle: ({ context, body }) => auth.disableMfa(context, body),
  }),
  endpoint({
    method: 'POST',
    url: '/mfa/recovery-codes',
    operation: 'auth.mfa-change',
    summary: 'New recovery codes; the old ones are void',
    body: FactorCode,
    data: RecoveryCodes,
    handle: ({ context, body }) => auth.replaceRecoveryCodes(context, body.code),
  }),
]

const proofs = [
  endpoint({
    method: 'POST',
    url: '/step-up',
    operation: 'auth.step-up',
    summary: 'Prove anew who you are, for what a session left open is not enough for (401 `step_up_required`)',
    body: StepUp,
    data: SteppedUp,
    handle: ({ context, body }) => auth.stepUp(context, body),
  }),
  endpoint({
    method: 'POST',
    url: '/password/change',
    operation: 'auth.account',
    summary: 'Change the own password; all other sessions end',
    body: ChangePassword,
    data: SessionsEnded,
    handle: ({ context, body }) => auth.changePassword(context, body),
  }),
  endpoint({
    method: 'POST',
    url: '/password/forgot',
    operation: 'auth.sign-in',
    summary: 'Ask for a link to set a new password with, by mail; the same answer for every address',
    body: ForgottenPassword,
    data: PasswordRequested,
    handle: ({ context, body }) => auth.requestPassword(context, body),
  }),
  endpoint({
    method: 'POST',
    url: '/password/reset',
    operation: 'auth.sign-in',
    summary: 'Set a new password with the token of such a link; all sessions end; then sign in',
    body: ResetPassword,
    data: SessionsEnded,
    handle: ({ context, body }) => auth.resetPassword(context, body),
  }),
]

const sessions = [
  endpoint({
    method: 'POST',
    url: '/logout',
    operation: 'auth.sign-out',
    summary: 'End this session',
    query: Transport,
    data: SessionsEnded,
    handle: (given) => clearCookie(given, () => auth.signOut(given.context)),
  }),
  endpoint({
    method: 'GET',
    url: '/sessions',
    operation: 'auth.account',
    summary: 'Own sessions, newest first',
    data: z.array(Session),
    handle: ({ context }) => auth.listSessions(context),
  }),
  endpoint({
    method: 'DELETE',
    url: '/sessions/:sessionId',
    operation: 'auth.account',
    summary: 'End one of the own sessions',
    params: BySession,
    data: SessionsEnded,
    handle: ({ context, params }) => auth.revokeSession(context, params.sessionId),
  }),
  endpoint({
    method: 'DELETE',
    url: '/sessions',
    operation: 'auth.account',
    summary: 'End all own sessions but this one',
    data: SessionsEnded,
    handle: ({ context }) => auth.revokeOtherSessions(context),
  }),
]

const arriving = [
  endpoint({
    method: 'GET',
    url: '/invitations/:token',
    operation: 'auth.sign-in',
    summary: 'What an invitation is for',
    params: ByToken,
    data: Invitation,
    handle: ({ context, params }) => auth.lookUpInvitation(context, params.token),
  }),
  endpoint({
    method: 'POST',
    url: '/invitations/:token/accept',
    operation: 'auth.sign-in',
    summary: 'Accept an invitation with a password; then sign in',
    params: ByToken,
    body: AcceptInvitation,
    data: User,
    handle: ({ context, params, body }) => auth.acceptInvitation(context, params.token, body),
  }),
  endpoint({
    method: 'GET',
    url: '/bootstrap',
    operation: 'auth.sign-in',
    summary: 'Whether this installation waits for its first super admin',
    data: BootstrapState,
    handle: ({ context }) => auth.bootstrapState(context),
  }),
  endpoint({
    method: 'POST',
    url: '/bootstrap',
    operation: 'auth.sign-in',
    summary: 'Make the provider and its first super admin, with the token that the server printed; then sign in',
    body: Bootstrap,
    data: Bootstrapped,
    status: 201,
    handle: ({ context, body }) => auth.bootstrapByToken(context, body),
  }),
]

export const authentication = [...signingIn, ...secondFactor, ...proofs, ...passkeys, ...sessions, ...arriving]

export const wellKnown = [
  endpoint({
    method: 'GET',
    url: '/.well-known/jwks.json',
    operation: 'auth.sign-in',
    summary: 'The public keys that access tokens are verified with (RFC 7517)',
    raw: true,
    data: Jwks,
    handle: ({ context }) => context.credentials.jwks,
  }),
]
