import { expect, test } from 'vitest'
import { tryLimits } from './try-limits.ts'

test('tries are counted over a quarter of an hour, requests for a new password over an hour', () => {
  for (const [of, { tries, periodMs }] of Object.entries(tryLimits)) {
    expect(periodMs, of).toBe(of.startsWith('passwordRequest') ? 3_600_000 : 900_000)
    expect(tries, of).toBeGreaterThan(0)
  }
})

test('one address that tries one account is stopped before the account is', () => {
  expect(tryLimits.accountFromAddress.tries).toBeLessThan(tryLimits.account.tries)
  expect(tryLimits.passwordRequest.tries).toBeLessThan(tryLimits.passwordRequestFromAddress.tries)
})
