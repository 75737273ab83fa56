import { api, ask, remember } from './client.ts'
import type { Schemas } from './client.ts'

const asCookie = { query: { transport: 'cookie' } } as const

export type SignInOutcome = Schemas['SignedIn'] | Schemas['MfaRequired'] | Schemas['MfaEnrollmentRequired']

/** Ends with an access token, or with what is still to be given first. */
async function entering<T extends object>(answering: Promise<T>): Promise<T> {
  const answer = await answering
  if ('accessToken' in answer && typeof answer.accessToken === 'string') remember(answer.accessToken)
  return answer
}

export const isBootstrapRequired = async (): Promise<boolean> => (await ask(api.GET('/api/auth/bootstrap'))).required

export const bootstrap = (body: Schemas['BootstrapInput']) => ask(api.POST('/api/auth/bootstrap', { body }))

export const signIn = ({ email, password }: { email: string; password: string }): Promise<SignInOutcome> =>
  entering(ask(api.POST('/api/auth/login', { params: asCookie, body: { email, password } })))

export const giveSecondFactor = (body: Schemas['VerifySecondFactorInput']) =>
  entering(ask(api.POST('/api/auth/mfa/verify', { params: asCookie, body })))

export const stepUp = (body: Schemas['StepUpInput']) => ask(api.POST('/api/auth/step-up', { body }))

const bearer = (token?: string) => (token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })

export const beginFactor = (token?: string) => ask(api.POST('/api/auth/mfa/setup', bearer(token)))

export const confirmFactor = (code: string, token?: string) =>
  entering(ask(api.POST('/api/auth/mfa/enable', { params: asCookie, body: { code }, ...bearer(token) })))

export const readInvitation = (token: string) =>
  ask(api.GET('/api/auth/invitations/{token}', { params: { path: { token } } }))

export const acceptInvitation = (token: string, body: Schemas['AcceptInvitationInput']) =>
  ask(api.POST('/api/auth/invitations/{token}/accept', { params: { path: { token } }, body }))

export const forgetPassword = (body: { email: string }) => ask(api.POST('/api/auth/password/forgot', { body }))

export const resetPassword = (body: { token: string; newPassword: string }) =>
  ask(api.POST('/api/auth/password/reset', { body }))

export async function signOut(): Promise<void> {
  await ask(api.POST('/api/auth/logout', { params: asCookie }))
  remember(null)
}
