import { generateSync } from 'otplib'
import { newToken } from '../../src/credentials/one-time-token.ts'
import { newRecoveryCodes, hashRecoveryCode } from '../../src/credentials/recovery-codes.ts'
import { makeRefreshToken } from '../../src/credentials/refresh-token.ts'
import { seal } from '../../src/credentials/secret-box.ts'
import { tokenKinds } from '../../src/credentials/token-kinds.ts'
import { newTotpSecret } from '../../src/credentials/totp.ts'
import type { Answer, World } from './world.ts'

export const PASSWORD = 'correct horse battery staple'

/** What a person knows and holds. */
export interface Holder {
  id: string
  orgId: string
  email: string
  secret: string
  recoveryCodes: string[]
}

/** The code that an authenticator app shows by the server's clock. */
export function codeOf(world: World, secret: string): string {
  return generateSync({ secret, epoch: Math.floor(world.house.clock().getTime() / 1000), strategy: 'totp' })
}

/** Gives somebody made by a factory the password, and a second factor where the row says that they have one. */
export async function equip(world: World, person: { id: string; orgId: string; email: string }): Promise<Holder> {
  const { hasher, sealing, recoveryPepper } = world.house.credentials
  const secret = newTotpSecret()
  const recoveryCodes = newRecoveryCodes()
  await world.admin.query('update users set password_hash = $2 where id = $1', [person.id, await hasher.hash(PASSWORD)])
  await world.admin.query(
    `insert into totp_factors (org_id, user_id, secret_sealed, confirmed_at, created_at)
     select org_id, id, $2, now(), now() from users where id = $1 and mfa_enabled`,
    [person.id, seal(sealing[0], secret, `totp:${person.id}`)],
  )
  await world.admin.query(
    `insert into recovery_codes (org_id, user_id, code_hash)
     select org_id, id, unnest($2::bytea[]) from users where id = $1 and mfa_enabled`,
    [person.id, recoveryCodes.map((code) => hashRecoveryCode(recoveryPepper, code))],
  )
  const { id, orgId, email } = person
  return { id, orgId, email, secret, recoveryCodes }
}

/** The password step. */
export const login = (world: World, { email }: { email: string }, password = PASSWORD): Promise<Answer> =>
  world.nobody.post('/api/auth/login', { email, password })

/** As many steps between password and session, without hashing a password for each. */
export async function challenges(world: World, { id, orgId }: Holder, count: number): Promise<string[]> {
  const made = Array.from({ length: count }, () => newToken(tokenKinds.challenge))
  await world.admin.query(
    `insert into auth_challenges (org_id, id, user_id, purpose, token_hash, created_at, expires_at)
     select $1, gen_random_uuid(), $2, 'mfa', unnest($3::bytea[]), now(), $4`,
    [orgId, id, made.map(({ hash }) => hash), new Date(world.house.clock().getTime() + 300_000)],
  )
  return made.map(({ token }) => token)
}

/** The first refresh token of the session that a factory made. */
export async function refreshTokenOf(world: World, person: { id: string; sessionId: string }): Promise<string> {
  const { id: userId, sessionId } = person
  const { rows } = await world.admin.query('select refresh_salt as salt from user_sessions where id = $1', [sessionId])
  return makeRefreshToken(world.house.credentials.refreshKey, { sessionId, userId, counter: 0 }, rows[0].salt)
}

/** All steps, half a minute later, so that the code is a new one. */
export async function signIn(world: World, holder: Holder): Promise<Tokens> {
  world.travel(30_000)
  const { body } = await login(world, holder)
  if (body.data.accessToken) return body.data
  const { challengeToken } = body.data
  const code = codeOf(world, holder.secret)
  const verified = await world.nobody.post('/api/auth/mfa/verify', { challengeToken, method: 'totp', code })
  if (verified.status !== 200) throw new Error(`could not sign in: ${JSON.stringify(verified.body)}`)
  return verified.body.data
}

export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** Events of an organization's trail, oldest first. */
export async function trail(world: World, orgId: string, action = '%'): Promise<any[]> {
  const { rows } = await world.admin.query(
    'select * from audit_logs where org_id = $1 and action like $2 order by occurred_at, id',
    [orgId, action],
  )
  return rows
}

/** Changes of the server's own that no event told of: there must be none. */
export async function untold(world: World): Promise<unknown[]> {
  const { rows } = await world.admin.query(
    `select resource_type, changes from audit_logs
      where action = 'database.row_changed' and details ->> 'databaseRole' = 'castellan_runtime'`,
  )
  return rows
}
