import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { jwks, signingKeyFromSeed } from './signing-key.ts'

/** RFC 8037, appendix A. */
const example = {
  seed: Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url'),
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
}

test('a seed gives the key and the thumbprint of RFC 8037', async () => {
  const key = signingKeyFromSeed(example.seed)
  expect(key.kid).toBe(example.kid)
  expect(key.privateKey.export({ format: 'jwk' })).toMatchObject({
    d: example.seed.toString('base64url'),
    x: example.x,
  })
  expect(await calculateJwkThumbprint(key.publicKey.export({ format: 'jwk' }))).toBe(example.kid)
})

test('the published set names each key and shows nothing private', () => {
  const key = signingKeyFromSeed(example.seed)
  const published = { kty: 'OKP', crv: 'Ed25519', x: example.x, kid: example.kid, alg: 'EdDSA', use: 'sig' }
  expect(jwks([key])).toStrictEqual({ keys: [published] })
  expect(() => jwks([{ ...key, publicKey: key.privateKey }])).toThrow(TypeError)
})

test('a seed of another size is refused', () => {
  expect(() => signingKeyFromSeed(Buffer.alloc(31))).toThrow(RangeError)
  expect(() => signingKeyFromSeed(Buffer.alloc(64))).toThrow(RangeError)
})
