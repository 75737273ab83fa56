import { execute, find, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

/** Whose request it is: a key means something only to the person who chose it. */
export interface KeyOwner {
  readonly orgId: string
  readonly userId: string
  readonly key: string
}

export interface KeptAnswer {
  readonly requestHash: Buffer
  /** Null while the first request is under way. */
  readonly status: number | null
  readonly answerSealed: string | null
}

const ownedBy = ({ orgId, userId, key }: KeyOwner) => sql`org_id = ${orgId} and user_id = ${userId} and key = ${key}`

/** Makes room for a key that was used before `since`, or that was claimed before `abandoned` and never answered. */
export const forgetStaleKey = (
  owner: KeyOwner,
  { since, abandoned }: { since: Date; abandoned: Date },
): Statement<number> =>
  execute(sql`
    delete from idempotency_keys
     where ${ownedBy(owner)} and (created_at < ${since} or (status is null and created_at < ${abandoned}))`)

/** How many rows it makes: 0 when the key is in use. */
export const claimKey = (
  owner: KeyOwner,
  { requestHash, now }: { requestHash: Buffer; now: Date },
): Statement<number> =>
  execute(sql`
    insert into idempotency_keys (org_id, user_id, key, request_hash, created_at)
    values (${owner.orgId}, ${owner.userId}, ${owner.key}, ${requestHash}, ${now})
    on conflict do nothing`)

/** Null when the key was released at this very moment. */
export const findKeptAnswer = (owner: KeyOwner): Statement<KeptAnswer | null> =>
  find(sql<KeptAnswer>`
    select request_hash as "requestHash", status, answer_sealed as "answerSealed"
      from idempotency_keys where ${ownedBy(owner)}`)

export const keepAnswer = (
  owner: KeyOwner,
  { status, answerSealed }: { status: number; answerSealed: string },
): Statement<number> =>
  execute(sql`update idempotency_keys set status = ${status}, answer_sealed = ${answerSealed} where ${ownedBy(owner)}`)

export const releaseKey = (owner: KeyOwner): Statement<number> =>
  execute(sql`delete from idempotency_keys where ${ownedBy(owner)} and status is null`)

export const deleteKeysBefore = (since: Date): Statement<number> =>
  execute(sql`delete from idempotency_keys where created_at < ${since}`)
