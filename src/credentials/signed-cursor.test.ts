import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openCursor, signCursor } from './signed-cursor.ts'

const key = randomBytes(32)
const place = { after: ['2026-11-23T08:00:00.000Z', '01a20000-0000-7000-8000-000000000000'] }

test('a cursor opens to the place that it was made of', () => {
  expect(openCursor(key, signCursor(key, place, 'ada'), 'ada')).toEqual(place)
})

test('a cursor for another asker or question does not open', () => {
  expect(openCursor(key, signCursor(key, place, 'ada'), 'eve')).toBeNull()
  expect(openCursor(key, signCursor(key, place, ''), 'ada')).toBeNull()
})

test('what is bound cannot be moved into the place, nor the place into what is bound', () => {
  const cursor = Buffer.from(signCursor(key, 12, '3'), 'base64url')
  expect(openCursor(key, Buffer.concat([cursor, Buffer.from('3')]).toString('base64url'), '')).toBeNull()
  expect(openCursor(key, cursor.subarray(0, -1).toString('base64url'), '23')).toBeNull()
})

test('a cursor of another key does not open', () => {
  expect(openCursor(key, signCursor(randomBytes(32), place, 'ada'), 'ada')).toBeNull()
})

test('a cursor with any one bit changed does not open', () => {
  const cursor = Buffer.from(signCursor(key, place, 'ada'), 'base64url')
  for (let bit = 0; bit < cursor.length * 8; bit++) {
    const changed = Buffer.from(cursor)
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    expect(openCursor(key, changed.toString('base64url'), 'ada')).toBeNull()
  }
})

test.each(['', 'A', '====', 'not a cursor', '%', 'A'.repeat(43), 'é'])('%j is no cursor', (text) => {
  expect(openCursor(key, text, 'ada')).toBeNull()
})
