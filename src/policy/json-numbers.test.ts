import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonNumbers } from './json-numbers.ts'

test('numbers are written as JSON writes them', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(), fc.nat(100), fc.constant(2 ** 31 - 1))), (numbers) => {
      expect(`[${jsonNumbers(Int32Array.from(numbers), (value) => value)}]`).toBe(JSON.stringify(numbers))
    }),
  )
})
