import { expect, test } from 'vitest'
import { createNumbers } from './numbers.ts'

test('names are numbered from 0 on, each once', () => {
  const names = createNumbers()
  expect(['ada', 'bob', 'ada', 'cleo', 'bob'].map(names.numberOf)).toEqual([0, 1, 0, 2, 1])
  expect(names.count()).toBe(3)
})

test('a name is found by its number, and a number by its name', () => {
  const names = createNumbers()
  for (const name of ['ada', 'bob']) names.numberOf(name)
  expect(['bob', 'ada'].map(names.find)).toEqual([1, 0])
  expect([0, 1].map(names.nameOf)).toEqual(['ada', 'bob'])
})

test('what was never numbered is found as nothing, and is not numbered by being looked for', () => {
  const names = createNumbers()
  names.numberOf('ada')
  expect(names.find('bob')).toBe(-1)
  expect([1, -1].map(names.nameOf)).toEqual(['', ''])
  expect(names.count()).toBe(1)
  expect(names.numberOf('bob')).toBe(1)
})
