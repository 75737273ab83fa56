import { expect, test } from 'vitest'
import { judgeRefresh } from './refresh-rules.ts'

const rotatedAt = new Date('2026-11-23T08:00:00.000Z')
const after = (milliseconds: number) => new Date(rotatedAt.getTime() + milliseconds)
const judge = (counter: number, milliseconds: number) =>
  judgeRefresh({ counter, current: 5, rotatedAt, now: after(milliseconds) })

test('the newest token is rotated, whenever it comes', () => {
  expect(judge(5, 0)).toBe('rotate')
  expect(judge(5, 86_400_000)).toBe('rotate')
})

test('its immediate parent gets the same successor for ten seconds and not a millisecond more', () => {
  expect(judge(4, 0)).toBe('repeat')
  expect(judge(4, 10_000)).toBe('repeat')
  expect(judge(4, 10_001)).toBe('reused')
})

test('an older one is reused at once', () => {
  expect(judge(3, 0)).toBe('reused')
  expect(judge(0, 0)).toBe('reused')
})

test('one that is ahead of the session is not known', () => {
  expect(judge(6, 0)).toBe('unknown')
})

test('a node whose clock is a little behind repeats, too', () => {
  expect(judge(4, -2000)).toBe('repeat')
})
