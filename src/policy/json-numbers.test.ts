import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonNumbers } from './json-numbers.ts'

test('numbers are written as JSON writes them, with a comma after each', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(), fc.nat(100), fc.constant(2 ** 31 - 1))), (numbers) => {
      const written = jsonNumbers(Int32Array.from(numbers), (value) => value).toString()
      expect(written).toBe(numbers.map((one) => `${JSON.stringify(one)},`).join(''))
    }),
  )
})
