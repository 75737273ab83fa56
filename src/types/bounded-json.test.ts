import { describe, expect, test } from 'vitest'
import { boundedJson } from './bounded-json.ts'

const shape = boundedJson({ maxDepth: 3, maxBytes: 40 })
const accepts = (value: unknown): boolean => shape.safeParse(value).success

describe('a JSON object that is to be stored', () => {
  test('is an object', () => {
    expect(accepts({})).toBe(true)
    for (const value of [null, [], 'text', 7]) expect(accepts(value), JSON.stringify(value)).toBe(false)
  })

  test('is as deep as allowed and no deeper, lists counted', () => {
    expect(accepts({ a: { b: [1] } })).toBe(true)
    expect(accepts({ a: { b: [[]] } })).toBe(false)
    expect(accepts({ a: [{ b: {} }] })).toBe(false)
  })

  test('is as large as allowed and no larger, in bytes of its JSON', () => {
    expect(accepts({ a: 'x'.repeat(32) })).toBe(true)
    expect(accepts({ a: 'x'.repeat(33) })).toBe(false)
    expect(accepts({ a: 'ä'.repeat(16) })).toBe(true)
    expect(accepts({ a: 'ä'.repeat(17) })).toBe(false)
  })

  test('holds no text that PostgreSQL cannot, in values or names', () => {
    for (const text of ['a\0', '\ud800', '\udfff\ud800']) {
      expect(accepts({ a: [text] }), JSON.stringify(text)).toBe(false)
      expect(accepts({ a: { [text]: 1 } }), JSON.stringify(text)).toBe(false)
    }
    expect(accepts({ a: '😀 \\u0000' })).toBe(true)
  })

  test('may be a hundred thousand wide or deep without harm', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(accepts({ deep })).toBe(false)
    expect(accepts({ wide: Array(200_000).fill(1) })).toBe(false)
  })
})
