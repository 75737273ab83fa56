import { expect, test } from 'vitest'
import { differences } from './differences.ts'

const is = { name: 'Acme', domain: 'acme.example' as string | null, settings: { a: 1, b: [2] } }

test('names what is wished and is not so yet, and nothing else', () => {
  expect(differences(is, { name: 'Acme AG', domain: 'acme.example' })).toEqual({
    before: { name: 'Acme' },
    after: { name: 'Acme AG' },
  })
  expect(differences(is, { name: undefined })).toEqual({ before: {}, after: {} })
  expect(differences(is, { domain: null })).toEqual({ before: { domain: 'acme.example' }, after: { domain: null } })
})

test('compares what is inside, whatever the order of its keys', () => {
  expect(differences(is, { settings: { b: [2], a: 1 } })).toEqual({ before: {}, after: {} })
  expect(differences(is, { settings: { a: 1, b: [3] } }).after).toEqual({ settings: { a: 1, b: [3] } })
})
