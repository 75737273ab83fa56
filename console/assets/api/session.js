import { call, refresh, remember } from './client.js'

const COOKIE = '?transport=cookie'

/** Ends with an access token, or with what is still to be given first. */
async function enter(path, given) {
  const answer = await call('POST', `/api/auth/${path}${COOKIE}`, given)
  if (answer.accessToken) remember(answer.accessToken)
  return answer
}

export const isBootstrapRequired = async () => (await call('GET', '/api/auth/bootstrap')).required
export const bootstrap = (body) => call('POST', '/api/auth/bootstrap', { body })
export const signIn = ({ email, password }) => enter('login', { body: { email, password } })
export const giveSecondFactor = ({ challengeToken, method, code }) =>
  enter('mfa/verify', { body: { challengeToken, method, code: withoutSpaces(code) } })
export const giveSecondPasskey = ({ challengeToken, credential }) =>
  enter('mfa/verify', { body: { challengeToken, method: 'passkey', credential } })
export const stepUp = (body) => call('POST', '/api/auth/step-up', { body })
export const forgetPassword = (body) => call('POST', '/api/auth/password/forgot', { body })
export const resetPassword = (body) => call('POST', '/api/auth/password/reset', { body })
export const changePassword = (body) => call('POST', '/api/auth/password/change', { body })
export const restore = refresh

export const beginFactor = (token) => call('POST', '/api/auth/mfa/setup', { token })
export const confirmFactor = (code, token) => enter('mfa/enable', { body: { code: withoutSpaces(code) }, token })

export const readInvitation = (token) => call('GET', `/api/auth/invitations/${encodeURIComponent(token)}`)
export const acceptInvitation = (token, body) =>
  call('POST', `/api/auth/invitations/${encodeURIComponent(token)}/accept`, { body })

export async function signOut() {
  await call('POST', `/api/auth/logout${COOKIE}`)
  remember(null)
}

const withoutSpaces = (code) => code.replaceAll(/\s/g, '')
