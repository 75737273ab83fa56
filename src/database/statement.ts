import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import type { RawBuilder } from 'kysely'

/** One SQL statement as a value: what is sent, and how its answer is read. Only `database/` sends it. */
export interface Statement<T> {
  readonly text: string
  readonly values: readonly unknown[]
  /** It is of one row, found by its key. */
  readonly brief?: boolean
  readonly read: (answer: Answer) => T
}

export interface Answer {
  readonly rows: readonly Row[]
  /** Rows returned or changed, as PostgreSQL counts them. */
  readonly affected: number
}

export type Row = Record<string, unknown>

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

function statement<T>(query: RawBuilder<unknown>, read: (answer: Answer) => T, brief = false): Statement<T> {
  const { sql: text, parameters: values } = query.compile(compiler)
  return { text, values, brief, read }
}

/** Every row. */
export const list = <R>(query: RawBuilder<R>): Statement<R[]> => statement(query, ({ rows }) => rows as R[])

/** The row, or null when there is none. */
export const find = <R>(query: RawBuilder<R>): Statement<R | null> =>
  statement(query, ({ rows }) => (rows[0] as R | undefined) ?? null, true)

/** The row of a statement that always has one. */
export const one = <R>(query: RawBuilder<R>): Statement<R> =>
  statement(query, ({ rows }) => {
    if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`)
    return rows[0] as R
  })

/** How many rows were changed. */
export const execute = (query: RawBuilder<unknown>): Statement<number> => statement(query, ({ affected }) => affected)

/** What each of several statements reads. */
export type Results<S extends readonly Statement<unknown>[]> = {
  [I in keyof S]: S[I] extends Statement<infer T> ? T : never
}

export function readAll<const S extends readonly Statement<unknown>[]>(
  statements: S,
  answers: readonly Answer[],
): Results<S> {
  return statements.map(({ read }, i) => read(answers[i] as Answer)) as Results<S>
}

export { sql }
export type { RawBuilder as Sql }
