import type { House } from '../app.ts'
import type { Endpoint } from './endpoint.ts'
import { operations } from './operations.ts'
import { organizations } from './organizations.ts'
import { users } from './users.ts'

interface Door {
  readonly prefix: string
  /** Its name in the API's description. */
  readonly tag: string
  readonly endpoints: readonly Endpoint[]
}

/** Every way in by HTTP. */
export const doors = (house: House): readonly Door[] => [
  { prefix: '/api/organizations', tag: 'organizations', endpoints: organizations },
  { prefix: '/api/users', tag: 'users', endpoints: users },
  { prefix: '', tag: 'operations', endpoints: operations(house) },
]
