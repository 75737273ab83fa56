import { describe, expect, test } from 'vitest'
import { generationsInUse } from './key-generations.ts'
import type { KeyGeneration } from './key-generations.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 8, minute))
const made = (generation: number, minute: number, dropped?: number): KeyGeneration => ({
  generation,
  createdAt: at(minute).toISOString(),
  droppedAt: dropped === undefined ? null : at(dropped).toISOString(),
})
const validMs = 15 * 60_000
const inUse = (generations: KeyGeneration[], minute: number) =>
  generationsInUse(generations, { now: at(minute), validMs })

describe('of the generations of a key', () => {
  test('the newest signs, and the next is known before it is used', () => {
    expect(inUse([], 0)).toEqual([1, 2])
    expect(inUse([made(1, 0)], 0)).toEqual([1, 2])
    expect(inUse([made(1, 0), made(2, 10)], 30)).toEqual([2, 3])
  })

  test('one that was replaced counts until what it signed has run out, whatever the order that they come in', () => {
    expect(inUse([made(1, 0), made(2, 10)], 10)).toEqual([2, 3, 1])
    expect(inUse([made(2, 10), made(1, 0)], 24)).toEqual([2, 3, 1])
    expect(inUse([made(2, 10), made(1, 0)], 25)).toEqual([2, 3])
    expect(inUse([made(1, 0), made(2, 10), made(3, 12)], 20)).toEqual([3, 4, 2, 1])
    expect(inUse([made(1, 0), made(2, 10), made(3, 12)], 26)).toEqual([3, 4, 2])
  })

  test('one that was dropped counts no more at once; if it was the newest, the next signs', () => {
    expect(inUse([made(1, 0, 10), made(2, 10)], 10)).toEqual([2, 3])
    expect(inUse([made(1, 0, 10)], 10)).toEqual([2])
  })
})
