import { expect, test } from 'vitest'
import { remembering } from './remembering.ts'

function counted(most: number) {
  const asked: string[] = []
  const lengthOf = remembering(most, (text: string) => (asked.push(text), text === '' ? null : text.length))
  return { asked, lengthOf }
}

test('each is asked for once, also what is nothing', () => {
  const { asked, lengthOf } = counted(3)
  expect(['a', 'bb', '', 'bb', 'a', ''].map(lengthOf)).toEqual([1, 2, null, 2, 1, null])
  expect(asked).toEqual(['a', 'bb', ''])
})

test('one too many, and all but that one are forgotten', () => {
  const { asked, lengthOf } = counted(2)
  expect(['a', 'bb', 'ccc', 'ccc', 'a', 'ccc', 'bb', 'bb'].map(lengthOf)).toEqual([1, 2, 3, 3, 1, 3, 2, 2])
  expect(asked).toEqual(['a', 'bb', 'ccc', 'a', 'bb'])
})
