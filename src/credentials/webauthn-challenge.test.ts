import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hashOfChallenge, isOwnChallenge, newChallenge } from './webauthn-challenge.ts'

const key = randomBytes(32)
const now = new Date('2026-11-23T08:00:00.000Z')
const after = (ms: number): Date => new Date(now.getTime() + ms)
const ceremony = { purpose: 'get', subject: '' } as const
const challenge = newChallenge(key, ceremony, now).toString('base64url')

describe('a challenge', () => {
  test('is known as our own for five minutes', () => {
    expect(isOwnChallenge(key, ceremony, { challenge, now })).toBe(true)
    expect(isOwnChallenge(key, ceremony, { challenge, now: after(299_999) })).toBe(true)
    expect(isOwnChallenge(key, ceremony, { challenge, now: after(300_000) })).toBe(false)
  })

  test('is good for its purpose and its person alone, under its key alone', () => {
    const other = { challenge, now }
    expect(isOwnChallenge(key, { ...ceremony, purpose: 'create' }, other)).toBe(false)
    expect(isOwnChallenge(key, { ...ceremony, subject: 'ada' }, other)).toBe(false)
    expect(isOwnChallenge(randomBytes(32), ceremony, other)).toBe(false)
  })

  test('changed anywhere, it is not ours', () => {
    for (let at = 0; at < 54; at++) {
      const bytes = Buffer.from(challenge, 'base64url')
      bytes[at] = (bytes[at] ?? 0) ^ 1
      expect(isOwnChallenge(key, ceremony, { challenge: bytes.toString('base64url'), now })).toBe(false)
    }
    for (const text of ['', 'x', `${challenge}A`, challenge.slice(0, -2), '!'.repeat(72)]) {
      expect(isOwnChallenge(key, ceremony, { challenge: text, now })).toBe(false)
    }
  })

  test('is never made twice', () => {
    const made = Array.from({ length: 100 }, () =>
      hashOfChallenge(newChallenge(key, ceremony, now).toString('base64url')),
    )
    expect(new Set(made.map((one) => one.toString('hex'))).size).toBe(100)
  })
})
