import { createHmac, createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readNoteVerifier } from './signed-note.ts'
import { createTrailKey, hmacWith } from './trail-key.ts'

const key = createTrailKey(Buffer.alloc(32, 1))
const other = createTrailKey(Buffer.alloc(32, 2))
const text = 'origin\n7\nAAAA\n'
const noteBy = (one: typeof key, words: string): string => one.note(words, one.sign(words))
const note = noteBy(key, text)

test('a note is its text, an empty line and one signature line that any Ed25519 can check', () => {
  const [, line = ''] = note.split('\n\n')
  expect(note.startsWith(`${text}\n— ${key.name} `)).toBe(true)
  const signature = Buffer.from(line.trimEnd().split(' ')[2] ?? '', 'base64')
  expect(signature.subarray(0, 4).toString('hex')).toBe(key.verifierKey.split('+')[1])
  expect(verify(null, Buffer.from(text), createPublicKey(key.publicKeyPem), signature.subarray(4))).toBe(true)
})

describe.each([
  ['its verifier key', key.verifierKey],
  ['its verifier key, as a file ends', `${key.verifierKey}\n`],
  ['its PEM', key.publicKeyPem],
])('from %s', (_what, published) => {
  const verifier = readNoteVerifier(published)

  test('a note opens, also among signatures of others', () => {
    expect(verifier?.open(note)).toBe(text)
    expect(verifier?.open(`${note}— witness.example AAAAAAAA\n`)).toBe(text)
    const [, theirs = ''] = noteBy(other, text).split('\n\n')
    expect(verifier?.open(`${note.slice(0, note.lastIndexOf('—'))}${theirs}${note.slice(note.lastIndexOf('—'))}`)).toBe(
      text,
    )
  })

  test('nothing else does: another text, another key, half a signature, no signature', () => {
    const wrong = [
      note.replace('7', '8'),
      noteBy(other, text),
      noteBy(other, text).replace(other.name, key.name),
      `${note.slice(0, -10)}\n`,
      `${text}\n`,
      text,
      '',
    ]
    expect(wrong.map((one) => verifier?.open(one))).toEqual(wrong.map(() => null))
  })
})

test.each([
  '',
  'a',
  'a+b+c',
  key.verifierKey.slice(0, -4),
  key.verifierKey.replace(/\+\w{8}/, '+00000000'),
  '-----BEGIN',
])('%j is no key', (published) => {
  expect(readNoteVerifier(published)).toBeNull()
})

test('marks are made with the HMAC that everybody knows', () => {
  for (const length of [0, 1, 32, 63, 64, 65, 1000]) {
    const [secret, message] = [Buffer.alloc(32, length), Buffer.alloc(length, 7)]
    expect(hmacWith(secret)(message).equals(createHmac('sha256', secret).update(message).digest())).toBe(true)
  }
})

test('marks differ by key, by purpose and by every part of a seal', () => {
  const leaf = Buffer.alloc(32, 9)
  const seal = { orgId: 'o', sequence: 1, eventId: 'e', leaf }
  const marks = [
    key.markOfEvent(leaf),
    other.markOfEvent(leaf),
    key.markOfEvent(Buffer.alloc(32, 8)),
    key.markOfSeal(seal),
    key.markOfSeal({ ...seal, sequence: 2 }),
    key.markOfSeal({ ...seal, orgId: 'p' }),
    key.markOfSeal({ ...seal, eventId: 'f' }),
    key.markOfSeal({ ...seal, leaf: Buffer.alloc(32, 8) }),
  ].map((mark) => mark.toString('hex'))
  expect(new Set(marks).size).toBe(marks.length)
  expect(marks.every((mark) => mark.length === 32)).toBe(true)
})
