import { z } from 'zod'
import * as auth from '../services/auth.service.ts'
import { SignedIn, Transport } from '../types/auth.ts'
import { AddPasskey, ByPasskey, Passkey, PasskeyCreation, PasskeyRequest, SignInByPasskey } from '../types/passkey.ts'
import { endpoint } from './endpoint.ts'
import { onDevice, overTransport } from './refresh-cookie.ts'

export const passkeys = [
  endpoint({
    method: 'POST',
    url: '/passkeys/options',
    operation: 'auth.mfa-change',
    summary: 'What a browser has to know to make a passkey (WebAuthn)',
    data: PasskeyCreation,
    handle: ({ context }) => auth.preparePasskey(context),
  }),
  endpoint({
    method: 'POST',
    url: '/passkeys',
    operation: 'auth.mfa-change',
    summary: 'Add the passkey that was made: from then on it signs in, and is a second factor',
    body: AddPasskey,
    data: Passkey,
    status: 201,
    handle: ({ context, body }) => auth.addPasskey(context, body),
  }),
  endpoint({
    method: 'GET',
    url: '/passkeys',
    operation: 'auth.account',
    summary: 'Own passkeys, oldest first',
    data: z.array(Passkey),
    handle: ({ context }) => auth.listPasskeys(context),
  }),
  endpoint({
    method: 'DELETE',
    url: '/passkeys/:id',
    operation: 'auth.mfa-change',
    summary: 'Remove one of the own passkeys',
    params: ByPasskey,
    data: z.object({ removed: z.literal(1) }),
    handle: ({ context, params }) => auth.removePasskey(context, params.id),
  }),
  endpoint({
    method: 'POST',
    url: '/passkeys/sign-in/options',
    operation: 'auth.sign-in',
    summary: 'What a browser has to know to use a passkey: to sign in, as a second factor, or to step up',
    data: PasskeyRequest,
    handle: ({ context }) => auth.askForPasskey(context),
  }),
  endpoint({
    method: 'POST',
    url: '/passkeys/sign-in',
    operation: 'auth.sign-in',
    summary: 'Sign in with a passkey: no password and no second factor besides',
    query: Transport,
    body: SignInByPasskey,
    data: SignedIn,
    handle: (given) => overTransport(given, () => auth.signInByPasskey(given.context, given.body, onDevice(given))),
  }),
]
