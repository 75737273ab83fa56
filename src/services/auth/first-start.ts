import { v7 as uuidv7 } from 'uuid'
import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { bootstrapState, makeProvider } from './bootstrap.ts'

/** The message is for the operator and never contains the password. */
export class FirstStartError extends Error {}

/** What a server has before it listens. */
interface Ground extends Pick<Call, 'settings' | 'credentials' | 'identity' | 'standing'> {
  readonly clock: () => Date
}

interface FirstAdmin {
  readonly BOOTSTRAP_ADMIN_EMAIL?: string | undefined
  readonly BOOTSTRAP_ADMIN_PASSWORD?: string | undefined
  readonly BOOTSTRAP_PROVIDER_NAME?: string | undefined
}

const PROVIDER_NAME = 'Security Provider'

/**
 * On an empty installation, makes the provider that the environment names, or a token for the first visitor.
 * @returns what to tell the operator, if anything
 * @throws FirstStartError
 */
export async function bootstrap(house: Ground, environment: FirstAdmin): Promise<string | null> {
  const { required } = await bootstrapState(house)
  if (!required) return null
  const { BOOTSTRAP_ADMIN_EMAIL: email, BOOTSTRAP_ADMIN_PASSWORD: password } = environment
  if (email === undefined || password === undefined) return hint(house)
  const providerName = environment.BOOTSTRAP_PROVIDER_NAME ?? PROVIDER_NAME
  const first = { email, password, firstName: 'First', lastName: 'Administrator', providerName }
  await makeProvider(callOf(house), first).catch(explain)
  return null
}

const hint = ({ credentials, settings }: Ground): string =>
  `Nobody can sign in yet: open ${settings.publicUrl} and set it up with this one-time token:\n  ${credentials.firstStart.issueToken()}`

function explain(error: unknown): never {
  if (!(error instanceof Refusal) || error.code !== 'validation_failed') throw error
  const faults = error.details as { message: string }[]
  throw new FirstStartError(faults.map(({ message }) => `BOOTSTRAP_ADMIN_PASSWORD: ${message}`).join('\n'))
}

const callOf = ({ clock, settings, credentials, identity, standing }: Ground): Call => ({
  requestId: uuidv7(),
  now: clock(),
  address: null,
  userAgent: null,
  ifMatch: null,
  settings,
  credentials,
  identity,
  standing,
})
