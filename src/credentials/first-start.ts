import { timingSafeEqual } from 'node:crypto'
import { hashToken, newToken } from './one-time-token.ts'
import { tokenKinds } from './token-kinds.ts'

/** The token that proves, on an empty installation, that a caller can read what the server prints. This process alone knows it. */
export interface FirstStart {
  /** Makes a new one; none before it is good any more. */
  issueToken(): string
  isToken(given: string): boolean
}

export function createFirstStart(): FirstStart {
  let expected: Buffer | null = null
  return {
    issueToken() {
      const { token, hash } = newToken(tokenKinds.firstStart)
      expected = hash
      return token
    },
    isToken: (given) => expected !== null && timingSafeEqual(expected, hashToken(given)),
  }
}
