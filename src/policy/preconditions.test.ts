import { expect, test } from 'vitest'
import { entityTag, isKnown, isNamed, versionsNamed } from './preconditions.ts'

test('a tag that was given out is recognised, alone and among others', () => {
  expect(isNamed(versionsNamed(entityTag(7)), 7)).toBe(true)
  expect(isNamed(versionsNamed('"6", "7"'), 7)).toBe(true)
  expect(isNamed(versionsNamed('"6"'), 7)).toBe(false)
  expect(isNamed(versionsNamed(' "123456789" '), 123_456_789)).toBe(true)
})

test('no condition and a star take any version', () => {
  expect(isNamed(versionsNamed(undefined), 7)).toBe(true)
  expect(isNamed(versionsNamed(' * '), 7)).toBe(true)
})

test('a weak, unquoted, empty or foreign tag matches nothing', () => {
  for (const header of ['W/"7"', '7', '', '""', '"7x"', '"-7"', '"7.0"', '"7"x', '"1234567890"']) {
    expect(isNamed(versionsNamed(header), 7), header).toBe(false)
    expect(isNamed(versionsNamed(header), 1_234_567_890), header).toBe(false)
  }
})

test('what a reader has already is known by any of its tags, weakened by a relay or not', () => {
  for (const header of ['"7"', 'W/"7"', '"6", W/"7"', ' * ']) expect(isKnown(header, 7), header).toBe(true)
  expect(isKnown('"a1b2"', 'a1b2')).toBe(true)
  for (const header of [undefined, '', '7', '"77"', 'W/"6"', 'w/"7"', '"W/7"', '"7W/"'])
    expect(isKnown(header, 7), header).toBe(false)
})
