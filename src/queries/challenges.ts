import { execute, find, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Enrollee } from '../types/enrollee.ts'
import { accountColumns } from './credentials.ts'
import type { Account } from './credentials.ts'

const MAX_ATTEMPTS = 5

export interface NewChallenge {
  readonly orgId: string
  readonly id: string
  readonly userId: string
  readonly purpose: 'mfa' | 'enrollment'
  readonly tokenHash: Buffer
  readonly createdAt: Date
  readonly expiresAt: Date
}

export const insertChallenge = (challenge: NewChallenge): Statement<number> =>
  execute(sql`
    insert into auth_challenges (org_id, id, user_id, purpose, token_hash, created_at, expires_at)
    values (${challenge.orgId}, ${challenge.id}, ${challenge.userId}, ${challenge.purpose}, ${challenge.tokenHash},
            ${challenge.createdAt}, ${challenge.expiresAt})`)

export interface Attempt extends Account {
  readonly challengeId: string
  readonly attempts: number
}

/** One row of several at once: who writes it has answered the challenge of an authenticator. */
export const insertAnswered = (challenge: Omit<NewChallenge, 'purpose'>): Statement<number> =>
  execute(sql`
    insert into auth_challenges (org_id, id, user_id, purpose, token_hash, created_at, expires_at, used_at)
    values (${challenge.orgId}, ${challenge.id}, ${challenge.userId}, 'webauthn', ${challenge.tokenHash}, ${challenge.createdAt},
            ${challenge.expiresAt}, ${challenge.createdAt})
        on conflict (org_id, token_hash) where purpose = 'webauthn' do nothing`)

/** Counts an attempt before it is made, so that many at once are not more than it may be; none when there is none left. */
export const takeAttempt = (tokenHash: Buffer, now: Date): Statement<Attempt | null> =>
  find(sql<Attempt>`
    update auth_challenges c set attempts = c.attempts + 1
      from users u join organizations o on o.id = u.org_id
     where c.token_hash = ${tokenHash} and c.purpose = 'mfa' and c.used_at is null and c.expires_at > ${now}
       and c.attempts < ${MAX_ATTEMPTS} and u.org_id = c.org_id and u.id = c.user_id
    returning c.id as "challengeId", c.attempts, ${accountColumns}`)

export const findEnrollee = (tokenHash: Buffer, now: Date): Statement<Enrollee | null> =>
  find(sql<Enrollee>`
    select u.id as "userId", u.org_id as "orgId", u.email, u.role, o.settings, c.id as "challengeId"
      from auth_challenges c
      join users u on u.org_id = c.org_id and u.id = c.user_id and u.status = 'active'
      join organizations o on o.id = c.org_id and o.status = 'active'
     where c.token_hash = ${tokenHash} and c.purpose = 'enrollment' and c.used_at is null and c.expires_at > ${now}`)

/** A challenge succeeds once: of several at once, one changes the row. */
export const spendChallenge = (
  { orgId, challengeId }: { orgId: string; challengeId: string },
  now: Date,
): Statement<number> =>
  execute(sql`
    update auth_challenges set used_at = ${now} where org_id = ${orgId} and id = ${challengeId} and used_at is null`)
