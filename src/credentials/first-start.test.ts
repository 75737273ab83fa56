import { expect, test } from 'vitest'
import { createFirstStart } from './first-start.ts'

test('only the newest token of this process is good', () => {
  const start = createFirstStart()
  const [older, newest] = [start.issueToken(), start.issueToken()]
  expect(start.isToken(newest)).toBe(true)
  expect(start.isToken(older)).toBe(false)
  expect(createFirstStart().isToken(newest)).toBe(false)
})

test('nothing is good where none was issued', () => {
  for (const given of ['', 'undefined', 'null', 'bst_']) expect(createFirstStart().isToken(given)).toBe(false)
})
