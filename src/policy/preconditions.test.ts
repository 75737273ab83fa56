import { expect, test } from 'vitest'
import { entityTag, isNamed, versionsNamed } from './preconditions.ts'

test('a tag that was given out is recognised, alone and among others', () => {
  expect(isNamed(versionsNamed(entityTag(7)), 7)).toBe(true)
  expect(isNamed(versionsNamed('"6", "7"'), 7)).toBe(true)
  expect(isNamed(versionsNamed('"6"'), 7)).toBe(false)
})

test('no condition and a star take any version', () => {
  expect(isNamed(versionsNamed(undefined), 7)).toBe(true)
  expect(isNamed(versionsNamed(' * '), 7)).toBe(true)
})

test('a weak, unquoted, empty or foreign tag matches nothing', () => {
  for (const header of ['W/"7"', '7', '', '""', '"7x"', '"-7"', '"7.0"', '"1234567890"']) {
    expect(isNamed(versionsNamed(header), 7), header).toBe(false)
    expect(isNamed(versionsNamed(header), 1_234_567_890), header).toBe(false)
  }
})
