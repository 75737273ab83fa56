import { execute, one, sql } from '../database/statement.ts'
import type { Statement } from '../database/statement.ts'

/** The first server writes it; the others find it there. */
export const insertKeyCheck = (keyCheck: Buffer): Statement<number> =>
  execute(sql`insert into installation (key_check) values (${keyCheck}) on conflict do nothing`)

export const findKeyCheck = (): Statement<{ keyCheck: Buffer }> =>
  one(sql<{ keyCheck: Buffer }>`select key_check as "keyCheck" from installation`)
