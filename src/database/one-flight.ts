import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Connection, Submittable } from 'pg'
import { encode } from './encode.ts'
import type { Answer, Row, Statement } from './statement.ts'
import { parserOf } from './parsers.ts'

/** A statement as it goes over the wire; the name keeps plans apart that row security makes different for each role. */
export interface Wire {
  readonly text: string
  readonly values: readonly (string | null)[]
  readonly name: string
}

interface Field {
  name: string
  dataTypeID: number
}

interface Reader {
  readonly columns: readonly { readonly name: string; readonly parse: (text: string) => unknown }[]
  /** A row of nulls: rows that are copied from one have the same shape, and are made faster. */
  readonly blank: Row
}

/** What one connection has prepared. A name whose Parse may or may not have happened is closed before it is used again. */
interface Prepared {
  readonly known: Map<string, Reader | null>
  readonly uncertain: Set<string>
}

const PREPARED_PER_CONNECTION = 500
const preparedOf = new WeakMap<Connection, Prepared>()

const MAX_NAMES = 1000
const namesOf = new Map<string, Map<string, string>>()

/** Plans depend on the role, so its name is part of the statement's. */
export const wire = ({ text, values }: Statement<unknown>, role: string): Wire => ({
  text,
  values: values.map(encode),
  name: nameOf(text, role),
})

function nameOf(text: string, role: string): string {
  const names = namesOf.get(role) ?? new Map<string, string>()
  if (names.size === 0) namesOf.set(role, names)
  const known = names.get(text)
  if (known !== undefined) return known
  const name = createHash('sha256').update(`${role} ${text}`).digest('base64url').slice(0, 22)
  if (names.size < MAX_NAMES) names.set(text, name)
  return name
}

/**
 * Sends all statements with one Sync: one round trip, one implicit transaction. All take effect, or none.
 * Rejects with the first DatabaseError; what follows it is skipped by the server.
 */
export function oneFlight(client: pg.ClientBase, statements: readonly Wire[]): Promise<Answer[]> {
  return new Promise((resolve, reject) => client.query(flight(statements, resolve, reject)))
}

function flight(
  statements: readonly Wire[],
  resolve: (answers: Answer[]) => void,
  reject: (error: unknown) => void,
): Submittable & Record<string, unknown> {
  const answers: Answer[] = []
  const parsedHere: string[] = []
  let prepared: Prepared
  let rows: Row[] = []
  let reader: Reader | null = null
  let broken: unknown

  const describe = (): Reader => {
    const known = prepared.known.get(statements[answers.length]?.name ?? '')
    if (!known) throw new Error('a row came before its description')
    return known
  }

  return {
    submit(connection: Connection) {
      prepared = preparedOf.get(connection) ?? remember(connection)
      connection.stream.cork()
      try {
        for (const { text, values, name } of statements) {
          const known = prepared.known.has(name)
          if (!known) {
            if (prepared.uncertain.delete(name)) connection.close({ type: 'S', name }, true)
            connection.parse({ text, name, types: [] }, true)
            prepared.known.set(name, null)
            parsedHere.push(name)
          }
          connection.bind({ statement: name, values: [...values] }, true)
          if (!known || prepared.known.get(name) === null) connection.describe({ type: 'P', name: '' }, true)
          connection.execute({ portal: '' }, true)
        }
        connection.sync()
      } finally {
        connection.stream.uncork()
      }
    },
    handleRowDescription({ fields }: { fields: Field[] }) {
      reader = readerOf(fields)
      const current = statements[answers.length]
      if (current) prepared.known.set(current.name, reader)
    },
    handleDataRow({ fields }: { fields: (string | null)[] }) {
      try {
        reader ??= describe()
        rows.push(read(reader, fields))
      } catch (error) {
        broken ??= error
      }
    },
    handleCommandComplete({ text }: { text: string }) {
      answers.push({ rows, affected: Number(text.slice(text.lastIndexOf(' ') + 1)) || 0 })
      rows = []
      reader = null
    },
    handleEmptyQuery() {
      answers.push({ rows: [], affected: 0 })
    },
    handlePortalSuspended() {
      broken ??= new Error('a portal was suspended')
    },
    handleError(error: unknown) {
      for (const name of parsedHere) {
        prepared.known.delete(name)
        prepared.uncertain.add(name)
      }
      reject(error)
    },
    handleReadyForQuery() {
      if (broken) reject(broken)
      else resolve(answers)
    },
  }
}

function remember(connection: Connection): Prepared {
  const prepared: Prepared = { known: new Map(), uncertain: new Set() }
  preparedOf.set(connection, prepared)
  return prepared
}

/** Whether the connection has prepared so many statements that it had better be replaced. */
export function isFull(client: pg.ClientBase): boolean {
  const { connection } = client as unknown as { connection: Connection }
  return (preparedOf.get(connection)?.known.size ?? 0) > PREPARED_PER_CONNECTION
}

function readerOf(fields: readonly Field[]): Reader {
  return {
    columns: fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) })),
    blank: Object.fromEntries(fields.map(({ name }) => [name, null])),
  }
}

function read({ columns, blank }: Reader, fields: readonly (string | null)[]): Row {
  const row = { ...blank }
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]
    const field = fields[i] ?? null
    if (column && field !== null) row[column.name] = column.parse(field)
  }
  return row
}
