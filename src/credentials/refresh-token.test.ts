import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { isAuthentic, makeRefreshToken, readRefreshToken } from './refresh-token.ts'

const key = randomBytes(32)
const salt = randomBytes(32)
const claims = { sessionId: uuidv7(), userId: uuidv7(), counter: 7 }
const token = makeRefreshToken(key, claims, salt)

test('the same claims, key and salt give the same token, and it says what it claims', () => {
  expect(makeRefreshToken(key, claims, salt)).toBe(token)
  expect(token).toMatch(/^rt_[\w-]{91}$/)
  expect(readRefreshToken(token)).toEqual(claims)
  expect(isAuthentic(key, token, salt)).toBe(true)
})

test('claims survive the way there and back for every session, user and counter', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), fc.nat(0xffffffff), (sessionId, userId, counter) => {
      const made = makeRefreshToken(key, { sessionId, userId, counter }, salt)
      expect(readRefreshToken(made)).toEqual({ sessionId, userId, counter })
      expect(isAuthentic(key, made, salt)).toBe(true)
    }),
  )
})

test('another key, another salt or any one changed byte makes it inauthentic', () => {
  expect(isAuthentic(randomBytes(32), token, salt)).toBe(false)
  expect(isAuthentic(key, token, randomBytes(32))).toBe(false)
  const bytes = Buffer.from(token.slice(3), 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    expect(isAuthentic(key, `rt_${changed.toString('base64url')}`, salt)).toBe(false)
  }
})

test.each([
  ['nothing', ''],
  ['the prefix alone', 'rt_'],
  ['another prefix', `at_${token.slice(3)}`],
  ['no prefix', token.slice(3)],
  ['a byte too few', token.slice(0, -2)],
  ['a character too many', `${token}A`],
  ['padding', `${token}=`],
  ['the spelling of plain base64', `rt_${'+'.repeat(91)}`],
])('%s is no refresh token', (_, text) => {
  expect(readRefreshToken(text)).toBeNull()
  expect(isAuthentic(key, text, salt)).toBe(false)
})

test('a stranger may write any bytes: they are read, not thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 68, maxLength: 68 }), (bytes) => {
      const text = `rt_${Buffer.from(bytes).toString('base64url')}`
      expect(readRefreshToken(text)?.sessionId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect(isAuthentic(key, text, salt)).toBe(false)
    }),
  )
})
