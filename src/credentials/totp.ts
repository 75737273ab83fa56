import { generateSecret, generateSync, generateURI, verifySync } from 'otplib'
import { renderSVG } from 'uqr'

/** What every authenticator app understands: SHA-1, six digits, thirty seconds (RFC 6238, RFC 4226 §5.3). */
const SCHEME = { algorithm: 'sha1', digits: 6, period: 30 } as const
const SECRET_BYTES = 20
const QUIET_ZONE = 4

/** 160 bits in base32. */
export function newTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES })
}

/** The code that an authenticator app shows at that moment. */
export const totpCode = (secret: string, at: Date): string =>
  generateSync({ ...SCHEME, secret, epoch: Math.floor(at.getTime() / 1000) })

export function otpauthUrl({ secret, account, issuer }: { secret: string; account: string; issuer: string }): string {
  return generateURI({ secret, label: account, issuer, ...SCHEME })
}

/** An SVG data URL. */
export function qrCode(url: string): string {
  const svg = renderSVG(url, { ecc: 'M', border: QUIET_ZONE, pixelSize: 1 })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}

/**
 * The time step that the code belongs to, the current one or its neighbours, or null: people type slowly, and clocks of phones
 * run fast (RFC 6238 §6). A step at or before `afterStep`, the last one used, does not count again (§5.2); storing the answer
 * must be one atomic "if greater" update.
 */
export function totpStep(attempt: {
  secret: string
  code: string
  now: Date
  afterStep: number | null
}): number | null {
  const code = attempt.code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(code)) return null
  const current = Math.floor(attempt.now.getTime() / 1000 / SCHEME.period)
  // The newest first: should two steps show the same digits, one use spends both.
  const step = [current + 1, current, current - 1].find((candidate) => belongsTo(candidate, attempt.secret, code))
  return step !== undefined && step > (attempt.afterStep ?? -1) ? step : null
}

function belongsTo(step: number, secret: string, code: string): boolean {
  return verifySync({ ...SCHEME, secret, token: code, epoch: step * SCHEME.period }).valid
}
