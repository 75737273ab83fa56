import { call, remember } from './client.js'

/** Whether this browser speaks of passkeys in JSON. */
export const knowsPasskeys = () => typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function'

const NOT_USED = 'No passkey was used. Try again, or choose another way.'
const NOT_MADE = 'No passkey was made.'

/** What an authenticator says to a challenge of the server. */
export async function usePasskey() {
  const options = await call('POST', '/api/auth/passkeys/sign-in/options')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return said(await navigator.credentials.get({ publicKey }).catch(() => tell(NOT_USED)))
}

export async function signInByPasskey() {
  const body = { credential: await usePasskey() }
  const answer = await call('POST', '/api/auth/passkeys/sign-in?transport=cookie', { body })
  remember(answer.accessToken)
  return answer
}

export async function addPasskey() {
  const options = await call('POST', '/api/auth/passkeys/options')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const credential = said(await navigator.credentials.create({ publicKey }).catch(() => tell(NOT_MADE)))
  return call('POST', '/api/auth/passkeys', { body: { credential } })
}

export const listPasskeys = () => call('GET', '/api/auth/passkeys')
export const removePasskey = (id) => call('DELETE', `/api/auth/passkeys/${id}`)

function tell(sentence) {
  throw new Error(sentence)
}

/** What the server asks for of it, and nothing that a newer browser adds. */
function said(credential) {
  const { id, rawId, type, response } = credential.toJSON()
  const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle, transports } = response
  const answer = attestationObject
    ? { clientDataJSON, attestationObject, transports }
    : { clientDataJSON, authenticatorData, signature, userHandle }
  return { id, rawId, type, response: answer }
}
