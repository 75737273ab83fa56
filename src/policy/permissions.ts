import type { Role } from '../types/vocabulary.ts'
import { operations, reachOf } from './operations.ts'
import type { Operation } from './operations.ts'

const all = Object.keys(operations) as Operation[]

/** The operations that a role may call, as far as each reaches; those that need nobody to be known are not among them. */
export const permissionsOf = (role: Role): Operation[] =>
  all.filter((operation) => operations[operation] !== 'public' && reachOf(operation, role) !== null)
