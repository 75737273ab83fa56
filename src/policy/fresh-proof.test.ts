import { expect, test } from 'vitest'
import { freshUntil, isFresh } from './fresh-proof.ts'

const provedAt = '2026-11-23T08:00:00.000Z'

test('a proof is fresh for five minutes, the last instant included', () => {
  expect(freshUntil(provedAt)).toEqual(new Date('2026-11-23T08:05:00.000Z'))
  expect(freshUntil(new Date(provedAt))).toEqual(freshUntil(provedAt))
  expect(isFresh({ provedAt }, new Date('2026-11-23T08:05:00.000Z'))).toBe(true)
  expect(isFresh({ provedAt }, new Date('2026-11-23T08:05:00.001Z'))).toBe(false)
})
