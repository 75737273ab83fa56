import type { UpdateAccess } from '../types/grant.ts'
import type { UpdateOrganization } from '../types/organization.ts'
import type { UpdateUser } from '../types/user.ts'

type Field = keyof UpdateAccess | keyof UpdateOrganization | keyof UpdateUser | 'startsAt'

const words: Readonly<Record<Field, string>> = {
  accessLevel: 'level',
  allowedServices: 'services',
  domain: 'domain',
  email: 'e-mail address',
  expiresAt: 'end',
  firstName: 'first name',
  ipRestrictions: 'addresses',
  lastName: 'last name',
  name: 'name',
  notes: 'notes',
  role: 'role',
  settings: 'settings',
  startsAt: 'start',
  status: 'status',
  timeRestrictions: 'hours',
  timezone: 'time zone',
}

/** What was changed, as an event tells people of it. */
export const inWords = (changed: object): string =>
  Object.keys(changed)
    .map((field) => words[field as Field])
    .join(', ')
