import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { forgeTokens } from '../../test/support/forged-tokens.ts'
import { createTokenVerifier } from './access-token.ts'
import { signingKeyFromSeed } from './signing-key.ts'

const newKey = () => signingKeyFromSeed(randomBytes(32))
const key = newKey()
const parties = { issuer: 'https://castellan.example', audience: 'castellan' }
const subject = { sub: '0190b6a2-7c1d-7e3f-8a4b-5c6d7e8f9a0b', sid: '0190b6a2-7c1d-7e3f-8a4b-5c6d7e8f9a0c' }
const now = new Date('2026-11-23T08:00:00Z')
const { genuine, forged } = forgeTokens({ key, retired: newKey(), stranger: newKey(), parties, subject, now })
const verifier = createTokenVerifier({ ...parties, keys: [key] })

describe('the forger’s tools make tokens that pass as long as nothing about them is wrong:', () => {
  test.each(Object.entries(genuine))('%s', async (_name, make) => {
    expect(verifier.verify(await make(), now)).toMatchObject({ ok: true, claims: subject })
  })
})

describe.each(Object.entries(forged))('%s', (_group, corpus) => {
  test.each(Object.entries(corpus))('%s', async (_name, make) => {
    expect(verifier.verify(await make(), now)).toEqual({ ok: false, reason: 'malformed' })
  })
})
