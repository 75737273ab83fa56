import { expect, test } from 'vitest'
import { chanceOf } from './chance.ts'

const draws = (seed: string) => {
  const chance = chanceOf(seed)
  return Array.from({ length: 1000 }, () => chance.next())
}

test('the same seed plays the same, another one does not', () => {
  expect(draws('a')).toEqual(draws('a'))
  expect(draws('a')).not.toEqual(draws('b'))
})

test('numbers are spread evenly over their range, ends included', () => {
  const chance = chanceOf('even')
  const counts = new Map<number, number>()
  for (let i = 0; i < 6000; i++) {
    const value = chance.between(1, 6)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  expect([...counts.keys()].toSorted()).toEqual([1, 2, 3, 4, 5, 6])
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
})

test('some takes none twice, and no more than there are', () => {
  const chance = chanceOf('some')
  expect(new Set(chance.some([1, 2, 3, 4], 3)).size).toBe(3)
  expect(chance.some([1, 2], 5).toSorted()).toEqual([1, 2])
  expect(() => chance.pick([])).toThrow('nothing to pick from')
})

test('a branch is not shifted by what is drawn beside it', () => {
  const [one, other] = [chanceOf('x'), chanceOf('x')]
  one.next()
  expect(one.branch('y').next()).toBe(other.branch('y').next())
})
