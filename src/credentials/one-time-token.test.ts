import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashToken, isTokenShaped, newToken } from './one-time-token.ts'

test('a token carries 256 random bits after its prefix, and no two are alike', () => {
  const { token } = newToken('invite_')
  expect(Buffer.from(token.slice('invite_'.length), 'base64url')).toHaveLength(32)
  expect(new Set(Array.from({ length: 1000 }, () => newToken().token)).size).toBe(1000)
})

test('what is stored is the SHA-256 of the whole token, prefix included', () => {
  const { token, hash } = newToken('invite_')
  expect(hash).toEqual(createHash('sha256').update(token).digest())
  expect(hashToken(token)).toEqual(hash)
})

test('every token has the shape of its kind and of no other', () => {
  for (let round = 0; round < 200; round += 1) {
    expect(isTokenShaped(newToken('reset_').token, 'reset_')).toBe(true)
    expect(isTokenShaped(newToken().token)).toBe(true)
  }
  expect(isTokenShaped(newToken('reset_').token, 'other_')).toBe(false)
  expect(isTokenShaped(newToken('reset_').token)).toBe(false)
  expect(isTokenShaped(newToken().token, 'reset_')).toBe(false)
})

test.each([
  '',
  'A'.repeat(42),
  'A'.repeat(44),
  `${'A'.repeat(42)}B`,
  `${'A'.repeat(43)}\n`,
  ` ${'A'.repeat(42)}`,
  `${'A'.repeat(42)}=`,
  `${'+'.repeat(42)}A`,
])('%j is not shaped like a token', (text) => expect(isTokenShaped(text)).toBe(false))
