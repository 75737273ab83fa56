import { describe, expect, test } from 'vitest'
import { anyOf, wholeWords, wordsOf } from './identifiers.ts'

const ada = { emails: ['a+b@example.com'], firstNames: ['Ada', 'Adele'], lastNames: ['Lovelace', 'de (la) Cruz'] }
const pattern = wholeWords(wordsOf(ada))
const finds = (expression: string, text: string): boolean => new RegExp(expression, 'iu').test(text)

describe('a person is found', () => {
  test.each([
    'a+b@example.com',
    'Deleted A+B@Example.com.',
    '{"email": "a+b@example.com"}',
    'Granted Ada Lovelace access',
    "Changed adele de (la) cruz's access",
  ])('in %s', (text) => expect(finds(pattern, text)).toBe(true))
})

describe('and not', () => {
  test.each([
    'ca+b@example.com',
    'x.a+b@example.com',
    'a+b@example.com.au',
    'a+b@example.community',
    'aab@example.com',
    'Ada',
    'Granada Lovelaces',
    'Lovelace Ada',
  ])('in %s', (text) => expect(finds(pattern, text)).toBe(false))
})

test('an address is not found in a longer one, unless any place will do', () => {
  expect(finds(wholeWords(['10.0.0.1']), 'from 10.0.0.1, then')).toBe(true)
  expect(finds(wholeWords(['10.0.0.1']), 'from 10.0.0.12 and 110.0.0.1')).toBe(false)
  expect(finds(anyOf(['10.0.0.1']), String.raw`text\n10.0.0.12`)).toBe(true)
  expect(finds(anyOf(['10.0.0.1']), '10x0.0.1')).toBe(false)
})

test('a name without one half is none', () => {
  expect(wordsOf({ emails: ['a@b.cd'], firstNames: [], lastNames: ['Lovelace'] })).toEqual(['a@b.cd'])
  expect(wordsOf({ emails: [''], firstNames: [' '], lastNames: [''] })).toEqual([])
})
