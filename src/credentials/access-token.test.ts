import { randomBytes } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenSigner, createTokenVerifier } from './access-token.ts'
import { jwks, signingKeyFromSeed } from './signing-key.ts'

const [current, previous] = [signingKeyFromSeed(randomBytes(32)), signingKeyFromSeed(randomBytes(32))]
const parties = { issuer: 'https://castellan.example', audience: 'castellan' }
const subject = { sub: '0190b6a2-7c1d-7e3f-8a4b-5c6d7e8f9a0b', sid: '0190b6a2-7c1d-7e3f-8a4b-5c6d7e8f9a0c' }
const now = new Date('2026-11-23T08:00:00.400Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

const signer = createTokenSigner({ ...parties, keys: [current, previous], ttlSeconds: 900 })
const newVerifier = () => createTokenVerifier({ ...parties, keys: [current, previous] })
const malformed = { ok: false, reason: 'malformed' }
const expired = { ok: false, reason: 'expired' }

describe('a token of ours', () => {
  test('says who, which session, for whom and until when, and is no bigger than that', () => {
    const { token, expiresIn, expiresAt } = signer.sign(subject, now)
    const [header = '', payload = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    const iat = Math.floor(now.getTime() / 1000)
    expect(JSON.parse(header)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: current.kid })
    const claims = {
      iss: parties.issuer,
      aud: parties.audience,
      ...subject,
      iat,
      exp: iat + 900,
      jti: expect.any(String),
    }
    expect(JSON.parse(payload)).toEqual(claims)
    expect(newVerifier().verify(token, now)).toEqual({ ok: true, claims })
    expect([expiresIn, expiresAt]).toEqual([900, new Date('2026-11-23T08:15:00Z')])
    expect(token.length).toBeLessThan(600)
  })

  test('has an id of its own, version 7 and of its time', () => {
    const ids = Array.from({ length: 100 }, () => newVerifier().verify(signer.sign(subject, now).token, now))
    const jtis = ids.map((verdict) => (verdict.ok ? verdict.claims.jti : ''))
    expect(new Set(jtis).size).toBe(100)
    const time = now.getTime().toString(16).padStart(12, '0')
    for (const jti of jtis) expect(jti.replaceAll('-', '')).toMatch(new RegExp(`^${time}7`))
  })

  test('is accepted by an independent library against the published keys', async () => {
    const { token } = signer.sign(subject, now)
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks([previous, current])), {
      ...parties,
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      currentDate: now,
      requiredClaims: ['sub', 'sid', 'jti', 'exp', 'iat'],
    })
    expect(payload).toMatchObject(subject)
  })

  test('is signed by the first key and believed from any known one, until that is retired', () => {
    const { token } = createTokenSigner({ ...parties, keys: [previous], ttlSeconds: 900 }).sign(subject, now)
    expect(newVerifier().verify(token, now)).toMatchObject({ ok: true, claims: subject })
    expect(createTokenVerifier({ ...parties, keys: [current] }).verify(token, now)).toEqual(malformed)
    expect(() => createTokenSigner({ ...parties, keys: [], ttlSeconds: 900 })).toThrow(RangeError)
  })
})

test('a well-formed token of an independent library with our key is accepted', async () => {
  const token = await new SignJWT({ ...subject, jti: '0190b6a2-7c1d-7e3f-8a4b-5c6d7e8f9a0d', theme: 'ignored' })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: current.kid })
    .setIssuer(parties.issuer)
    .setAudience(parties.audience)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(later(60))
    .sign(current.privateKey)
  const verdict = newVerifier().verify(token, now)
  expect(verdict).toMatchObject({ ok: true, claims: subject })
  expect(verdict).not.toHaveProperty('claims.theme')
})

describe('time', () => {
  test.each(['first sight', 'memory'])('ends a token exactly at its second, at %s', (from) => {
    const verifier = newVerifier()
    const { token, expiresAt } = signer.sign(subject, now)
    if (from === 'memory') expect(verifier.verify(token, now)).toMatchObject({ ok: true })
    expect(verifier.verify(token, new Date(expiresAt.getTime() - 1))).toMatchObject({ ok: true })
    expect(verifier.verify(token, expiresAt)).toEqual(expired)
    expect(verifier.verify(token, later(100_000))).toEqual(expired)
  })

  test('may run up to five seconds behind on the node that verifies', () => {
    const { token } = signer.sign(subject, new Date('2026-11-23T08:00:05Z'))
    expect(newVerifier().verify(token, new Date('2026-11-23T08:00:00Z'))).toMatchObject({ ok: true })
    expect(newVerifier().verify(token, new Date('2026-11-23T07:59:59.999Z'))).toEqual(malformed)
  })

  test('is asked again of a remembered token in both directions', () => {
    const verifier = newVerifier()
    const { token } = signer.sign(subject, now)
    expect(verifier.verify(token, now)).toMatchObject({ ok: true })
    expect(verifier.verify(token, later(-60))).toEqual(malformed)
    expect(verifier.verify(token, now)).toMatchObject({ ok: true })
  })

  test('that cannot be told lets nobody in', () => {
    expect(newVerifier().verify(signer.sign(subject, now).token, new Date(NaN))).toEqual(expired)
  })
})

describe('the memory', () => {
  test('answers with the same claims, which no caller can change', () => {
    const verifier = newVerifier()
    const { token } = signer.sign(subject, now)
    const [first, again] = [verifier.verify(token, now), verifier.verify(token, now)]
    expect(again).toEqual(first)
    expect(() => first.ok && Object.assign(first.claims, { sub: 'someone else' })).toThrow(TypeError)
    expect(verifier.verify(token, now)).toMatchObject({ ok: true, claims: subject })
  })

  test('makes the second look much cheaper than the first', () => {
    const verifier = newVerifier()
    const tokens = Array.from({ length: 200 }, () => signer.sign(subject, now).token)
    const timed = () => {
      const start = performance.now()
      for (const token of tokens) verifier.verify(token, now)
      return performance.now() - start
    }
    const firstSight = timed()
    expect(Math.min(timed(), timed(), timed())).toBeLessThan(firstSight / 5)
  })

  test('never vouches for a token that differs by one character', () => {
    const verifier = newVerifier()
    const { token } = signer.sign(subject, now)
    expect(verifier.verify(token, now)).toMatchObject({ ok: true })
    for (let at = 0; at < token.length; at += 1) {
      for (const other of [token[at] === 'A' ? 'B' : 'A', '', `${token[at]}A`, '.', ' ', '=']) {
        const changed = token.slice(0, at) + other + token.slice(at + 1)
        if (changed !== token) expect(verifier.verify(changed, now), `${other} at ${at}`).toEqual(malformed)
      }
    }
  })
})
