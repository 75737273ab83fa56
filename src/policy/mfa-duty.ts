import type { Principal } from '../types/principal.ts'

type Person = Pick<Principal, 'orgType' | 'role' | 'settings'>

/** Whether this person must have a second factor. An organization can be stricter than the platform, never laxer. */
export function mfaIsMandatory({ orgType, role, settings }: Person, platform: 'privileged' | 'all' | 'none'): boolean {
  if (platform === 'all' || settings.requireMfa === true) return true
  return platform === 'privileged' && (orgType === 'mss_provider' || role === 'admin')
}

export const owesMfa = (
  person: Person & Pick<Principal, 'mfaEnabled'>,
  platform: 'privileged' | 'all' | 'none',
): boolean => !person.mfaEnabled && mfaIsMandatory(person, platform)
