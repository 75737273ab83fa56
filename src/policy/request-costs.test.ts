import { describe, expect, test } from 'vitest'
import type { Operation } from './operations.ts'
import { costOf, hasReserve, reserveOf, shareOfPerson } from './request-costs.ts'

test.each<[Operation, number]>([
  ['organizations.get', 1],
  ['audit.search', 1],
  ['access.as-of', 3],
  ['organizations.stats', 5],
  ['access.summary', 5],
  ['access.bulk-revoke', 5],
  ['access.hand-off', 5],
])('%s costs %d', (operation, cost) => expect(costOf(operation)).toBe(cost))

describe('ending sessions and access has a reserve', () => {
  const ending: Operation[] = [
    'auth.sign-out',
    'auth.account',
    'auth.step-up',
    'access.revoke',
    'access.bulk-revoke',
    'users.manage',
    'users.delete',
  ]
  test.each(ending)('%s', (operation) => expect(hasReserve(operation)).toBe(true))

  test('and nothing else does', () => {
    const others: Operation[] = ['organizations.list', 'access.grant', 'audit.search', 'users.get']
    for (const operation of others) expect(hasReserve(operation), operation).toBe(false)
  })

  test('of a fifth of the budget beside it, rounded up, and of one at least', () => {
    expect([0, 1, 5, 6, 1000].map(reserveOf)).toEqual([1, 1, 1, 2, 200])
  })
})

test('of a large budget one person spends four fifths, rounded up; a small one is not divided', () => {
  expect([1, 599, 600, 601, 1000].map(shareOfPerson)).toEqual([1, 599, 480, 481, 800])
})
