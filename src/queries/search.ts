import { sql } from '../database/statement.ts'
import type { Sql } from '../database/statement.ts'

/** As many may be named in a statement; words that more have are looked for in place. */
export const MOST_NAMED = 2000

/** Told in a way that leaves the plan the same whoever is named: one that is made for each list costs more than it saves. */
export const oneOf = (column: Sql<unknown>, ids: readonly string[]): Sql<boolean> =>
  sql<boolean>`${column} = any ((select ${ids}::uuid[])::uuid[])`

/** The normal-form column holds the words, wherever in it. No pattern: `%` and `_` stand for themselves. */
export const contains = (column: Sql<unknown>, words: string): Sql<boolean> =>
  sql<boolean>`position((select lower(normalize(btrim(${words}::text)))) in ${column}) > 0`
