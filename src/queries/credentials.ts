import { execute, find, list, one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Principal } from '../types/principal.ts'

/** Who signs in, before there is a session. */
export interface Account extends Pick<
  Principal,
  'userId' | 'orgId' | 'email' | 'role' | 'userStatus' | 'mfaEnabled' | 'orgType' | 'orgStatus' | 'settings'
> {
  readonly passwordHash: string | null
}

/** Names a person's credentials. */
export type Owner = Pick<Account, 'orgId' | 'userId'>

export const accountColumns = sql`
  u.id as "userId", u.org_id as "orgId", u.email, u.role, u.status as "userStatus", u.mfa_enabled as "mfaEnabled",
  u.password_hash as "passwordHash", o.type as "orgType", o.status as "orgStatus", o.settings`

/** The one accepted account with the address, if there is one. */
export const findAccountOfEmail = (email: string): Statement<Account | null> =>
  find(sql<Account>`
    select ${accountColumns} from users u join organizations o on o.id = u.org_id
     where u.email_normal = lower(btrim(${email}::text)) and u.status in ('active', 'suspended')`)

export const findAccount = (userId: string): Statement<Account | null> =>
  find(sql<Account>`
    select ${accountColumns} from users u join organizations o on o.id = u.org_id where u.id = ${userId}`)

/** As it is and stays until the transaction ends. The organization first, as whoever suspends one locks it first. */
export const lockAccount = (userId: string): Statement<Account | null> =>
  find(sql<Account>`
    select ${accountColumns} from users u join organizations o on o.id = u.org_id where u.id = ${userId}
       for share of o for no key update of u`)

/** A mark of use; no event tells of it. */
export const markSignedIn = ({ userId }: Owner, now: Date): Statement<number> =>
  execute(sql`update users set last_login_at = ${now} where id = ${userId}`)

export const setMfaEnabled = ({ userId }: Owner, mfaEnabled: boolean, now: Date): Statement<number> =>
  execute(sql`update users set mfa_enabled = ${mfaEnabled}, updated_at = ${now} where id = ${userId}`)

export interface Activation extends Owner {
  readonly firstName: string
  readonly lastName: string
  readonly passwordHash: string
}

/** @throws the constraint `users_email_accepted` */
export const activateInvited = (activation: Activation, now: Date): Statement<number> =>
  execute(sql`
    update users set status = 'active', password_hash = ${activation.passwordHash}, first_name = ${activation.firstName},
                     last_name = ${activation.lastName}, updated_at = ${now}
     where id = ${activation.userId} and org_id = ${activation.orgId} and status = 'invited'`)

export const setPasswordHash = ({ userId }: Owner, passwordHash: string): Statement<number> =>
  execute(sql`update users set password_hash = ${passwordHash} where id = ${userId}`)

/** None when it was changed meanwhile. */
export const replacePasswordHash = ({ userId }: Owner, { was, is }: { was: string; is: string }): Statement<number> =>
  execute(sql`update users set password_hash = ${is} where id = ${userId} and password_hash = ${was}`)

export interface TotpFactor {
  readonly secretSealed: string
  readonly confirmedAt: string | null
  readonly lastStep: number
}

export const findTotpFactor = ({ orgId, userId }: Owner): Statement<TotpFactor | null> =>
  find(sql<TotpFactor>`
    select secret_sealed as "secretSealed", confirmed_at as "confirmedAt", last_step as "lastStep"
      from totp_factors where org_id = ${orgId} and user_id = ${userId}`)

/** A secret that waits for its first code takes the place of whatever was there. */
export const putPendingTotpFactor = ({ orgId, userId }: Owner, secretSealed: string, now: Date): Statement<number> =>
  execute(sql`
    insert into totp_factors (org_id, user_id, secret_sealed, created_at) values (${orgId}, ${userId}, ${secretSealed}, ${now})
        on conflict (org_id, user_id) do update
           set secret_sealed = excluded.secret_sealed, created_at = excluded.created_at, confirmed_at = null, last_step = 0`)

export const confirmTotpFactor = ({ orgId, userId }: Owner, now: Date): Statement<number> =>
  execute(sql`update totp_factors set confirmed_at = ${now} where org_id = ${orgId} and user_id = ${userId}`)

/** A step is spent once: of several at once, one changes the row. */
export const spendTotpStep = ({ orgId, userId }: Owner, step: number): Statement<number> =>
  execute(sql`
    update totp_factors set last_step = ${step} where org_id = ${orgId} and user_id = ${userId} and last_step < ${step}`)

export interface SealedFactor extends Owner {
  readonly secretSealed: string
}

/** Those that another key than this has sealed. One that is being changed is left for the next time. */
export const takeFactorsNotSealedBy = (keyId: string, limit: number): Statement<SealedFactor[]> =>
  list(sql<SealedFactor>`
    select org_id as "orgId", user_id as "userId", secret_sealed as "secretSealed" from totp_factors
     where not starts_with(secret_sealed, ${`v1.${keyId}.`}) limit ${limit} for update skip locked`)

export const resealTotpFactor = (
  { orgId, userId }: Owner,
  { was, is }: { was: string; is: string },
): Statement<number> =>
  execute(sql`
    update totp_factors set secret_sealed = ${is}
     where org_id = ${orgId} and user_id = ${userId} and secret_sealed = ${was}`)

export const deleteTotpFactor = ({ orgId, userId }: Owner): Statement<number> =>
  execute(sql`delete from totp_factors where org_id = ${orgId} and user_id = ${userId}`)

export const insertRecoveryCodes = ({ orgId, userId }: Owner, hashes: readonly Buffer[]): Statement<number> =>
  execute(sql`
    insert into recovery_codes (org_id, user_id, code_hash)
    select ${orgId}::uuid, ${userId}::uuid, unnest(${hashes}::bytea[])`)

export const deleteRecoveryCodes = ({ orgId, userId }: Owner): Statement<number> =>
  execute(sql`delete from recovery_codes where org_id = ${orgId} and user_id = ${userId}`)

/** A code is spent once: of several at once, one changes the row. */
export const spendRecoveryCode = ({ orgId, userId }: Owner, hash: Buffer, now: Date): Statement<number> =>
  execute(sql`
    update recovery_codes set used_at = ${now}
     where org_id = ${orgId} and user_id = ${userId} and code_hash = ${hash} and used_at is null`)

export const countRecoveryCodes = ({ orgId, userId }: Owner): Statement<{ unused: number }> =>
  one(sql<{ unused: number }>`
    select count(*) as unused from recovery_codes where org_id = ${orgId} and user_id = ${userId} and used_at is null`)
