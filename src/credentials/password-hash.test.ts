import { hash as argon2Hash, parseOptions } from '@node-rs/argon2'
import { argon2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPasswordHasher, hashOfNobody, PasswordQueueFullError } from './password-hash.ts'

const password = 'correct horse battery staple'
const hasher = createPasswordHasher({ parallel: 2 })

test('the right password is told from any other, down to the last byte', async () => {
  const stored = await hasher.hash(password)
  expect(await hasher.verify(stored, password)).toBe(true)
  expect(await hasher.verify(stored, `${password} `)).toBe(false)
  expect(await hasher.verify(stored, '')).toBe(false)
  const long = await hasher.hash(`${'ä'.repeat(120)}\0x`)
  expect(await hasher.verify(long, `${'ä'.repeat(120)}\0y`)).toBe(false)
})

test('it is argon2id at the agreed cost, and Node computes the same tag', async () => {
  const stored = await hasher.hash(password)
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const [salt = '', tag] = stored.split('$').slice(-2)
  const nonce = Buffer.from(salt, 'base64')
  const own = argon2Sync('argon2id', {
    message: password,
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory: 19_456,
    passes: 2,
  })
  expect(own.toString('base64').replace(/=+$/, '')).toBe(tag)
})

test('the same password hashed twice looks different', async () => {
  expect(await hasher.hash(password)).not.toBe(await hasher.hash(password))
})

test('an account that does not exist costs the same work and never lets anyone in', async () => {
  expect(parseOptions(hashOfNobody())).toEqual(parseOptions(await hasher.hash(password)))
  expect(hasher.needsRehash(hashOfNobody())).toBe(false)
  expect(await hasher.verify(null, password)).toBe(false)
  const [known, unknown] = await fastestOf(await hasher.hash(password), null)
  expect(unknown / known).toBeGreaterThan(0.6)
  expect(unknown / known).toBeLessThan(1.67)
})

test.each([
  { memoryCost: 9_728 },
  { timeCost: 1 },
  { parallelism: 2 },
  { outputLen: 16 },
  { algorithm: 1 },
  { salt: Buffer.alloc(8) },
])('a hash made with other parameters (%j) still verifies and asks to be renewed', async (parameters) => {
  const stored = await argon2Hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1, ...parameters })
  expect(await hasher.verify(stored, password)).toBe(true)
  expect(hasher.needsRehash(stored)).toBe(true)
})

test('a current hash does not ask to be renewed', async () => {
  expect(hasher.needsRehash(await hasher.hash(password))).toBe(false)
})

test('beyond its queue it refuses at once, for hashing and verifying alike, and recovers', async () => {
  const small = createPasswordHasher({ parallel: 1, queue: 1 })
  const accepted = [small.hash(password), small.verify(null, password)]
  await expect(small.hash(password)).rejects.toBeInstanceOf(PasswordQueueFullError)
  await expect(small.verify(null, password)).rejects.toBeInstanceOf(PasswordQueueFullError)
  await Promise.all(accepted)
  expect(await small.verify(null, password)).toBe(false)
})

/** Milliseconds of the quickest of several interleaved verifications, which a busy machine disturbs least. */
async function fastestOf(...hashes: (string | null)[]): Promise<[number, number]> {
  const best = hashes.map(() => Infinity)
  for (let round = 0; round < 15; round += 1) {
    for (const [which, stored] of hashes.entries()) {
      const start = performance.now()
      await hasher.verify(stored, 'not the password')
      best[which] = Math.min(best[which] ?? Infinity, performance.now() - start)
    }
  }
  return [best[0] ?? NaN, best[1] ?? NaN]
}
