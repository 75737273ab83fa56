import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { open, seal, SecretBoxError } from './secret-box.ts'

const current = { id: '2026', key: randomBytes(32) }
const previous = { id: '2025', key: randomBytes(32) }
const keys = [current, previous]
const row = 'users.totp_secret:0190b6a2'

const refusal = (sealed: string, boundTo = row) => {
  try {
    return open(keys, sealed, boundTo).toString()
  } catch (error) {
    return error instanceof SecretBoxError ? error.reason : error
  }
}

test('what was sealed opens in its place, text, bytes or nothing at all', () => {
  const bytes = randomBytes(100)
  expect(open(keys, seal(current, 'Schlüssel', row), row).toString()).toBe('Schlüssel')
  expect(open(keys, seal(current, bytes, row), row)).toEqual(bytes)
  expect(open(keys, seal(current, '', row), row)).toHaveLength(0)
})

test('a secret sealed under an older key still opens', () => {
  expect(open(keys, seal(previous, 'old', row), row).toString()).toBe('old')
})

test('the same secret sealed twice looks different, and shows neither itself nor its place', () => {
  const sealed = seal(current, 'secret', row)
  expect(sealed).toMatch(/^v1\.2026\.[\w-]+$/)
  expect(sealed).not.toBe(seal(current, 'secret', row))
})

test('a secret moved to another row does not open', () => {
  expect(refusal(seal(current, 'secret', row), 'users.totp_secret:0190b6a3')).toBe('mismatch')
})

test('the name of the key cannot trade letters with the place', () => {
  const [, , body] = seal({ ...current, id: 'ab' }, 'secret', 'c').split('.')
  expect(() => open([{ ...current, id: 'a' }], `v1.a.${body}`, 'bc')).toThrow(SecretBoxError)
})

test('the name of the key is bound to the secret, even where two names share one key', () => {
  const [, , body] = seal(current, 'secret', row).split('.')
  expect(() => open([{ ...current, id: 'alias' }], `v1.alias.${body}`, row)).toThrow(SecretBoxError)
})

test('an unknown key is named as such', () => {
  expect(refusal(seal({ id: '2024', key: current.key }, 'secret', row))).toBe('unknown_key')
})

test('a key that took the name of another does not open', () => {
  expect(refusal(seal({ id: current.id, key: previous.key }, 'secret', row))).toBe('mismatch')
})

test('every single flipped bit of the sealed bytes is noticed', () => {
  const [version, id, body = ''] = seal(current, 'secret', row).split('.')
  const bytes = Buffer.from(body, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    expect(refusal(`${version}.${id}.${flipped.toString('base64url')}`)).toBe('mismatch')
  }
})

test('every single changed, lost or added character of the sealed text is noticed', () => {
  const sealed = seal(current, 'secrets', row)
  for (let at = 0; at < sealed.length; at += 1) {
    for (const other of [sealed[at] === 'A' ? 'B' : 'A', '', `${sealed[at]}A`, '=', '.', ' ', '/']) {
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1)
      if (changed !== sealed) expect(['malformed', 'mismatch', 'unknown_key'], changed).toContain(refusal(changed))
    }
  }
})

test.each(['', 'v1', 'v1..', 'v1.2026.', 'v1.2026.AAAA', `v1.2026.${'A'.repeat(36)}`, `v2.2026.${'A'.repeat(60)}`])(
  'what was never sealed is malformed: %j',
  (text) => expect(refusal(text)).toBe('malformed'),
)

test('a key id that would break the form is refused at sealing', () => {
  for (const id of ['', 'a.b', 'ä', 'a'.repeat(65)]) {
    expect(() => seal({ ...current, id }, 'secret', row)).toThrow(TypeError)
  }
})
