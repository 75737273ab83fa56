import { call, refresh, remember } from './client.js'

const COOKIE = '?transport=cookie'

/** Every way in ends with tokens, or with what is still to be given first. */
async function enter(path, body, options) {
  const answer = await call('POST', `/api/auth/${path}${COOKIE}`, body, options)
  if (answer.accessToken) remember(answer.accessToken)
  return answer
}

export const isBootstrapRequired = async () => (await call('GET', '/api/auth/bootstrap')).required
export const bootstrap = (given) => enter('bootstrap', given)
export const signIn = ({ email, password }) => enter('login', { email, password })
export const giveSecondFactor = ({ challengeToken, method, code }) =>
  enter('mfa/verify', { challengeToken, method, code: withoutSpaces(code) })
export const restore = refresh

export const beginFactor = (token) => call('POST', '/api/auth/mfa/setup', {}, { token })
export const confirmFactor = (code, token) => enter('mfa/enable', { code: withoutSpaces(code) }, { token })

export const readInvitation = (token) => call('GET', `/api/auth/invitations/${encodeURIComponent(token)}`)
export const acceptInvitation = (token, given) => enter(`invitations/${encodeURIComponent(token)}/accept`, given)

export async function signOut() {
  await call('POST', `/api/auth/logout${COOKIE}`, {})
  remember(null)
}

const withoutSpaces = (code) => code.replaceAll(/\s/g, '')
