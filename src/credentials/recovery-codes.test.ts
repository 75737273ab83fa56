import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts'

const pepper = randomBytes(32)

test('ten different codes come out, each of 80 bits without letters that misread', () => {
  const codes = newRecoveryCodes()
  expect(new Set(codes).size).toBe(10)
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
})

test('every character is as likely as any other', () => {
  const counts = new Map<string, number>()
  const drawn = Array.from({ length: 200 }, newRecoveryCodes).flat().join('').replaceAll('-', '')
  for (const character of drawn) counts.set(character, (counts.get(character) ?? 0) + 1)
  expect(counts.size).toBe(32)
  for (const count of counts.values()) expect(Math.abs(count - drawn.length / 32)).toBeLessThan(250)
})

test.each([
  'ab01-cd01-0123-4567',
  'AB01CD0101234567',
  ' ab01 cd01 0123 4567\n',
  'abOl-cdoI-oi23-4567',
  'AB01–CD01—0123‑4567',
])('%j is the same code however it was typed', (typed) => {
  const same = createHmac('sha256', pepper).update('AB01CD0101234567').digest()
  expect(hashRecoveryCode(pepper, typed)).toEqual(same)
})

test('another code or another pepper hashes to something else', () => {
  const hash = hashRecoveryCode(pepper, 'AB01-CD01-0123-4567')
  expect(hashRecoveryCode(pepper, 'AB01-CD01-0123-4568')).not.toEqual(hash)
  expect(hashRecoveryCode(randomBytes(32), 'AB01-CD01-0123-4567')).not.toEqual(hash)
})

test.each(['', '123456', 'AB01-CD01-0123-456', 'AB01-CD01-0123-45678', 'AB01-CD01-0123-456U', 'AB01_CD01_0123_4567'])(
  '%j cannot be a recovery code',
  (typed) => expect(hashRecoveryCode(pepper, typed)).toBeNull(),
)
