import type { OrganizationSettings } from '../types/organization.ts'
import { addressAllowed } from './addresses.ts'

/** An organization's addresses bind its own members whatever they ask for; one that names none binds nobody. */
export function mayCallFrom({ allowedIpRanges }: OrganizationSettings, address: string | null): boolean {
  if (allowedIpRanges === undefined || allowedIpRanges.length === 0) return true
  return addressAllowed(allowedIpRanges, address)
}
