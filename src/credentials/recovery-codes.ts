import { createHmac, randomBytes } from 'node:crypto'

const CODES = 10
const CHARACTERS = 16

/** Crockford's base32: no I, L, O or U to misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE = new RegExp(`^[${ALPHABET}]{${CHARACTERS}}$`)

/** Ten codes of 80 random bits, as `XXXX-XXXX-XXXX-XXXX`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, newRecoveryCode)
}

/**
 * What to store of a code and to find it by, whichever way it was typed; null for what cannot be one. Keyed but
 * fast: nobody guesses 80 bits, so there is nothing for argon2 to slow down.
 */
export function hashRecoveryCode(pepper: Buffer, typed: string): Buffer | null {
  const code = normalise(typed)
  return CODE.test(code) ? createHmac('sha256', pepper).update(code).digest() : null
}

function newRecoveryCode(): string {
  const characters = Array.from(randomBytes(CHARACTERS), (byte) => ALPHABET.charAt(byte % ALPHABET.length))
  return characters.join('').replace(/.{4}(?=.)/g, '$&-')
}

function normalise(typed: string): string {
  return typed
    .replace(/[\s\p{Dash_Punctuation}]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
}
