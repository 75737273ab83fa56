import { generateSync } from 'otplib'
import { describe, expect, test } from 'vitest'
import { newTotpSecret, otpauthUrl, qrCode, totpStep } from './totp.ts'

/** "12345678901234567890" in base32, the SHA-1 secret of RFC 6238, appendix B. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

const at = (seconds: number) => new Date(seconds * 1000)
const codeAt = (seconds: number) => generateSync({ secret, epoch: seconds })
const stepAt = (seconds: number, code: string, afterStep: number | null = null) =>
  totpStep({ secret, code, now: at(seconds), afterStep })

describe('a code', () => {
  // The appendix lists eight digits; six are their last six (RFC 4226 §5.3).
  test.each([
    [59, '94287082', 1],
    [1_111_111_109, '07081804', 37_037_036],
    [1_111_111_111, '14050471', 37_037_037],
    [1_234_567_890, '89005924', 41_152_263],
    [2_000_000_000, '69279037', 66_666_666],
    [20_000_000_000, '65353130', 666_666_666],
  ])('at second %i is as RFC 6238 says', (seconds, eightDigits, step) => {
    expect(stepAt(seconds, eightDigits.slice(2))).toBe(step)
  })

  test('counts in its own step and the neighbouring ones, and not a second longer', () => {
    const code = codeAt(900)
    expect(stepAt(869.999, code)).toBeNull()
    expect(stepAt(870, code)).toBe(30)
    expect(stepAt(899.999, code)).toBe(30)
    expect(stepAt(900, code)).toBe(30)
    expect(stepAt(929.999, code)).toBe(30)
    expect(stepAt(930, code)).toBe(30)
    expect(stepAt(959.999, code)).toBe(30)
    expect(stepAt(960, code)).toBeNull()
  })

  test('counts once, and none before it counts afterwards', () => {
    expect(stepAt(930, codeAt(930), 31)).toBeNull()
    expect(stepAt(930, codeAt(900), 31)).toBeNull()
    expect(stepAt(930, codeAt(900), 30)).toBeNull()
    expect(stepAt(930, codeAt(930), 30)).toBe(31)
    expect(stepAt(930, codeAt(960), 31)).toBe(32)
    expect(stepAt(930, codeAt(930), 32)).toBeNull()
  })

  test('is no good, and no error, after the clock was set back', () => {
    expect(stepAt(900, codeAt(900), 1_000_000)).toBeNull()
  })

  test('that two neighbouring steps share is spent by one use', () => {
    const step = 910_737
    const code = codeAt(step * 30)
    expect(codeAt((step + 1) * 30)).toBe(code)
    expect(stepAt(step * 30, code)).toBe(step + 1)
    expect(stepAt((step + 1) * 30, code)).toBe(step + 1)
    expect(stepAt((step + 1) * 30, code, step + 1)).toBeNull()
  })

  test('may be typed with the space that apps show', () => {
    expect(stepAt(59, '287 082')).toBe(1)
  })

  test.each(['', '28708', '2870820', '28708a', '-28708', '2.8708', '٢٨٧٠٨٢', '000000'])(
    '%j is answered with null',
    (code) => {
      expect(stepAt(59, code)).toBeNull()
    },
  )

  test('of the very first step works, with nothing before it', () => {
    expect(stepAt(0, codeAt(0))).toBe(0)
  })
})

test('a secret is 160 random bits in base32', () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
  expect(newTotpSecret()).not.toBe(newTotpSecret())
})

test('the address for apps names product and account, and leaves the defaults unsaid or as they are', () => {
  const url = new URL(otpauthUrl({ secret, account: 'ann+x@example.com', issuer: 'Castellan' }))
  expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/Castellan:ann+x@example.com',
  ])
  const { algorithm = 'SHA1', digits = '6', period = '30', ...rest } = Object.fromEntries(url.searchParams)
  expect({ algorithm, digits, period }).toEqual({ algorithm: 'SHA1', digits: '6', period: '30' })
  expect(rest).toEqual({ secret, issuer: 'Castellan' })
})

test('the QR code is an SVG data URL with a quiet zone, and another address gives another picture', () => {
  const [kind, body = ''] = qrCode('otpauth://totp/a').split(',')
  expect(kind).toBe('data:image/svg+xml;base64')
  const svg = Buffer.from(body, 'base64').toString()
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox=/)
  expect(svg).toContain('d="M4,4h1')
  expect(svg).not.toMatch(/script|href/)
  expect(qrCode('otpauth://totp/b')).not.toBe(qrCode('otpauth://totp/a'))
})
