import type { Platform } from './platform.ts'

export const PASSWORD = 'correct horse battery staple'

/** Gives so many people of customers the password that the hash is of, and no second factor. @returns who they are */
export async function givePasswords({ owner }: Platform, hash: string, people: number): Promise<string[]> {
  const { rows } = await owner.query<{ email: string }>(
    `update castellan.users set password_hash = $1, mfa_enabled = false
      where id in (select id from castellan.users where org_type = 'customer' and status = 'active' order by id limit $2)
    returning email`,
    [hash, people],
  )
  if (rows.length !== people) throw new Error(`there are ${rows.length} people to sign in`)
  return rows.map(({ email }) => email)
}
