import { expect, test } from 'vitest'
import { mayCallFrom } from './own-addresses.ts'

test.each([undefined, []])('an organization that names no addresses (%j) binds nobody', (allowedIpRanges) => {
  const settings = allowedIpRanges === undefined ? {} : { allowedIpRanges }
  expect(mayCallFrom(settings, '203.0.113.9')).toBe(true)
  expect(mayCallFrom(settings, null)).toBe(true)
})

test('one that names some lets in those and no other, nor whose cannot be told', () => {
  const settings = { allowedIpRanges: ['198.51.100.0/24'] }
  expect(mayCallFrom(settings, '198.51.100.7')).toBe(true)
  expect(mayCallFrom(settings, '203.0.113.9')).toBe(false)
  expect(mayCallFrom(settings, null)).toBe(false)
})
