import { expect, test } from 'vitest'
import { nextAttempt } from './mail-retry.ts'

const createdAt = new Date('2026-11-23T08:00:00.000Z')
const after = (ms: number): Date => new Date(createdAt.getTime() + ms)

test('each wait is twice the one before, up to an hour', () => {
  const waits = Array.from({ length: 10 }, (_, i) => {
    const next = nextAttempt({ createdAt, attempts: i + 1 }, createdAt)
    return (Number(next) - Number(createdAt)) / 1000
  })
  expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
})

test('the wait is far within what a date can hold, whatever the number of attempts', () => {
  expect(nextAttempt({ createdAt, attempts: 5000 }, createdAt)).toEqual(after(3_600_000))
})

test('after a day it is not tried again; a millisecond before, it is', () => {
  const day = 24 * 3_600_000
  expect(nextAttempt({ createdAt, attempts: 30 }, after(day - 1))).toEqual(after(day - 1 + 3_600_000))
  expect(nextAttempt({ createdAt, attempts: 30 }, after(day))).toBeNull()
})
