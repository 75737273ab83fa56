import { api, ask, remember } from './client.ts'
import type { Schemas } from './client.ts'

type Assertion = Schemas['PasskeyAssertionInput']

/** Whether this browser speaks of passkeys in JSON. */
export const knowsPasskeys = (): boolean =>
  typeof globalThis.PublicKeyCredential === 'function' &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'

const NOT_USED = 'No passkey was used. Try again, or choose another way.'
const NOT_MADE = 'No passkey was made.'

/** What an authenticator says to a challenge of the server. */
export async function usePasskey(): Promise<Assertion> {
  const options = await ask(api.POST('/api/auth/passkeys/sign-in/options'))
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const { credential, response } = said(await navigator.credentials.get({ publicKey }).catch(() => tell(NOT_USED)))
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  return { ...credential, response: { clientDataJSON, authenticatorData, signature, userHandle } } as Assertion
}

export async function signInByPasskey(): Promise<Schemas['SignedIn']> {
  const body = { credential: await usePasskey() }
  const answer = await ask(api.POST('/api/auth/passkeys/sign-in', { params: { query: { transport: 'cookie' } }, body }))
  remember(answer.accessToken)
  return answer
}

export async function addPasskey(name: string): Promise<unknown> {
  const options = await ask(api.POST('/api/auth/passkeys/options'))
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const { credential, response } = said(await navigator.credentials.create({ publicKey }).catch(() => tell(NOT_MADE)))
  const { clientDataJSON, attestationObject, transports } = response
  const body = {
    ...(name && { name }),
    credential: { ...credential, response: { clientDataJSON, attestationObject, transports } },
  }
  return ask(api.POST('/api/auth/passkeys', { body: body as Schemas['AddPasskeyInput'] }))
}

function tell(sentence: string): never {
  throw new Error(sentence)
}

/** What the server asks for of it, and nothing that a newer browser adds. */
function said(credential: Credential | null) {
  if (!(credential instanceof PublicKeyCredential)) return tell(NOT_USED)
  const { id, rawId, type, response } = credential.toJSON() as unknown as {
    id: string
    rawId: string
    type: string
    response: Record<string, unknown>
  }
  return { credential: { id, rawId, type }, response }
}
