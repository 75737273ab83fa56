import type { Operation } from './operations.ts'

/** What a request takes of the budgets, where it is more than one. */
const costs: Readonly<Partial<Record<Operation, number>>> = {
  'organizations.stats': 5,
  'access.summary': 5,
  'access.as-of': 3,
  'access.matrix-as-of': 5,
  'access.bulk-revoke': 5,
  'access.hand-off': 5,
}

export const costOf = (operation: Operation): number => costs[operation] ?? 1

/** What has to work when everything else of an organization's budget is spent: ending sessions and access. */
const reserved: ReadonlySet<Operation> = new Set([
  'auth.sign-out',
  'auth.account',
  'auth.step-up',
  'access.revoke',
  'access.bulk-revoke',
  'users.manage',
  'users.delete',
])

export const hasReserve = (operation: Operation): boolean => reserved.has(operation)

/** Beside the budget, for that alone. */
export const reserveOf = (limit: number): number => Math.max(1, Math.ceil(limit / 5))

const SMALL = 600

/** Nobody spends the last fifth of their organization's budget alone; where it is small it is not divided. */
export const shareOfPerson = (limit: number): number => (limit < SMALL ? limit : Math.ceil(limit * 0.8))
