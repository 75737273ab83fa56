import { expect, test } from 'vitest'
import { parseQuery } from './query-string.ts'

const read = (text: string): object => ({ ...parseQuery(text) })

test('a parameter is its text, given twice a list', () => {
  expect(read('')).toEqual({})
  expect(read('a=1&b=x%20y+z&c')).toEqual({ a: '1', b: 'x y z', c: '' })
  expect(read('a=1&b=2&a=3')).toEqual({ a: ['1', '3'], b: '2' })
})

test('a name with [] is a list also with one item, and the same list as the name without', () => {
  expect(read('a[]=1')).toEqual({ a: ['1'] })
  expect(read('a%5B%5D=1&a[]=2')).toEqual({ a: ['1', '2'] })
  expect(read('a[]=1&a=2')).toEqual({ a: ['1', '2'] })
  expect(read('a=1&a[]=2&a[]=3')).toEqual({ a: ['1', '2', '3'] })
})

test('only one trailing [] is read', () => {
  expect(read('a[0]=1&a[][]=2&[]=3')).toEqual({ 'a[0]': '1', 'a[]': ['2'], '': ['3'] })
})

test('no name reaches a prototype', () => {
  const query = parseQuery('__proto__=1&constructor[]=2')
  expect(Object.keys(query)).toEqual(['__proto__', 'constructor'])
  expect(({} as Record<string, unknown>)['1']).toBeUndefined()
})
