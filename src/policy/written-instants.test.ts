import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoInstant } from './written-instants.ts'

const FARTHEST = 8_640_000_000_000_000

test('an instant is written as toISOString writes it, in any year', () => {
  const anyInstant = fc.oneof(
    fc.integer({ min: Date.UTC(1960, 0), max: Date.UTC(2060, 0) }),
    fc.integer({ min: -FARTHEST, max: FARTHEST }),
    fc.constantFrom(0, -1, 86_399_999, 86_400_000, FARTHEST, -FARTHEST, Date.UTC(2028, 1, 29, 23, 59, 59, 999)),
  )
  fc.assert(
    fc.property(anyInstant, (instant) => {
      expect(isoInstant(instant)).toBe(new Date(instant).toISOString())
    }),
    { numRuns: 5000 },
  )
})

test('however many days are written, each is right', () => {
  const start = Date.UTC(1970, 0)
  for (let day = 0; day < 25_000; day++) {
    const instant = start + day * 86_400_000 + 45_296_789
    if (isoInstant(instant) !== new Date(instant).toISOString()) expect(isoInstant(instant)).toBe(instant)
  }
})

test('what is no instant is not written', () => {
  for (const none of [NaN, Infinity, -Infinity]) expect(() => isoInstant(none)).toThrow(RangeError)
})
