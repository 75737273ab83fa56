import { sql } from '../database/statement.ts'
import type { Sql } from '../database/statement.ts'

/** For `set`: the columns that have a value here, null among them. Not everybody may write every column. */
export const assignments = (values: Readonly<Record<string, string | null | undefined>>): Sql<unknown> =>
  sql.join(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
  )
