import { sql } from '../database/statement.ts'
import type { Sql } from '../database/statement.ts'

/** The normal-form column holds the words, wherever in it. No pattern: `%` and `_` stand for themselves. */
export const contains = (column: Sql<unknown>, words: string): Sql<boolean> =>
  sql<boolean>`position((select lower(normalize(btrim(${words}::text)))) in ${column}) > 0`
