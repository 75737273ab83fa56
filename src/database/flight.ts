import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Connection } from 'pg'
import { encode } from './encode.ts'
import type { Answer, Row, Statement } from './statement.ts'
import { parserOf } from './parsers.ts'

/** A statement as it goes over the wire; the name keeps plans apart that row security makes different for each role. */
export interface Wire {
  readonly text: string
  readonly values: readonly (string | null)[]
  readonly name: string
  /** Answered at once, without waiting for a lock: others may wait behind it. */
  readonly brief: boolean
}

export interface Field {
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
const namesOf = new Map<string, Map<string, Known>>()

interface Known {
  readonly name: string
  readonly locks: boolean
}

const LOCKS = /^(?!\s*select\b)|\bfor (no key update|update|share|key share)\b/i

/** Plans depend on the role, so its name is part of the statement's. */
export function wire({ text, values, brief }: Statement<unknown>, role: string): Wire {
  const { name, locks } = knownAs(text, role)
  return { text, values: values.map(encode), name, brief: brief === true && !locks }
}

function knownAs(text: string, role: string): Known {
  let names = namesOf.get(role)
  if (!names) namesOf.set(role, (names = new Map()))
  const known = names.get(text)
  if (known !== undefined) return known
  const name = createHash('sha256').update(`${role} ${text}`).digest('base64url').slice(0, 22)
  const made = { name, locks: LOCKS.test(text) }
  if (names.size < MAX_NAMES) names.set(text, made)
  return made
}

/** Statements that are one implicit transaction, and who waits for its end. */
export interface Flight {
  readonly statements: readonly Wire[]
  resolve(answers: Answer[]): void
  /** With the first DatabaseError; what follows it in the flight is skipped by the server. */
  reject(error: unknown): void
}

/** A flight under way, told what comes back. */
export interface Flying {
  /** Whether it is the first to prepare something on this connection. */
  readonly prepares: boolean
  described(fields: readonly Field[]): void
  row(fields: readonly (string | null)[]): void
  completed(affected: number): void
  failed(error: unknown): void
  /** Settles it. @returns what was wrong with its answers, if anything */
  landed(): unknown
}

/** Sends all statements with one Sync: one implicit transaction. All take effect, or none. */
export function takeOff(connection: Connection, { statements, resolve, reject }: Flight): Flying {
  const prepared = preparedOf.get(connection) ?? remember(connection)
  const preparing = send(connection, prepared, statements)
  const answers: Answer[] = []
  let rows: Row[] = []
  let reader: Reader | null = null
  let broken: unknown
  const currentName = (): string => statements[answers.length]?.name ?? ''
  return {
    prepares: preparing.length > 0,
    described(fields) {
      reader = readerOf(fields)
      prepared.known.set(currentName(), reader)
    },
    row(fields) {
      reader ??= prepared.known.get(currentName()) ?? null
      try {
        if (!reader) throw new Error('a row came before its description')
        rows.push(read(reader, fields))
      } catch (error) {
        broken ??= error
      }
    },
    completed(affected) {
      answers.push({ rows, affected })
      rows = []
      reader = null
    },
    failed(error) {
      for (const name of preparing) {
        prepared.known.delete(name)
        prepared.uncertain.add(name)
      }
      reject(error)
    },
    landed() {
      if (broken) reject(broken)
      else resolve(answers)
      return broken
    },
  }
}

/** @returns the names that are prepared for the first time */
function send(connection: Connection, prepared: Prepared, statements: readonly Wire[]): string[] {
  const preparing: string[] = []
  for (const { text, values, name } of statements) {
    const known = prepared.known.has(name)
    if (!known) {
      if (prepared.uncertain.delete(name)) connection.close({ type: 'S', name }, true)
      connection.parse({ text, name, types: [] }, true)
      prepared.known.set(name, null)
      preparing.push(name)
    }
    connection.bind({ statement: name, values: [...values] }, true)
    if (!known || prepared.known.get(name) === null) connection.describe({ type: 'P', name: '' }, true)
    connection.execute({ portal: '' }, true)
  }
  connection.sync()
  return preparing
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
