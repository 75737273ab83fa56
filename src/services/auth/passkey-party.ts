import type { Call } from '../../context.ts'

const NAME = 'Castellan'

/** Whom an authenticator deals with: passkeys are made for one name, and shown to pages of that name alone. */
export function partyOf({ settings }: Pick<Call, 'settings'>): { id: string; name: string; origin: string } {
  const { hostname, origin } = new URL(settings.publicUrl)
  return { id: hostname, name: NAME, origin }
}
