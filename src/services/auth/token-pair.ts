import type { Call } from '../../context.ts'
import { makeRefreshToken } from '../../credentials/refresh-token.ts'
import type { RefreshClaims } from '../../credentials/refresh-token.ts'
import type { TokenPair } from '../../types/auth.ts'

/** A new access token of the session, and the refresh token that its counter stands for. */
export function tokenPair(
  { credentials, now }: Call,
  { salt, ...claims }: RefreshClaims & { readonly salt: Buffer },
): TokenPair & { refreshToken: string } {
  const { token, expiresIn } = credentials.signer.sign({ sub: claims.userId, sid: claims.sessionId }, now)
  const refreshToken = makeRefreshToken(credentials.refreshKey, claims, salt)
  return { accessToken: token, refreshToken, expiresIn, tokenType: 'Bearer' }
}
