import { execute, find, list, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'
import type { Passkey } from '../types/passkey.ts'
import { accountColumns } from './credentials.ts'
import type { Account, Owner } from './credentials.ts'

const columns = sql`id, name, backed_up as "backedUp", created_at as "createdAt", last_used_at as "lastUsedAt"`

export const listPasskeys = ({ orgId, userId }: Owner): Statement<Passkey[]> =>
  list(sql<Passkey>`
    select ${columns} from passkeys where org_id = ${orgId} and user_id = ${userId} order by created_at, id`)

/** What the authenticator goes by. */
export interface PasskeyId {
  readonly credentialId: Buffer
  readonly transports: string[]
}

export const listPasskeyIds = ({ orgId, userId }: Owner): Statement<PasskeyId[]> =>
  list(sql<PasskeyId>`
    select credential_id as "credentialId", transports from passkeys where org_id = ${orgId} and user_id = ${userId}`)

export interface NewPasskey extends Owner, PasskeyId {
  readonly id: string
  readonly name: string
  readonly publicKey: Buffer
  readonly signCount: number
  readonly backedUp: boolean
}

/** None when the credential is known already. */
export const insertPasskey = (passkey: NewPasskey, now: Date): Statement<Passkey | null> =>
  find(sql<Passkey>`
    insert into passkeys (org_id, id, user_id, name, credential_id, public_key, sign_count, transports, backed_up, created_at)
    values (${passkey.orgId}, ${passkey.id}, ${passkey.userId}, ${passkey.name}, ${passkey.credentialId}, ${passkey.publicKey},
            ${passkey.signCount}, ${passkey.transports}::text[], ${passkey.backedUp}, ${now})
        on conflict (credential_id) do nothing
    returning ${columns}`)

export interface StoredPasskey extends Owner {
  readonly id: string
  readonly publicKey: Buffer
  readonly signCount: number
}

/** As it is and stays until the transaction ends. */
export const lockPasskey = (credentialId: Buffer): Statement<StoredPasskey | null> =>
  find(sql<StoredPasskey>`
    select org_id as "orgId", user_id as "userId", id, public_key as "publicKey", sign_count as "signCount"
      from passkeys where credential_id = ${credentialId} for update`)

export const markPasskeyUsed = (
  { orgId, id }: { orgId: string; id: string },
  signCount: number,
  now: Date,
): Statement<number> =>
  execute(sql`
    update passkeys set sign_count = ${signCount}, last_used_at = ${now} where org_id = ${orgId} and id = ${id}`)

export const findAccountOfPasskey = (credentialId: Buffer): Statement<Account | null> =>
  find(sql<Account>`
    select ${accountColumns}
      from passkeys p join users u on u.org_id = p.org_id and u.id = p.user_id join organizations o on o.id = u.org_id
     where p.credential_id = ${credentialId}`)

export const deletePasskey = ({ orgId, userId }: Owner, id: string): Statement<{ name: string } | null> =>
  find(sql<{ name: string }>`
    delete from passkeys where org_id = ${orgId} and user_id = ${userId} and id = ${id} returning name`)

export const deletePasskeys = ({ orgId, userId }: Owner): Statement<number> =>
  execute(sql`delete from passkeys where org_id = ${orgId} and user_id = ${userId}`)
